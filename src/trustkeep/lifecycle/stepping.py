"""Running one step: the lease, the guards, the attempt, and writing down what came of it.

Whatever executes steps only calls `run_step`. The lease is taken by compare-and-set, so two workers
never do the same step at once; a killed worker leaves a lease that ends, and the next attempt finds
the rows as the last commit left them. Nothing here remembers anything in memory.
"""

from __future__ import annotations

import uuid
from datetime import datetime
from time import monotonic
from typing import Any

import structlog
from django.db import transaction
from django.db.models import F, Q, QuerySet

from trustkeep.evidence.kinds import Kind
from trustkeep.kernel.ids import new_id
from trustkeep.lifecycle import clocks, deeds, holding
from trustkeep.lifecycle.attempts import LEASE_AT_MOST, LOOK_AGAIN, LeaseLost, Ran, lease_until
from trustkeep.lifecycle.edges import settle_phase
from trustkeep.lifecycle.models import Obligation, Step
from trustkeep.lifecycle.runners import RUNNERS
from trustkeep.lifecycle.schedule import NEAR
from trustkeep.lifecycle.stages import OPEN, UNFROZEN, StepKind, StepState, Trouble
from trustkeep.lifecycle.systems.patience import wait_after
from trustkeep.vault.keystore import KeyStoreUnusable
from trustkeep.vault.outages import Outage, outage_of

MOST_IN_A_TURN = 200
_OF_OUTAGES = {
    Outage.FULL: Trouble.DISK_FULL,
    Outage.BUSY: Trouble.BUSY,
    Outage.BROKEN: Trouble.DISK_BROKEN,
}

log = structlog.get_logger(__name__)


def due(*, now: datetime, most: int = MOST_IN_A_TURN) -> list[uuid.UUID]:
    """Return the steps that could be run now, the longest due first."""
    rows = _due(now).order_by("next_at", "phase", "rank").values_list("pk", flat=True)
    return list(rows[:most])


def run_due(*, worker: str, now: datetime, most: int = MOST_IN_A_TURN) -> int:
    """Run what is due until nothing is, at most so many steps; return how many were run."""
    since, ran = monotonic(), 0
    clocks.look(now)
    while ran < most:
        batch = due(now=now, most=most - ran)
        done = sum(run_step(step_id=one, worker=worker, now=now, since=since) for one in batch)
        if not done:
            break
        ran += done
    return ran


def run_step(*, step_id: uuid.UUID, worker: str, now: datetime, since: float | None = None) -> bool:
    """Run one step if it is due and nobody is at it; return whether it was run.

    ``since`` is the monotonic clock when `now` was read; None for at this moment.
    """
    since = monotonic() if since is None else since
    step = _leased(step_id, worker, now, since)
    if step is None:
        return False
    if step.kind == StepKind.BEGIN:
        clocks.compare(now)
    runner = RUNNERS[StepKind(step.kind)]
    try:
        waiting = _held_up(step, now)
        if waiting is not None:
            _settle(step, waiting, runner.kind, now)
        elif runner.whole:
            with transaction.atomic():
                _settle(step, runner.run(step, now), runner.kind, now)
        else:
            _settle(step, runner.run(step, now), runner.kind, now)
    except LeaseLost:
        log.warning("step-lease-lost", step=str(step_id))
    except Exception as error:
        log.exception("step-failed", step=str(step_id), kind=step.kind)
        _settle(step, _failed(step, error, now), runner.kind, now)
    return True


def _due(now: datetime) -> QuerySet[Step]:
    free = Q(lease_until__isnull=True) | Q(lease_until__lte=now)
    rows = Step.objects.filter(
        free | Q(lease_until__gt=now + LEASE_AT_MOST),
        state__in=(StepState.DUE, StepState.AWAITING),
        next_at__lte=now,
        phase__lte=F("obligation__phase"),
    )
    # Frozen ones keep their time: it may have come only because the clock is wrong.
    return rows if clocks.is_believed(now) else rows.exclude(trouble=Trouble.CLOCK)


