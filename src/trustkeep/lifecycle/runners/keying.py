"""The key: destroyed after the data, or before it where the published end would be missed.

Destroying is effective in every process at its next use of a key; the next root epoch then makes
every older copy of the key store useless too (DATA-PROTECTION.md, "Keys").
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from trustkeep.accounts.opening import locked
from trustkeep.evidence.kinds import Kind
from trustkeep.evidence.models import LogEntry
from trustkeep.lifecycle import holding
from trustkeep.lifecycle.attempts import LOOK_AGAIN, Ran, renew
from trustkeep.lifecycle.models import Obligation, Step
from trustkeep.lifecycle.stages import Stage, StepKind, StepState, Trouble, Why
from trustkeep.vault.actions import note_rotation, rotate_root
from trustkeep.vault.keys import installed
from trustkeep.vault.keystore import KeyDestroyed, KeyState

EPOCH_BEFORE = "epoch_before"


def destroy(step: Step, now: datetime) -> Ran:
    """Destroy every version of the account's key, and prove that the vault refuses it."""
    return _destroyed(step, now)


def key_first(step: Step, now: datetime) -> Ran:
    """Close to the end, erase by key what could not be deleted yet; the bytes are pending."""
    row = step.obligation
    if row.stage != Stage.PURGING or row.key_destroyed_at is not None:
        return Ran(StepState.NOT_APPLICABLE, reason=Why.DONE_IN_TIME)
    done = _destroyed(step, now)
    if done.state is StepState.DONE:
        epoch = rotate_root(now=now).epoch
        Obligation.objects.filter(pk=row.pk).update(epoch=epoch)
        return Ran(matched=done.matched, deleted=done.deleted, told={"by": "key-first"})
    return done


def advance_epoch(step: Step, now: datetime) -> Ran:
    """Enter the next root epoch, unless somebody has since the key was destroyed."""
    destroyed = Step.objects.get(obligation=step.obligation_id, kind=StepKind.KEY)
    epoch = installed().status().epoch
    if epoch <= int(destroyed.told.get(EPOCH_BEFORE, epoch)):
        epoch = rotate_root(now=now).epoch
    elif not _is_noted(destroyed):
        # Whoever exchanged the root was killed before it could say so.
        note_rotation(epoch, now=now)
    Obligation.objects.filter(pk=step.obligation_id).update(epoch=epoch)
    return Ran(told={"epoch": epoch})


def _destroyed(step: Step, now: datetime) -> Ran:
    """Destroy the key unless a hold came first: whoever places one waits for this transaction.

    A worker that was stopped in between finds its lease gone, and whatever was held meanwhile.
    """
    with transaction.atomic():
        renew(step, now)
        locked(step.obligation.customer.id)
        if holding.is_anything_held(step.obligation.customer.id):
            return Ran(StepState.DUE, trouble=Trouble.HELD, again_at=now + LOOK_AGAIN)
        return _gone(step.obligation, now)


def _gone(row: Obligation, now: datetime) -> Ran:
    ring = installed()
    epoch = ring.status().epoch
    ring.destroy_account_key(row.customer.id, now=now)
    Obligation.objects.filter(pk=row.pk, key_destroyed_at__isnull=True).update(key_destroyed_at=now)
    states = ring.versions(row.customer.id)
    left = [number for number, state in states.items() if state is not KeyState.DESTROYED]
    if left or not _is_refused(row):
        return Ran(StepState.DUE, trouble=Trouble.REMAINING, remaining=max(len(left), 1))
    told = {"versions": sorted(states), EPOCH_BEFORE: epoch}
    return Ran(matched=len(states), deleted=len(states), remaining=0, told=told)


def _is_noted(destroyed: Step) -> bool:
    later = LogEntry.objects.filter(index__gt=destroyed.entry_index or 0)
    return later.filter(kind=Kind.KEY_ROTATED.value).exists()


def _is_refused(row: Obligation) -> bool:
    try:
        installed().account_key(row.customer.id)
    except KeyDestroyed:
        return True
    return False
