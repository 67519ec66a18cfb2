"""Which steps an obligation has, and when each is due: written once, at its turning points."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from trustkeep.lifecycle import stores
from trustkeep.lifecycle.deadlines import ALARMS, KEY_FIRST_BEFORE, REMIND_BEFORE
from trustkeep.lifecycle.edges import ACCOUNT, settle_phase
from trustkeep.lifecycle.models import Obligation, Step
from trustkeep.lifecycle.stages import DESTRUCTIVE, OUTSIDE, PHASE_OF, Phase, StepKind
from trustkeep.lifecycle.systems.delivery import targets

ENDING, LOCKED, REINSTATED, ERASED = "ending", "locked", "reinstated", "erased"
NEAR = "near-"
"""How the target of a reminder begins; the number of days follows."""


@dataclass(frozen=True, slots=True)
class Due:
    """A step to be taken on."""

    kind: StepKind
    at: datetime
    target: str = ""


def on_termination(row: Obligation, now: datetime) -> None:
    """Take on what follows from a contract's end, up to the beginning of the deletion."""
    end = row.trusted_at
    steps = [
        Due(StepKind.NOTICE, now, ENDING),
        Due(StepKind.LOCK, end),
        Due(StepKind.NOTICE, end, LOCKED),
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


def on_request(row: Obligation, now: datetime) -> None:
    """Take on the erasure of a part, which locks nothing."""
    _add(row, [Due(StepKind.PLAN, now), Due(StepKind.BEGIN, row.not_before), *_alarms(row)])


def on_purging(row: Obligation, now: datetime) -> None:
    """Take on the erasure itself: every store, every system, the key, what proves it."""
    whole = row.scope == ACCOUNT
    steps = [
        Due(StepKind.OBJECTS, now),
        *(Due(StepKind.ROWS, now, table) for table in stores.tables(row.scope)),
        *(Due(StepKind.SYSTEM_ERASE, now, str(system.id)) for system in targets()),
        *(Due(StepKind.SYSTEM_VERIFY, now, str(system.id)) for system in targets()),
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


def on_reinstatement(row: Obligation, now: datetime) -> None:
    """Tell the customer and the systems that it goes on."""
    steps = [Due(StepKind.NOTICE, now, REINSTATED)]
    steps += [Due(StepKind.SYSTEM_UNLOCK, now, str(system.id)) for system in targets()]
    _add(row, steps)


def on_erased(row: Obligation, now: datetime, watch_until: datetime) -> None:
    """Watch what was emptied, and follow up what others still owe."""
    steps = [
        Due(StepKind.NOTICE, now, ERASED),
        Due(StepKind.FOLLOW_UP, now, "systems-confirmed"),
        Due(StepKind.WATCH, watch_until),
    ]
    _add(row, steps)


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
                phase=PHASE_OF.get(due.kind, Phase.LOCK),
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
