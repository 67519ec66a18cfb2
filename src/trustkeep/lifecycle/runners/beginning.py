"""From the waiting time to the point of no return: the plan, and what has to be so to pass it."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction

from trustkeep.holdings.returning import exports
from trustkeep.kernel.clock import isoformat
from trustkeep.lifecycle import clocks, planning, schedule, telling
from trustkeep.lifecycle.attempts import LOOK_AGAIN, Ran
from trustkeep.lifecycle.edges import ACCOUNT, enter_purging, move
from trustkeep.lifecycle.models import Approval, Obligation, Plan, Step
from trustkeep.lifecycle.stages import BEFORE_PURGING, Stage, StepState, Trouble, Why
from trustkeep.lifecycle.words import TROUBLES

ASK_UNTIL = timedelta(hours=12)
"""So long before the end it goes on without an answer: the contract wants everything deleted.

A part never does: what is not approved as counted is not deleted.
"""
_ASKED = timedelta(hours=1)
"""How often a part looks that waits for an approval; the approval itself wakes it at once."""


def plan(step: Step, now: datetime) -> Ran:
    """Count everything and rest it as the plan."""
    systems = planning.asked(step.obligation, now)
    with transaction.atomic():
        row = Obligation.objects.select_for_update().get(pk=step.obligation_id)
        counts = planning.counted(row)
        made = planning.rest(row, {**counts, "systems": systems}, by="engine", now=now)
    items = sum(counts["stores"].values())
    return Ran(matched=items, bytes=counts["bytes"], told={"plan": made.digest})


def begin(step: Step, now: datetime) -> Ran:
    """Enter ``purging`` if the time has come, nothing holds it and the plan still fits."""
    row = (
        Obligation.objects.select_for_update(of=("self",))
        .select_related("account")
        .get(pk=step.obligation_id)
    )
    if Stage(row.stage) not in BEFORE_PURGING:
        return Ran(StepState.NOT_APPLICABLE, reason=Why.ALREADY_DONE)
    if now < row.not_before:
        return Ran(StepState.DUE, again_at=row.not_before)
    if row.stage == Stage.LOCKED:
        move(row, Stage.PURGE_PENDING, by="engine", now=now)
    if row.scope != ACCOUNT and not planning.is_approved(row, row.plan_digest):
        asked_again = Approval.objects.filter(obligation=row, what=planning.PLAN).exists()
        return _wait(Trouble.DRIFTED if asked_again else Trouble.UNAPPROVED, now, _ASKED)
    if row.hold_count:
        return _wait(Trouble.HELD, now)
    try:
        clocks.require_believed(now)
    except clocks.ClockDoubted:
        return Ran(StepState.DUE, trouble=Trouble.CLOCK, again_at=step.next_at)
    drifted = _drifted(row, now)
    if drifted and (row.scope != ACCOUNT or now < row.done_by - ASK_UNTIL):
        telling.stalled(row, step.id, TROUBLES[Trouble.DRIFTED], now)
        return _wait(Trouble.DRIFTED, now)
    if not enter_purging(row, now=now):
        return _wait(Trouble.HELD, now)
    if row.scope == ACCOUNT:
        _note_returned(row)
    schedule.on_purging(row, now)
    return Ran(told={"plan": row.plan_digest, "unasked": drifted})


def _note_returned(row: Obligation) -> None:
    """Rest what was given back, for the receipt: its rows are about to be erased."""
    given = [one for one in exports(row.customer.id) if one.finished_at]
    row.policy["returned"] = [
        {"what": "export", "at": isoformat(one.asked_at), "digest": one.sha256}
        for one in reversed(given)
    ]
    row.save(update_fields=["policy"])


def _drifted(row: Obligation, now: datetime) -> bool:
    """Return whether what is there is neither planned nor approved; rests it as the new plan."""
    known: Plan | None = planning.plan_of(row)
    present = planning.counted(row)
    systems = known.counts.get("systems", {}) if known else {}
    if known is not None and not planning.has_drifted(known.counts, present):
        return False
    made = planning.rest(row, {**present, "systems": systems}, by="engine", now=now)
    return not planning.is_approved(row, made.digest)


def _wait(trouble: Trouble, now: datetime, wait: timedelta = LOOK_AGAIN) -> Ran:
    return Ran(StepState.DUE, trouble=trouble, again_at=now + wait)
