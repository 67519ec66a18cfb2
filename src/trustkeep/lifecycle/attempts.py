"""What one attempt at a step is given, and what comes of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from time import monotonic
from typing import Any

from trustkeep.evidence.kinds import Kind
from trustkeep.lifecycle.models import Step
from trustkeep.lifecycle.stages import StepState, Trouble, Why

LEASE = timedelta(minutes=5)
"""How long a step may go without a sign of life before another worker takes it over."""
LEASE_AT_MOST = 2 * LEASE
"""A lease that ends later than this was taken by a clock that was wrong; it binds nobody."""
LOOK_AGAIN = timedelta(minutes=1)
"""How often a step that is held up looks whether it may go on."""


@dataclass(frozen=True, slots=True)
class Ran:
    """What came of one attempt. ``again_at`` is when a step that is not done looks again."""

    state: StepState = StepState.DONE
    matched: int | None = None
    deleted: int | None = None
    remaining: int | None = None
    bytes: int | None = None
    reason: Why | None = None
    trouble: Trouble | None = None
    again_at: datetime | None = None
    told: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Runner:
    """How steps of one kind are done.

    ``whole``: it writes rows only and runs inside the transaction that settles the step. The others
    write in transactions of their own, or outside the database, and may be repeated at will.
    """

    run: Callable[[Step, datetime], Ran]
    whole: bool = False
    kind: Kind = Kind.ERASURE_STEP


class LeaseLost(Exception):
    """Another worker took the step over; this one writes nothing more."""


def lease_until(now: datetime, since: float | None) -> datetime:
    """Return when a lease ends that is taken at this moment.

    ``since`` is when the worker read its clock and saw `now`, by a clock that nobody sets: a turn
    may take longer than a lease, and each one has to be whole when it is taken.
    """
    passed = 0.0 if since is None else monotonic() - since
    return now + timedelta(seconds=passed) + LEASE


def renew(step: Step, now: datetime) -> None:
    """Say that the worker is still at it; raises LeaseLost if another one is."""
    held = Step.objects.filter(pk=step.pk, lease=step.lease)
    if not held.update(lease_until=lease_until(now, step.since)):
        raise LeaseLost
