"""The end: the receipt, the follow-up when others have confirmed, the watch, and closing."""

from __future__ import annotations

from datetime import datetime, timedelta

from trustkeep.lifecycle import issuing, schedule
from trustkeep.lifecycle.attempts import Ran
from trustkeep.lifecycle.backups.queries import copies_of
from trustkeep.lifecycle.deadlines import WATCH_FOR
from trustkeep.lifecycle.edges import move
from trustkeep.lifecycle.models import Obligation, Step
from trustkeep.lifecycle.part_reader import left_of
from trustkeep.lifecycle.receipts import FollowUp
from trustkeep.lifecycle.runners.proving import reopen
from trustkeep.lifecycle.stages import OPEN, Stage, StepKind, StepState, Trouble, Why

LOOK_AGAIN = timedelta(hours=1)
_OF_SYSTEMS = (StepKind.SYSTEM_ERASE, StepKind.SYSTEM_VERIFY)


def receipt(step: Step, now: datetime) -> Ran:
    """Issue the receipt and enter ``purged``; from here on only others and the watch are left."""
    row = _row(step)
    row.erased_at = row.erased_at or now
    move(row, Stage.PURGED, by="engine", now=now)
    issued = issuing.issue(row, why=None, now=now)
    schedule.on_erased(row, now, now + WATCH_FOR)
    return Ran(told={"certificate": str(issued.id), "entry": issued.entry_index})


def follow_up(step: Step, now: datetime) -> Ran:
    """Issue a receipt more: every connected system has answered, or the last backup is gone."""
    row = _row(step)
    if step.target == FollowUp.BACKUPS_EXPIRED:
        return _backups_gone(row, now)
    open_ = Step.objects.filter(obligation=row, kind__in=_OF_SYSTEMS, state__in=OPEN)
    if open_.exists():
        return Ran(StepState.AWAITING, again_at=now + LOOK_AGAIN)
    settled = Step.objects.filter(obligation=row, kind__in=_OF_SYSTEMS)
    if row.erased_at and not settled.filter(settled_at__gt=row.erased_at).exists():
        return Ran(StepState.NOT_APPLICABLE, reason=Why.ALREADY_DONE)
    return _followed(row, FollowUp.SYSTEMS_CONFIRMED, now)


def _backups_gone(row: Obligation, now: datetime) -> Ran:
    if copies_of(row.erased_at or now, now):
        # Deleted by the timetable, or by whoever keeps a copy elsewhere: it is gone when it is.
        return Ran(StepState.AWAITING, again_at=now + LOOK_AGAIN)
    return _followed(row, FollowUp.BACKUPS_EXPIRED, now)


def _followed(row: Obligation, why: FollowUp, now: datetime) -> Ran:
    issued = issuing.issue(row, why=why, now=now)
    schedule.on_followed(row, why, now)
    return Ran(told={"certificate": str(issued.id), "entry": issued.entry_index})


def watch(step: Step, now: datetime) -> Ran:
    """Look once more; reopen the erasure if anything has appeared, else close for good."""
    row = _row(step)
    left = left_of(row)
    if left.total:
        _start_again(row, step, set(left.stores), now)
        told = {"left": dict(left.stores)}
        again_at = now + WATCH_FOR
        return Ran(
            StepState.DUE,
            trouble=Trouble.REMAINING,
            remaining=left.total,
            again_at=again_at,
            told=told,
        )
    # An alarm whose time is still to come finds then that there is nothing to call about.
    others = Step.objects.filter(obligation=row, state__in=OPEN).exclude(kind=StepKind.ALARM)
    others = others.exclude(pk=step.pk)
    if others.exists():
        return Ran(StepState.DUE, again_at=now + LOOK_AGAIN)
    move(row, Stage.CLOSED, by="engine", now=now)
    return Ran(remaining=0, matched=left.looked)


def _start_again(row: Obligation, step: Step, stores: set[str], now: datetime) -> None:
    move(row, Stage.PURGING, by="watch", now=now, told={"found": sorted(stores)})
    again = (StepKind.VERIFY, StepKind.RESIDUE, StepKind.RECEIPT)
    Step.objects.filter(obligation=row, kind__in=again).update(
        state=StepState.DUE, next_at=now, settled_at=None
    )
    reopen(step, stores, now)


def _row(step: Step) -> Obligation:
    rows = Obligation.objects.select_for_update(of=("self",)).select_related("account")
    return rows.get(pk=step.obligation_id)
