"""The end: the receipt, the follow-up when others have confirmed, the watch, and closing."""

from __future__ import annotations

from datetime import datetime, timedelta

from trustkeep.lifecycle import issuing, letters, schedule, telling
from trustkeep.lifecycle.attempts import Ran
from trustkeep.lifecycle.deadlines import WATCH_FOR
from trustkeep.lifecycle.edges import move
from trustkeep.lifecycle.models import Obligation, Step
from trustkeep.lifecycle.part_reader import left_of
from trustkeep.lifecycle.receipts import FollowUp
from trustkeep.lifecycle.runners.proving import reopen
from trustkeep.lifecycle.stages import OPEN, Stage, StepKind, StepState, Trouble, Why
from trustkeep.lifecycle.words import FOLLOWED

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
    """Issue a receipt more, once every connected system has answered."""
    row = _row(step)
    open_ = Step.objects.filter(obligation=row, kind__in=_OF_SYSTEMS, state__in=OPEN)
    if open_.exists():
        return Ran(StepState.AWAITING, again_at=now + LOOK_AGAIN)
    settled = Step.objects.filter(obligation=row, kind__in=_OF_SYSTEMS)
    if row.erased_at and not settled.filter(settled_at__gt=row.erased_at).exists():
        return Ran(StepState.NOT_APPLICABLE, reason=Why.ALREADY_DONE)
    issued = issuing.issue(row, why=FollowUp.SYSTEMS_CONFIRMED, now=now)
    _tell(row, now)
    return Ran(told={"certificate": str(issued.id), "entry": issued.entry_index})


def _tell(row: Obligation, now: datetime) -> None:
    if row.account is None:
        return
    telling.customer(
        letters.RECEIPT_FOLLOWED,
        row.account,
        about=f"{row.id}:{FollowUp.SYSTEMS_CONFIRMED}",
        values={
            "certificate": str(issuing.issued(row).id),
            "why": FOLLOWED[FollowUp.SYSTEMS_CONFIRMED],
            "link": issuing.verify_link(),
        },
        now=now,
        to=telling.kept_contacts(row),
    )


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
