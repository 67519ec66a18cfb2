"""What connected systems have to do: given to them, then looked at until they have answered.

The systems are asked by threads of their own (`trustkeep.worker.errands`), so that a slow one holds
up neither the engine nor the others.
"""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta

from trustkeep.lifecycle.attempts import Ran
from trustkeep.lifecycle.models import Obligation, Step
from trustkeep.lifecycle.planning import told_to_systems
from trustkeep.lifecycle.stages import OPEN, StepKind, StepState, Trouble, Why
from trustkeep.lifecycle.systems.delivery import instruct
from trustkeep.lifecycle.systems.judging import Reason, State
from trustkeep.lifecycle.systems.ports import Act, Instruction, Scope
from trustkeep.lifecycle.systems.queries import DeliveryShown

LOOK_EVERY = timedelta(seconds=20)
LOOK_SELDOM = timedelta(minutes=5)
_WHY = {
    Reason.RETIRED: Why.RETIRED,
    Reason.NO_LOCK: Why.NO_LOCK,
    Reason.NO_SECOND_READER: Why.NO_SECOND_READER,
    Reason.NEVER_USED: Why.NEVER_USED,
}


def lock(step: Step, now: datetime) -> Ran:
    """Have a system lock the account."""
    return _told(step, Act.LOCK, now)


def unlock(step: Step, now: datetime) -> Ran:
    """Have a system let the account in again."""
    return _told(step, Act.UNLOCK, now)


def erase(step: Step, now: datetime) -> Ran:
    """Have a system erase; only its confirmation counts as done."""
    return _told(step, Act.ERASE, now)


def verify(step: Step, now: datetime) -> Ran:
    """Have a system's second reader look, once the system says that it has erased."""
    erased = Step.objects.filter(
        obligation=step.obligation_id, kind=StepKind.SYSTEM_ERASE, target=step.target
    ).first()
    if erased is None or erased.state == StepState.NOT_APPLICABLE:
        reason = Why(erased.reason) if erased else Why.RETIRED
        return Ran(StepState.NOT_APPLICABLE, reason=reason)
    if erased.state in OPEN:
        return Ran(StepState.AWAITING, again_at=now + LOOK_SELDOM)
    return _told(step, Act.VERIFY, now)


def _told(step: Step, act: Act, now: datetime) -> Ran:
    system = uuid.UUID(step.target.partition(":")[0])
    delivery = instruct(system_id=system, instruction=_instruction(step, act), now=now)
    told = {"delivery": str(delivery.id)}
    match delivery.state:
        case State.DONE:
            return Ran(
                matched=delivery.matched,
                deleted=delivery.deleted,
                remaining=0 if act in (Act.ERASE, Act.VERIFY) else None,
                told=told,
            )
        case State.NOT_APPLICABLE:
            reason = _WHY[Reason(delivery.reason)]
            return Ran(StepState.NOT_APPLICABLE, reason=reason, told=told)
    return _waits(step, delivery, now, told)


def _waits(step: Step, delivery: DeliveryShown, now: datetime, told: dict[str, str]) -> Ran:
    is_late = now > step.obligation.done_by
    return Ran(
        StepState.AWAITING,
        trouble=Trouble.REFUSED if delivery.state == State.STALLED else None,
        again_at=now + (LOOK_SELDOM if is_late or step.attempts > 20 else LOOK_EVERY),
        told=told,
    )


def _instruction(step: Step, act: Act) -> Instruction:
    row: Obligation = step.obligation
    locking = act in (Act.LOCK, Act.UNLOCK)
    return Instruction(
        act=act,
        key=step.key,
        scope=_scope(row, step.target.partition(":")[2]),
        deadline=(row.lock_by or row.done_by) if locking else row.done_by,
        generation=row.generation,
        cause="terminated" if row.cause == "contract-end" else "request",
    )


def _scope(row: Obligation, thing: str) -> Scope:
    """Return what a system is told: the account, or the one thing that the step's target names."""
    scopes = told_to_systems(row)
    return next(one for one in scopes if one.reference == thing)
