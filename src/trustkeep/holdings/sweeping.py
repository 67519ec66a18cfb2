"""Objects that no row knows: what a kill left between sealing a content and entering it."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterable
from datetime import datetime, timedelta

from trustkeep.accounts.models import Account
from trustkeep.holdings import collections, sharing, trash, uploads
from trustkeep.holdings.models import FileVersion, UploadPart
from trustkeep.vault.shelf import sealed_files

OLD_ENOUGH = timedelta(days=2)
"""An object younger than this may belong to a write that is still under way.

Longer than a clock may jump without being doubted, or a jump would make a write's object old.
"""


def forget_faded(*, now: datetime, held: Collection[uuid.UUID] = ()) -> None:
    """Delete for good what has waited long enough: trash, broken uploads, ended links.

    Of the accounts in `held` nothing that a customer kept: somebody's word keeps it.
    """
    trash.empty_old(now=now, held=held)
    collections.forget_deleted(now=now, held=held)
    uploads.forget_stale(now=now)
    sharing.forget_ended(now=now)


def sweep(*, now: datetime) -> int:
    """Remove objects of known accounts that no row names; returns how many."""
    count = 0
    for account_id in Account.objects.values_list("pk", flat=True).iterator():
        for object_id in _unknown(account_id, now):
            sealed_files().delete(account_id, object_id)
            count += 1
    return count


def _unknown(account_id: uuid.UUID, now: datetime) -> Iterable[uuid.UUID]:
    old = set(sealed_files().objects_before(account_id, now - OLD_ENOUGH))
    if old:
        for model in (FileVersion, UploadPart):
            rows = model._default_manager.filter(account=account_id)
            old -= set(rows.values_list("pk", flat=True))
    return sorted(old)
