"""Which steps an obligation has, and when each is due: written once, at its turning points."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from trustkeep.lifecycle import parts, planning, stores
from trustkeep.lifecycle.backups.queries import copies_of
from trustkeep.lifecycle.deadlines import ALARMS, KEY_FIRST_BEFORE, REMIND_BEFORE
from trustkeep.lifecycle.edges import ACCOUNT, settle_phase
from trustkeep.lifecycle.models import Obligation, Step
from trustkeep.lifecycle.receipts import FollowUp
from trustkeep.lifecycle.stages import DESTRUCTIVE, OUTSIDE, PHASE_OF, Phase, StepKind, StepState
from trustkeep.lifecycle.systems.delivery import targets
from trustkeep.records.periods import end_of

ENDING, LOCKED, REINSTATED, ERASED = "ending", "locked", "reinstated", "erased"
FOLLOWED = "followed"
"""How the target of a letter with a further receipt begins; why it followed comes after."""
NEAR = "near-"
"""How the target of a reminder begins; the number of days follows."""


@dataclass(frozen=True, slots=True)
class Due:
    """A step to be taken on; without a phase it comes in that of its kind."""

    kind: StepKind
    at: datetime
    target: str = ""
    phase: Phase | None = None


def on_termination(row: Obligation, now: datetime) -> None:
    """Take on what follows from a contract's end, up to the beginning of the deletion."""
    end = row.trusted_at
    steps = [
        Due(StepKind.NOTICE, now, ENDING),
        Due(StepKind.LOCK, end),
        # The letter says that every door was tried, so it waits until each has refused.
        Due(StepKind.NOTICE, end, LOCKED, Phase.PLAN),
        *(Due(StepKind.SYSTEM_LOCK, end, str(system.id)) for system in targets()),
        Due(StepKind.PROBE, end),
        Due(StepKind.PLAN, end),
        Due(StepKind.BEGIN, row.not_before),
        *_alarms(row),
        *(
            Due(StepKind.NOTICE, row.not_before - before, f"{NEAR}{before.days}")
            for before in REMIND_BEFORE
        ),
    ]
    _add(row, steps)


def on_part(row: Obligation, now: datetime) -> None:
    """Take on the erasure of a part, which locks nothing and waits for its plan to be approved."""
    _add(row, [Due(StepKind.BEGIN, row.not_before), *_alarms_of_request(row, now)])


def on_purging(row: Obligation, now: datetime) -> None:
    """Take on the erasure itself: every store, every system, the key, what proves it."""
    whole = row.scope == ACCOUNT
    steps = [
        *(_of_account(row, now) if whole else _of_part(row, now)),
        Due(StepKind.VERIFY, now),
        Due(StepKind.RESIDUE, now),
        Due(StepKind.RECEIPT, now),
    ]
    if whole:
        ceiling = max(row.done_by - KEY_FIRST_BEFORE, now)
        steps += [
            Due(StepKind.KEY, now),
            Due(StepKind.EPOCH, now),
            Due(StepKind.CEILING, ceiling),
        ]
    _add(row, steps)


def on_extension(row: Obligation, now: datetime) -> None:
    """Move the alarms of a part whose request has got more time."""
    for due in _alarms_of_request(row, now):
        steps = Step.objects.filter(obligation=row, kind=due.kind, target=due.target)
        steps.filter(state=StepState.DUE).update(next_at=due.at)


def on_reinstatement(row: Obligation, now: datetime) -> None:
    """Tell the customer and the systems that it goes on."""
    steps = [Due(StepKind.NOTICE, now, REINSTATED)]
    steps += [Due(StepKind.SYSTEM_UNLOCK, now, str(system.id)) for system in targets()]
    _add(row, steps)


def on_erased(row: Obligation, now: datetime, watch_until: datetime) -> None:
    """Watch what was emptied, and follow up what others still owe, and until no backup holds it."""
    steps = [
        Due(StepKind.NOTICE, now, ERASED),
        Due(StepKind.FOLLOW_UP, now, FollowUp.SYSTEMS_CONFIRMED),
        Due(StepKind.WATCH, watch_until),
    ]
    copies = copies_of(row.erased_at or now, now)
    if copies:
        last = max(end_of(one.gone_date) for one in copies)
        steps.append(Due(StepKind.FOLLOW_UP, last, FollowUp.BACKUPS_EXPIRED))
    _add(row, steps)


def on_followed(row: Obligation, why: FollowUp, now: datetime) -> None:
    """Send a further receipt out, once a checkpoint proves it."""
    _add(row, [Due(StepKind.NOTICE, now, f"{FOLLOWED}-{why}")])


def _of_account(row: Obligation, now: datetime) -> Iterable[Due]:
    yield Due(StepKind.OBJECTS, now)
    yield from (Due(StepKind.ROWS, now, table) for table in stores.tables(row.scope))
    for kind in (StepKind.SYSTEM_ERASE, StepKind.SYSTEM_VERIFY):
        yield from (Due(kind, now, str(system.id)) for system in targets())


def _of_part(row: Obligation, now: datetime) -> Iterable[Due]:
    part = planning.part_of(row)
    for shelf in parts.shelves(part):
        kind = StepKind.OBJECTS if shelf.name == stores.OBJECTS else StepKind.ROWS
        yield Due(kind, now, "" if kind is StepKind.OBJECTS else shelf.name)
    yield from (Due(StepKind.BY_HAND, now, one) for one in part.by_hand)
    told = planning.told_to_systems(row)
    for kind in (StepKind.SYSTEM_ERASE, StepKind.SYSTEM_VERIFY):
        for system in targets():
            yield from (Due(kind, now, system_target(system.id, one.reference)) for one in told)


def system_target(system: uuid.UUID, thing: str) -> str:
    """Return the target of a step at a system; one thing of several has a step of its own."""
    return f"{system}:{thing}"


def _alarms_of_request(row: Obligation, now: datetime) -> Iterable[Due]:
    # The month runs from the receipt of the request, so its alarms do too.
    for percent in (*ALARMS, 100):
        at = row.trusted_at + (row.done_by - row.trusted_at) * percent / 100
        if at > now:
            yield Due(StepKind.ALARM, at, f"deletion-{percent}")


def _alarms(row: Obligation) -> Iterable[Due]:
    if row.lock_by:
        for percent in (*ALARMS, 100):
            at = row.trusted_at + (row.lock_by - row.trusted_at) * percent / 100
            yield Due(StepKind.ALARM, at, f"lock-{percent}")
    for percent in (*ALARMS, 100):
        # The time that can be missed begins when deletion may start.
        at = row.not_before + (row.done_by - row.not_before) * percent / 100
        yield Due(StepKind.ALARM, at, f"deletion-{percent}")


def _add(row: Obligation, steps: Iterable[Due]) -> None:
    Step.objects.bulk_create(
        [
            Step(
                obligation=row,
                kind=due.kind,
                target=due.target,
                phase=due.phase or PHASE_OF.get(due.kind, Phase.LOCK),
                rank=rank,
                outside=due.kind in OUTSIDE,
                destructive=due.kind in DESTRUCTIVE,
                key=f"{row.id}:{due.kind}:{due.target}:{row.generation}",
                next_at=due.at,
            )
            for rank, due in enumerate(steps)
        ],
        ignore_conflicts=True,
    )
    settle_phase(row.id)
