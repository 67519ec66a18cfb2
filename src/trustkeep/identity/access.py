"""Writing the audit trail: rows for who may read it, entries for the log, nothing personal there.

What was proved leaves an entry of its own, in the caller's transaction. Refusals are what strangers
can cause at will, so they are committed to in batches (`commit_refusals`): the log grows by one
entry a round, however many there were.
"""

from __future__ import annotations

import base64
import hashlib
import os
import uuid
from datetime import datetime

from django.db import transaction

from trustkeep.evidence.actions import append
from trustkeep.evidence.entry import SALT_SIZE, commit
from trustkeep.evidence.kinds import Kind
from trustkeep.identity import origins
from trustkeep.identity.models import AccessBatch, AccessEvent, User
from trustkeep.identity.places import event_place
from trustkeep.kernel.clock import isoformat
from trustkeep.vault.fields import COMPANY, blind_indexes, seal_json

LARGEST_BATCH = 1000


def note(
    what: str,
    *,
    now: datetime,
    user: User | None = None,
    detail: str = "",
    proved: bool = True,
    account: uuid.UUID | None = None,
) -> None:
    """Rest one act of or about `user`; where it came from, and who did it, the origin tells.

    ``account`` is the customer's account it is about, where that is not the user's own. ``proved``
    acts leave an entry at once, refusals of strangers wait for their batch.
    """
    seen = origins.present()
    about = account or (user.account_id if user else None)
    body = {
        "what": what,
        "at": isoformat(now),
        "refused": not proved,
        "user": str(user.pk) if user else "",
        "by": seen.actor or (str(user.pk) if user and proved else ""),
        "account": str(about) if about else "",
        "source": seen.source,
        "agent": seen.agent,
        "detail": detail,
    }
    row = AccessEvent(at=now, what=what, refused=not proved, user=user, account=about)
    row.detail = detail
    if seen.source:
        row.source_index = source_indexes(seen.source)[0]
    if proved:
        entry = append(kind=Kind.ACCESS, body=body, now=now)
        salt, row.entry_index = entry.salt, entry.index
    else:
        salt = os.urandom(SALT_SIZE)
    row.commitment = commit(salt, body)
    told = {"body": body, "salt": base64.b64encode(salt).decode("ascii")}
    row.sealed = seal_json(event_place(row), told)
    row.save()


def commit_refusals(*, now: datetime) -> int:
    """Append one entry for the refusals that wait; returns how many those were."""
    with transaction.atomic():
        waiting = AccessEvent.objects.filter(entry_index__isnull=True, refused=True)
        rows = list(waiting.order_by("pk").values_list("pk", "commitment")[:LARGEST_BATCH])
        if not rows:
            return 0
        body = {"count": len(rows), "digest": batch_digest([bytes(one) for _, one in rows])}
        entry = append(kind=Kind.ACCESS_REFUSED, body=body, now=now)
        AccessBatch.objects.create(entry_index=entry.index, body=body, salt=entry.salt)
        AccessEvent.objects.filter(pk__in=[pk for pk, _ in rows]).update(entry_index=entry.index)
    return len(rows)


def batch_digest(commitments: list[bytes]) -> str:
    """Return what an entry about many refusals commits to: the digest of theirs, in order."""
    return hashlib.sha256(b"".join(commitments)).hexdigest()


def source_indexes(source: str) -> list[str]:
    """Return the keyed digests under which acts from a network address are found."""
    return blind_indexes(COMPANY, "identity_accessevent", "source", source)
