"""Emptying the stores: list, delete, list, until nothing is listed any more.

Rows go in batches; each commits together with its count and looks for a hold first. The disk has
no transactions: there, what the first list found minus what the last one finds is what went.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import F
from django.db.models.functions import Coalesce

from trustkeep.accounts.membership import LastOwner
from trustkeep.accounts.opening import locked
from trustkeep.lifecycle import holding, parts, planning, stores
from trustkeep.lifecycle.attempts import LOOK_AGAIN, Ran, renew
from trustkeep.lifecycle.edges import ACCOUNT
from trustkeep.lifecycle.models import Approval, Step
from trustkeep.lifecycle.parts import Shelf
from trustkeep.lifecycle.stages import StepState, Trouble
from trustkeep.vault.shelf import sealed_files

ROWS_AT_ONCE = 50_000
FILES_AT_ONCE = 2_000
"""Whoever places a hold waits for one batch at most."""
_ASKED = timedelta(hours=1)


class _HeldNow(Exception):
    """A hold was placed while rows were being deleted."""


def rows(step: Step, now: datetime) -> Ran:
    """Empty one table of what belongs to the obligation."""
    shelf = _shelf(step, step.target)
    listed = shelf.count()
    if listed:
        _note_first(step, listed)
    # Most tables hold nothing of most accounts: then no transaction but the step's own is needed.
    while listed:
        try:
            gone = _batch(step, shelf, now)
        except IntegrityError:
            # Rows of another store refer to these, such as those that a hold keeps.
            return Ran(StepState.DUE, trouble=Trouble.REFERRED, again_at=now + LOOK_AGAIN)
        except LastOwner:
            return Ran(StepState.DUE, trouble=Trouble.LAST_OWNER, again_at=now + LOOK_AGAIN)
        except _HeldNow:
            return Ran(StepState.DUE, trouble=Trouble.HELD, again_at=now + LOOK_AGAIN)
        listed = shelf.count() if gone else 0
    return _emptied(step, shelf.count())


def objects(step: Step, now: datetime) -> Ran:
    """Remove the sealed files of the obligation."""
    if step.obligation.scope != ACCOUNT:
        return _single_objects(step, now)
    account = step.obligation.customer.id
    files, size = stores.files_of(account)
    _note_first(step, files, size)
    gone = -1
    while gone:
        with transaction.atomic():
            renew(step, now)
            locked(account)
            if holding.is_held(account, stores.OBJECTS):
                return Ran(StepState.DUE, trouble=Trouble.HELD, again_at=now + LOOK_AGAIN)
            gone = sealed_files().delete_some(account, FILES_AT_ONCE)
    remaining, _ = stores.files_of(account)
    step.refresh_from_db(fields=["matched"])
    return _removed(step, remaining)


def by_hand(step: Step, now: datetime) -> Ran:
    """Wait until somebody has deleted a category by hand, and has said so."""
    said = Approval.objects.filter(
        obligation=step.obligation_id, what=planning.BY_HAND, digest=step.target
    ).first()
    if said is None:
        return Ran(StepState.DUE, trouble=Trouble.BY_HAND, again_at=now + _ASKED)
    return Ran(told={"by": said.by})


def _shelf(step: Step, name: str) -> Shelf:
    row = step.obligation
    if row.scope != ACCOUNT:
        return parts.shelf(planning.part_of(row), name)
    return parts.table_shelf(name, planning.extent_of(row))


def _batch(step: Step, shelf: Shelf, now: datetime) -> int:
    with transaction.atomic():
        renew(step, now)
        if _is_held(step, shelf.name):
            raise _HeldNow
        gone = shelf.erase_some(ROWS_AT_ONCE, now)
        if gone:
            Step.objects.filter(pk=step.pk).update(deleted=Coalesce(F("deleted"), 0) + gone)
    return gone


def _single_objects(step: Step, now: datetime) -> Ran:
    part = planning.part_of(step.obligation)
    shelf = parts.shelf(part, stores.OBJECTS)
    _note_first(step, shelf.count(), parts.size_of(part))
    gone = -1
    while gone:
        with transaction.atomic():
            renew(step, now)
            if _is_held(step, stores.OBJECTS):
                return Ran(StepState.DUE, trouble=Trouble.HELD, again_at=now + LOOK_AGAIN)
            gone = shelf.erase_some(FILES_AT_ONCE, now)
    step.refresh_from_db(fields=["matched"])
    return _removed(step, shelf.count())


def _is_held(step: Step, store: str) -> bool:
    account = step.obligation.account_id
    return account is not None and holding.is_held(account, store)


def _removed(step: Step, remaining: int) -> Ran:
    return Ran(
        StepState.DUE if remaining else StepState.DONE,
        deleted=max((step.matched or 0) - remaining, 0),
        remaining=remaining,
        trouble=Trouble.REMAINING if remaining else None,
    )


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
