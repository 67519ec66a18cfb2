"""The state at an instant follows from what checks saw and from nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.controls.promises import EVERY, MAX_AGE, NOON, check_with, promise_with
from trustkeep.controls.promise import Figure, Outcome, State
from trustkeep.controls.standing import (
    Off,
    Seen,
    Trail,
    intervals,
    next_change,
    standing_of,
    standing_of_check,
    time_in,
)

CHECK = check_with()
PROMISE = promise_with(CHECK)
A_MOMENT = timedelta(seconds=1)


def seen(
    outcome: Outcome = Outcome.HOLDS,
    first_at: datetime = NOON,
    lasting: timedelta = timedelta(),
    due_at: datetime | None = None,
    warn_at: datetime | None = None,
) -> Seen:
    figure = Figure("warm", {"pots": 3})
    return Seen(outcome, figure, 3, 0, due_at, warn_at, first_at, first_at + lasting, 1)


def trail(*spans: Seen, off: Sequence[Off] = ()) -> Trail:
    return Trail(CHECK, spans, off)


@pytest.mark.parametrize(
    ("outcome", "state"),
    [
        (Outcome.HOLDS, State.KEPT),
        (Outcome.FAILS, State.NOT_KEPT),
        (Outcome.CANNOT_TELL, State.NOT_MEASURED),
    ],
)
def test_standing__follows_the_outcome(outcome: Outcome, state: State) -> None:
    assert standing_of(PROMISE, [trail(seen(outcome))], NOON).state is state


def test_standing__is_not_measured_before_the_first_run() -> None:
    standing = standing_of(PROMISE, [trail()], NOON)

    assert standing.state is State.NOT_MEASURED
    assert standing.figure.code == "never-ran"


def test_standing__is_not_measured_from_the_instant_the_evidence_is_too_old() -> None:
    spans = [trail(seen(lasting=EVERY))]
    stale_at = NOON + EVERY + MAX_AGE

    assert standing_of(PROMISE, spans, stale_at - A_MOMENT).state is State.KEPT
    assert standing_of(PROMISE, spans, stale_at).state is State.NOT_MEASURED
    assert standing_of(PROMISE, spans, stale_at).figure.code == "stale"


def test_standing__is_not_measured_while_a_person_has_switched_the_check_off() -> None:
    off = Off(NOON + EVERY, NOON + 2 * EVERY)
    spans = [trail(seen(lasting=3 * EVERY), off=[off])]

    assert standing_of(PROMISE, spans, NOON).state is State.KEPT
    assert standing_of(PROMISE, spans, off.since).figure.code == "disabled"
    assert standing_of(PROMISE, spans, NOON + 2 * EVERY).state is State.KEPT


def test_standing__turns_at_risk_and_then_not_kept_with_nothing_running() -> None:
    due_at = NOON + timedelta(minutes=50)
    spans = [trail(seen(due_at=due_at, warn_at=NOON + timedelta(minutes=20)))]

    assert standing_of(PROMISE, spans, NOON).state is State.KEPT
    assert standing_of(PROMISE, spans, NOON + timedelta(minutes=20)).state is State.AT_RISK
    assert standing_of(PROMISE, spans, due_at).state is State.NOT_KEPT


def test_standing__warns_the_promises_own_span_before_the_deadline() -> None:
    due_soon = [trail(seen(due_at=NOON + PROMISE.warn_before))]
    due_later = [trail(seen(due_at=NOON + PROMISE.warn_before + A_MOMENT))]

    assert standing_of(PROMISE, due_soon, NOON).state is State.AT_RISK
    assert standing_of(PROMISE, due_later, NOON).state is State.KEPT


def test_standing__of_several_checks_is_the_worst() -> None:
    held, failed, unknown = (
        trail(seen(outcome)) for outcome in (Outcome.HOLDS, Outcome.FAILS, Outcome.CANNOT_TELL)
    )

    assert standing_of(PROMISE, [held, unknown], NOON).state is State.NOT_MEASURED
    assert standing_of(PROMISE, [unknown, failed, held], NOON).state is State.NOT_KEPT


def test_standing__judges_a_past_instant_by_the_span_of_then() -> None:
    spans = trail(
        seen(Outcome.FAILS, NOON - timedelta(days=2), timedelta(days=1)),
        seen(Outcome.HOLDS, NOON - timedelta(days=1), timedelta(days=1)),
    )

    assert standing_of_check(PROMISE, spans, NOON - timedelta(hours=36)).state is State.NOT_KEPT
    assert standing_of_check(PROMISE, spans, NOON).state is State.KEPT


def test_intervals__shows_the_silence_between_two_runs() -> None:
    late = NOON + timedelta(hours=3)
    spans = [trail(seen(), seen(first_at=late))]

    found = intervals(PROMISE, spans, NOON, late + EVERY)

    assert [(one.state, one.since) for one in found] == [
        (State.KEPT, NOON),
        (State.NOT_MEASURED, NOON + MAX_AGE),
        (State.KEPT, late),
    ]
    assert time_in(found)[State.NOT_MEASURED] == timedelta(hours=2)


def test_next_change__is_the_instant_the_evidence_grows_too_old() -> None:
    assert next_change(PROMISE, [trail(seen())], NOON) == NOON + MAX_AGE


def test_next_change__is_the_warning_if_that_comes_first() -> None:
    warn_at = NOON + timedelta(minutes=5)
    spans = [trail(seen(due_at=NOON + timedelta(days=1), warn_at=warn_at))]

    assert next_change(PROMISE, spans, NOON) == warn_at


def test_next_change__is_none_once_nothing_can_change_by_age() -> None:
    assert next_change(PROMISE, [trail(seen())], NOON + 2 * MAX_AGE) is None


spans_in_order = st.lists(
    st.tuples(
        st.sampled_from(list(Outcome)),
        st.integers(1, 300),
        st.integers(0, 300),
        st.none() | st.integers(0, 600),
    ),
    max_size=6,
)


@given(spans_in_order, st.integers(0, 2000), st.integers(1, 2000))
def test_intervals__agree_with_the_standing_at_every_minute(
    drawn: list[tuple[Outcome, int, int, int | None]], start: int, length: int
) -> None:
    minute = timedelta(minutes=1)
    spans, at = [], NOON
    for outcome, pause, lasting, due in drawn:
        at += pause * minute
        due_at = None if due is None else at + due * minute
        spans.append(seen(outcome, at, lasting * minute, due_at))
        at += lasting * minute
    since, until = NOON + start * minute, NOON + (start + length) * minute

    found = intervals(PROMISE, [trail(*spans)], since, until)

    assert found[0].since == since
    assert found[-1].until == until
    assert all(a.until == b.since and a.state is not b.state for a, b in pairwise(found))
    for interval in found:
        for instant in (interval.since, interval.until - A_MOMENT):
            assert standing_of(PROMISE, [trail(*spans)], instant).state is interval.state
