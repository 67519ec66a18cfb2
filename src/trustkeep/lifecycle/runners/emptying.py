"""Emptying the stores: list, delete, list, until nothing is listed any more.

Rows go in batches; each commits together with its count and looks for a hold first. The disk has
no transactions: there, what the first list found minus what the last one finds is what went.
"""

from __future__ import annotations

from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import F
from django.db.models.functions import Coalesce

from trustkeep.lifecycle import holding, stores
from trustkeep.lifecycle.attempts import LOOK_AGAIN, Ran, renew
from trustkeep.lifecycle.edges import ACCOUNT
from trustkeep.lifecycle.models import Step
from trustkeep.lifecycle.planning import extent_of
from trustkeep.lifecycle.stages import StepState, Trouble
from trustkeep.vault.files import SealedFileMissing
from trustkeep.vault.shelf import sealed_files

ROWS_AT_ONCE = 50_000
FILES_AT_ONCE = 5_000


class _HeldNow(Exception):
    """A hold was placed while rows were being deleted."""


def rows(step: Step, now: datetime) -> Ran:
    """Empty one table of what belongs to the obligation."""
    extent = extent_of(step.obligation)
    _note_first(step, stores.count(step.target, extent))
    gone = -1
    while gone:
        try:
            gone = _batch(step, extent, now)
        except IntegrityError:
            # Rows of another store refer to these, such as those that a hold keeps.
            return Ran(StepState.DUE, trouble=Trouble.REFERRED, again_at=now + LOOK_AGAIN)
        except _HeldNow:
            return Ran(StepState.DUE, trouble=Trouble.HELD, again_at=now + LOOK_AGAIN)
    return _emptied(step, stores.count(step.target, extent))


def _batch(step: Step, extent: stores.Extent, now: datetime) -> int:
    with transaction.atomic():
        renew(step, now)
        if holding.is_held(extent.account, step.target):
            raise _HeldNow
        gone = stores.erase_some(step.target, extent, ROWS_AT_ONCE)
        if gone:
            Step.objects.filter(pk=step.pk).update(deleted=Coalesce(F("deleted"), 0) + gone)
    return gone


def objects(step: Step, now: datetime) -> Ran:
    """Remove the sealed files of the obligation."""
    if step.obligation.scope != ACCOUNT:
        return _single_objects(step)
    account = step.obligation.account_id
    files, size = stores.files_of(account)
    _note_first(step, files, size)
    gone = -1
    while gone:
        with transaction.atomic():
            renew(step, now)
        if holding.is_held(account, stores.OBJECTS):
            return Ran(StepState.DUE, trouble=Trouble.HELD, again_at=now + LOOK_AGAIN)
        gone = sealed_files().delete_some(account, FILES_AT_ONCE)
    remaining, _ = stores.files_of(account)
    step.refresh_from_db(fields=["matched"])
    return Ran(
        StepState.DUE if remaining else StepState.DONE,
        deleted=max((step.matched or 0) - remaining, 0),
        remaining=remaining,
        trouble=Trouble.REMAINING if remaining else None,
    )


def _single_objects(step: Step) -> Ran:
    extent = extent_of(step.obligation)
    found = stores.objects(extent) if extent.scope == "object" else []
    for object_id in found:
        try:
            sealed_files().delete(extent.account, object_id)
        except SealedFileMissing:
            continue
    return Ran(matched=len(found), deleted=len(found), remaining=0)


def _note_first(step: Step, matched: int, size: int | None = None) -> None:
    """Rest what was found before the first deletion; a later attempt finds less."""
    Step.objects.filter(pk=step.pk, matched__isnull=True).update(matched=matched, bytes=size)


def _emptied(step: Step, remaining: int) -> Ran:
    step.refresh_from_db(fields=["matched", "deleted"])
    deleted = step.deleted or 0
    return Ran(
        StepState.DUE if remaining else StepState.DONE,
        matched=max(step.matched or 0, deleted),
        deleted=deleted,
        remaining=remaining,
        trouble=Trouble.REMAINING if remaining else None,
    )
