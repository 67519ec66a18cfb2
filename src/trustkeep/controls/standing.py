"""From what checks saw to what the public is told, at any instant, past or present.

Pure: no database, no clock. A check's results rest as spans (`Seen`): equal results in a row,
from ``first_at`` to ``last_at``. A span speaks until ``last_at`` plus the check's maximum age, or
until the next span starts; where nothing speaks, the state is *not measured*. So crashed, disabled,
stale and missing checks, and a dead scheduler, all show without anything having to run.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from trustkeep.controls.promise import Check, Figure, Outcome, Promise, State

NEVER_RAN = Figure("never-ran")
STALE = "stale"
DISABLED = "disabled"


@dataclass(frozen=True, slots=True)
class Seen:
    """Equal results in a row of one check."""

    outcome: Outcome
    figure: Figure
    subjects: int
    shortfalls: int
    due_at: datetime | None
    warn_at: datetime | None
    first_at: datetime
    last_at: datetime
    entry_index: int


@dataclass(frozen=True, slots=True)
class Off:
    """A time in which a check was switched off by a person; ``until`` is None while it lasts."""

    since: datetime
    until: datetime | None


@dataclass(frozen=True, slots=True)
class Trail:
    """All that is known of one check: its spans and its switched-off times, oldest first."""

    check: Check
    seen: Sequence[Seen] = ()
    off: Sequence[Off] = ()

    def last_before(self, at: datetime) -> Seen | None:
        position = bisect_right(self.seen, at, key=lambda span: span.first_at)
        return self.seen[position - 1] if position else None

    def is_off(self, at: datetime) -> Off | None:
        for off in self.off:
            if off.since <= at and (off.until is None or at < off.until):
                return off
        return None


@dataclass(frozen=True, slots=True)
class Standing:
    """The state at one instant and the figure that explains it."""

    state: State
    figure: Figure
    check: str
    seen: Seen | None


@dataclass(frozen=True, slots=True)
class Interval:
    """A time in which the state was the same: from ``since`` up to, not including, ``until``."""

    state: State
    since: datetime
    until: datetime


def standing_of_check(promise: Promise, trail: Trail, at: datetime) -> Standing:
    """Return where one check stood at `at`."""
    seen = trail.last_before(at)
    name = trail.check.name
    off = trail.is_off(at)
    if off:
        return Standing(State.NOT_MEASURED, Figure(DISABLED, {"at": off.since}), name, seen)
    if seen is None:
        return Standing(State.NOT_MEASURED, NEVER_RAN, name, None)
    # Last month's page is judged by what was known then: a span that went on after `at` was fresh.
    known_until = min(seen.last_at, at)
    if at >= known_until + trail.check.max_age:
        return Standing(State.NOT_MEASURED, Figure(STALE, {"at": seen.last_at}), name, seen)
    return Standing(_state_of(promise, seen, at), seen.figure, name, seen)


def standing_of(promise: Promise, trails: Sequence[Trail], at: datetime) -> Standing:
    """Return where the promise stood at `at`: the worst of its checks."""
    each = [standing_of_check(promise, trail, at) for trail in trails]
    return max(each, key=lambda standing: standing.state.severity)


def _state_of(promise: Promise, seen: Seen, at: datetime) -> State:
    if seen.outcome is Outcome.CANNOT_TELL:
        return State.NOT_MEASURED
    if seen.outcome is Outcome.FAILS:
        return State.NOT_KEPT
    if seen.due_at and at >= seen.due_at:
        return State.NOT_KEPT
    warn_at = warning_of(promise, seen)
    if warn_at and at >= warn_at:
        return State.AT_RISK
    return State.KEPT


def warning_of(promise: Promise, seen: Seen) -> datetime | None:
    """Return the instant from which a result that holds is at risk; None if it has no deadline."""
    if seen.warn_at:
        return seen.warn_at
    return seen.due_at - promise.warn_before if seen.due_at else None


def intervals(
    promise: Promise, trails: Sequence[Trail], since: datetime, until: datetime
) -> list[Interval]:
    """Return the states from `since` to `until`, oldest first, neighbours differing."""
    instants = sorted(
        {since, *(at for at in _turning_points(promise, trails) if since < at < until)}
    )
    found: list[Interval] = []
    for start, end in zip(instants, [*instants[1:], until], strict=True):
        state = standing_of(promise, trails, start).state
        if found and found[-1].state is state:
            found[-1] = Interval(state, found[-1].since, end)
        else:
            found.append(Interval(state, start, end))
    return found


def next_change(promise: Promise, trails: Sequence[Trail], at: datetime) -> datetime | None:
    """Return when the state shown at `at` changes by age alone; None if it never would."""
    state = standing_of(promise, trails, at).state
    later = sorted(point for point in _turning_points(promise, trails) if point > at)
    for point in later:
        if standing_of(promise, trails, point).state is not state:
            return point
    return None


def _turning_points(promise: Promise, trails: Sequence[Trail]) -> set[datetime]:
    points: set[datetime] = set()
    for trail in trails:
        for seen in trail.seen:
            points |= {seen.first_at, seen.last_at + trail.check.max_age}
            points |= {at for at in (seen.due_at, warning_of(promise, seen)) if at}
        for off in trail.off:
            points |= {at for at in (off.since, off.until) if at}
    return points


def time_in(found: Sequence[Interval]) -> Mapping[State, timedelta]:
    """Return how long each state lasted over `found`."""
    total = dict.fromkeys(State, timedelta())
    for interval in found:
        total[interval.state] += interval.until - interval.since
    return total
