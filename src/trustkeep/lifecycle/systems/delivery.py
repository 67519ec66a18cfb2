"""Telling a system, once in effect however often it is tried; this is what the engine calls.

Call these outside a transaction: the question to the system takes its time, and rows are locked
only before and after it. A killed process leaves a lease behind; when it ends, the next attempt
goes out with the same key.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from time import monotonic

import structlog
from django.db import transaction
from django.db.models import Q

from trustkeep.kernel.errors import OutOfOrder, TrustkeepError
from trustkeep.kernel.ids import new_id
from trustkeep.lifecycle import holding
from trustkeep.lifecycle.systems import settling
from trustkeep.lifecycle.systems.judging import Reason, State
from trustkeep.lifecycle.systems.keeping import connector_of, identities_of, seal_identities
from trustkeep.lifecycle.systems.models import Delivery, System
from trustkeep.lifecycle.systems.patience import (
    FAILURES_UNTIL_CLOSED,
    HELD_UP,
    LEASE,
    LEASE_AT_MOST,
    LONGEST_RETRY_AFTER,
    is_astray,
)
from trustkeep.lifecycle.systems.ports import (
    Act,
    Answer,
    Connector,
    Instruction,
    Outcome,
    Plan,
    Scope,
    ScopeKind,
    Trouble,
)
from trustkeep.lifecycle.systems.queries import DeliveryShown, NoSuchSystem, shown

log = structlog.get_logger(__name__)
_WITHOUT = {
    Act.LOCK: Reason.NO_LOCK,
    Act.UNLOCK: Reason.NO_LOCK,
    Act.VERIFY: Reason.NO_SECOND_READER,
}


class InstructionChanged(TrustkeepError):
    """A key was used before, for something else."""

    sentence = "The instruction {key} was given before and said something else. Take a new key."


@dataclass(frozen=True, slots=True)
class Target:
    """A system that has to be told; each wants a step of its own."""

    id: uuid.UUID
    name: str


def targets() -> tuple[Target, ...]:
    """Return every system that is not retired, by name: the disabled too, which then stall."""
    rows = System.objects.filter(retired_at__isnull=True).order_by("name")
    return tuple(Target(row.id, row.name) for row in rows)


def plan(*, system_id: uuid.UUID, scope: Scope, now: datetime) -> Plan:
    """Return what a system would erase; asks it, and changes nothing. Raises NoSuchSystem."""
    row = System.objects.filter(pk=system_id).first()
    if row is None:
        raise NoSuchSystem(id=system_id)
    try:
        return connector_of(row).plan(scope, now)
    except TrustkeepError as error:
        return Plan(trouble=Trouble.SETTINGS, detail=error.log)
    except Exception as error:
        log.exception("system-crashed", system=str(system_id))
        return Plan(trouble=Trouble.CRASHED, detail=type(error).__name__)


def deliver(*, system_id: uuid.UUID, instruction: Instruction, now: datetime) -> DeliveryShown:
    """Tell a system what to do, or ask how far it is, if that is due; return where it stands.

    Call it as often as you like with the same instruction: what is settled is never asked again,
    and what is not due yet, or is being asked by somebody else, is only looked at.
    Raises NoSuchSystem, InstructionChanged.
    """
    row = _row_of(system_id, instruction, now)
    if row.state in (State.DUE, State.AWAITING):
        attempt(delivery_id=row.id, now=now)
        row.refresh_from_db()
    return shown(row)


def instruct(*, system_id: uuid.UUID, instruction: Instruction, now: datetime) -> DeliveryShown:
    """Rest an instruction without asking the system, and return where it stands.

    Whoever goes round the systems then asks. Raises NoSuchSystem, InstructionChanged.
    """
    return shown(_row_of(system_id, instruction, now))


def attempt(*, delivery_id: uuid.UUID, now: datetime) -> bool:
    """Ask once, if it is due and nobody else is at it; return whether the system was asked."""
    lease = new_id()
    with transaction.atomic():
        row = _leased(delivery_id, lease, now)
    if row is None:
        return False
    started = monotonic()
    answer = _asked(row, now)
    took = timedelta(seconds=monotonic() - started)
    with transaction.atomic():
        settling.settle(delivery_id, lease, answer, took=took, now=now + took)
    return True


def _row_of(system_id: uuid.UUID, instruction: Instruction, now: datetime) -> Delivery:
    with transaction.atomic():
        system = System.objects.select_for_update().filter(pk=system_id).first()
        if system is None:
            raise NoSuchSystem(id=system_id)
        row = Delivery.objects.filter(system=system, key=instruction.key).first()
        if row is None:
            return _entered(system, instruction, now)
    scope = instruction.scope
    given = (instruction.act, scope.account, scope.kind, scope.reference)
    if (row.act, row.account, row.scope, row.reference) != given:
        raise InstructionChanged(key=instruction.key)
    return row


def _entered(system: System, instruction: Instruction, now: datetime) -> Delivery:
    row = Delivery(
        id=new_id(),
        system=system,
        key=instruction.key,
        act=instruction.act,
        account=instruction.scope.account,
        scope=instruction.scope.kind,
        reference=instruction.scope.reference,
        generation=instruction.generation,
        cause=instruction.cause,
        deadline=instruction.deadline,
        made_at=now,
        trying_since=now,
        state=State.DUE,
        next_at=now,
    )
    row.sealed = seal_identities(row, instruction.scope)
    row.save(force_insert=True)
    reason = Reason.RETIRED if system.retired_at else _missing(system, instruction.act)
    if reason is not None:
        settling.not_applicable(row, reason, now=now)
    elif not system.enabled:
        settling.stall(row, Trouble.DISABLED, now=now)
    return row


def _missing(system: System, act: Act) -> Reason | None:
    """Return why the system cannot be told this at all, if its connector says so."""
    try:
        has_it = act in connector_of(system).acts
    except TrustkeepError:
        # Unusable settings are found, and told, by the attempt.
        return None
    return None if has_it else _WITHOUT.get(act)


def _leased(delivery_id: uuid.UUID, lease: uuid.UUID, now: datetime) -> Delivery | None:
    """Take the lease by compare-and-set; None if it is not due, taken, or the breaker is open."""
    due = Delivery.objects.filter(due_by(now), pk=delivery_id)
    row = due.select_for_update(of=("self",)).select_related("system").first()
    if row is None:
        return None
    if not row.system.enabled:
        settling.stall(row, Trouble.DISABLED, now=now)
        return None
    if _is_held(row):
        Delivery.objects.filter(pk=row.pk).update(next_at=now + HELD_UP)
        return None
    if _is_held_back(row, now):
        return None
    was_interrupted = row.lease_until is not None
    taken = due.update(
        lease=lease,
        lease_until=now + LEASE,
        attempts=row.attempts + 1,
        # Whoever held the lease before may have been killed after the system had acted.
        reached=row.reached or was_interrupted,
    )
    if not taken:
        return None
    row.refresh_from_db()
    settling.note_instructed(row, now=now)
    return row


def due_by(now: datetime) -> Q:
    """Return which deliveries may be asked about now: due, and nobody is at them."""
    free = Q(lease_until__isnull=True) | Q(lease_until__lte=now)
    free |= Q(lease_until__gt=now + LEASE_AT_MOST)
    due = Q(next_at__lte=now) | Q(next_at__gt=now + LONGEST_RETRY_AFTER)
    return free & due & Q(state__in=(State.DUE, State.AWAITING))


def _is_held(row: Delivery) -> bool:
    """Return whether a hold forbids to tell a system to erase, which may be days after it began."""
    asks = row.act == Act.ERASE and row.state == State.DUE
    return asks and holding.is_held(row.account)


def _is_held_back(row: Delivery, now: datetime) -> bool:
    system = row.system
    if system.closed_until is None or is_astray(system.closed_until, now):
        return False
    if system.closed_until > now:
        Delivery.objects.filter(pk=row.pk).update(next_at=system.closed_until)
        return True
    if system.failures >= FAILURES_UNTIL_CLOSED:
        # One attempt may try whether the system is back; the others wait for what it finds.
        trying = System.objects.filter(pk=system.pk, closed_until=system.closed_until)
        return not trying.update(closed_until=now + LEASE)
    return False


def _asked(row: Delivery, now: datetime) -> Answer:
    """Ask the system; whatever goes wrong becomes an answer, since others must go on."""
    try:
        instruction = instruction_of(row)
        return _put(connector_of(row.system), row, instruction, now)
    except OutOfOrder as error:
        # Ours, not the system's: nobody was asked, and nothing about its settings is wrong.
        log.exception("system-crashed", system=str(row.system_id), delivery=str(row.id))
        return Answer(Outcome.UNKNOWN, trouble=Trouble.CRASHED, detail=type(error).__name__)
    except TrustkeepError as error:
        return Answer(Outcome.STALLED, trouble=Trouble.SETTINGS, detail=error.log)
    except Exception as error:
        log.exception("system-crashed", system=str(row.system_id), delivery=str(row.id))
        return Answer(Outcome.UNKNOWN, trouble=Trouble.CRASHED, detail=type(error).__name__)


def _put(connector: Connector, row: Delivery, instruction: Instruction, now: datetime) -> Answer:
    if row.state == State.AWAITING:
        return connector.poll(instruction, row.tracking, now)
    match instruction.act:
        case Act.LOCK:
            return connector.lock(instruction, now)
        case Act.UNLOCK:
            return connector.unlock(instruction, now)
        case Act.VERIFY:
            return connector.verify(instruction, now)
        case Act.ERASE:
            _count_first(connector, row, instruction, now)
            return connector.erase(instruction, now)


def _count_first(
    connector: Connector, row: Delivery, instruction: Instruction, now: datetime
) -> None:
    """Rest what is there before the first deletion: an empty second try then is no finding."""
    if row.planned is not None:
        return
    found = connector.plan(instruction.scope, now)
    if found.trouble is None:
        Delivery.objects.filter(pk=row.pk).update(planned=found.items)


def instruction_of(row: Delivery) -> Instruction:
    """Return what a delivery says."""
    scope = Scope(row.account, ScopeKind(row.scope), row.reference, identities_of(row))
    return Instruction(
        act=Act(row.act),
        key=row.key,
        scope=scope,
        deadline=row.deadline,
        generation=row.generation,
        cause=row.cause,
    )