def _leased(step_id: uuid.UUID, worker: str, now: datetime, since: float) -> Step | None:
    lease = new_id()
    with transaction.atomic():
        row = _due(now).filter(pk=step_id).select_for_update(of=("self",)).first()
        if row is None:
            return None
        Step.objects.filter(pk=step_id).update(
            lease=lease,
            lease_owner=worker,
            lease_until=lease_until(now, since),
            attempts=F("attempts") + 1,
        )
    step = Step.objects.select_related("obligation__account").get(pk=step_id)
    # Read after the commit: another worker may have taken over who was stopped between the two.
    step.lease, step.since = lease, since
    return step


def _held_up(step: Step, now: datetime) -> Ran | None:
    """Return what keeps a step from starting, if anything does."""
    if _is_frozen(step) and not clocks.is_believed(now):
        return Ran(StepState.DUE, trouble=Trouble.CLOCK, again_at=step.next_at)
    if not step.destructive:
        return None
    if step.obligation.not_before > now:
        return Ran(StepState.DUE, again_at=step.obligation.not_before)
    if _is_held(step):
        return Ran(StepState.DUE, trouble=Trouble.HELD, again_at=now + LOOK_AGAIN)
    return None


def _failed(step: Step, error: Exception, now: datetime) -> Ran:
    """Return what comes of an attempt that broke off."""
    # A wait that a wrong clock counts may end years too late; what it freezes keeps its time.
    doubted = _is_frozen(step) and not clocks.is_believed(now)
    again_at = step.next_at if doubted else None
    return Ran(StepState.DUE, trouble=_class_of(error), again_at=again_at)


def _is_frozen(step: Step) -> bool:
    reminds = step.kind == StepKind.NOTICE and step.target.startswith(NEAR)
    return reminds or step.kind not in UNFROZEN


def _is_held(step: Step) -> bool:
    account = step.obligation.account_id
    if account is None:
        return False
    if step.kind in (StepKind.KEY, StepKind.CEILING):
        # Without its key nothing that a hold keeps could be read, however small a part it is.
        return holding.is_anything_held(account)
    return holding.is_held(account, step.target)


def _settle(step: Step, ran: Ran, kind: Kind, now: datetime) -> None:
    """Write down one attempt, with an entry if anything changed; nothing if the lease was lost."""
    with transaction.atomic():
        row = Step.objects.select_for_update().filter(pk=step.pk, lease=step.lease).first()
        if row is None:
            raise LeaseLost
        before = (row.state, row.trouble)
        _write(row, ran, now)
        if (row.state, row.trouble) != before:
            obligation = Obligation.objects.get(pk=row.obligation_id)
            entry = deeds.note(kind, obligation=obligation, told=_told(row), now=now)
            row.entry_index = entry.index
        row.save()
        if row.state not in OPEN:
            settle_phase(row.obligation_id)


def _write(row: Step, ran: Ran, now: datetime) -> None:
    row.state, row.reason, row.trouble = ran.state, ran.reason or "", ran.trouble or ""
    row.lease, row.lease_owner, row.lease_until = None, "", None
    for name in ("matched", "deleted", "remaining", "bytes"):
        if getattr(ran, name) is not None:
            setattr(row, name, getattr(ran, name))
    row.told = {**row.told, **ran.told}
    if row.state in (StepState.DONE, StepState.NOT_APPLICABLE):
        row.settled_at, row.misses = now, 0
    elif ran.again_at is not None:
        row.next_at = ran.again_at
    else:
        row.misses += 1
        row.next_at = now + wait_after(row.misses)


def _told(row: Step) -> dict[str, Any]:
    told: dict[str, Any] = {"step": row.kind, "state": str(row.state)}
    for name in ("target", "reason", "trouble"):
        if getattr(row, name):
            told[name] = str(getattr(row, name))
    for name in ("matched", "deleted", "remaining", "bytes"):
        if getattr(row, name) is not None:
            told[name] = getattr(row, name)
    return {**told, **row.told}


def _class_of(error: Exception) -> Trouble:
    """Return the class of what went wrong, so that an operator is told the cause, not the code."""
    outage = outage_of(error)
    if isinstance(error, KeyStoreUnusable) and outage is not Outage.FULL:
        return Trouble.KEY_STORE
    return _OF_OUTAGES[outage] if outage else Trouble.CRASHED
