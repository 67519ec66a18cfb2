"""Clocks that jump, a second one that is asked, and people who vouch for the time."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.db import OperationalError

from tests.lifecycle.world import (
    A_DAY,
    A_MINUTE,
    AN_HOUR,
    JONAS,
    MIRA,
    ended,
    harbour,
    house,
    pass_time,
    some_id,
    state,
    step_of,
    turn,
)
from tests.promises.world import NOW
from trustkeep.lifecycle import clocks, stepping
from trustkeep.lifecycle.attempts import LEASE
from trustkeep.lifecycle.deadlines import EARLY_WITHIN
from trustkeep.lifecycle.models import ClockMark, Deed, Obligation, Step
from trustkeep.lifecycle.planning import approve, ask_for_deletion
from trustkeep.lifecycle.stages import StepKind, Trouble
from trustkeep.lifecycle.terminating import end_contract

pytestmark = pytest.mark.django_db
LATER = NOW + 60 * A_DAY


class Second:
    """A second clock that says what it is set to."""

    def __init__(self) -> None:
        self.says: datetime | None = None
        self.asked = 0

    def __call__(self) -> datetime | None:
        self.asked += 1
        return self.says


@pytest.fixture
def second(monkeypatch: pytest.MonkeyPatch) -> Second:
    clock = Second()
    monkeypatch.setattr(clocks.joined, "second", clock)
    monkeypatch.setattr(clocks.joined, "name", "time.example.com")
    return clock


def doubted() -> None:
    clocks.look(NOW)
    assert not clocks.look(LATER)


@pytest.mark.when("clock-ahead")
def test_two_people__end_the_doubt_and_one_does_not() -> None:
    doubted()

    assert not clocks.confirm(by=JONAS, now=LATER)
    with pytest.raises(clocks.SameAgain):
        clocks.confirm(by=JONAS, now=LATER + A_MINUTE)
    assert clocks.shown(LATER).vouched_by == JONAS
    assert not clocks.look(LATER + A_MINUTE)
    assert clocks.confirm(by=MIRA, now=LATER + 2 * A_MINUTE)

    assert clocks.look(LATER + 3 * A_MINUTE)
    clocks.require_believed(LATER + 3 * A_MINUTE)
    told = [deed.body["what"] for deed in Deed.objects.order_by("entry_index")]
    assert told == ["doubted", "confirmed", "vouched"]


def test_word_of_one__is_forgotten_after_its_time() -> None:
    doubted()
    clocks.confirm(by=JONAS, now=LATER)

    assert not clocks.confirm(by=MIRA, now=LATER + clocks.CONFIRM_WITHIN + A_MINUTE)
    assert clocks.shown(LATER + clocks.CONFIRM_WITHIN + A_MINUTE).vouched_by == MIRA


def test_people__have_nothing_to_confirm_while_the_clock_is_believed() -> None:
    clocks.look(NOW)

    with pytest.raises(clocks.ClockBelieved):
        clocks.confirm(by=JONAS, now=NOW)


def test_people__do_not_outweigh_a_second_clock(second: Second) -> None:
    doubted()
    second.says = NOW + A_MINUTE

    with pytest.raises(clocks.AnotherSays, match=r"time\.example\.com"):
        clocks.confirm(by=JONAS, now=LATER)


def test_second_clock__ends_a_doubt_in_either_direction(second: Second) -> None:
    doubted()
    second.says = LATER

    assert clocks.look(LATER)
    second.says = NOW
    assert clocks.look(NOW)
    assert clocks.shown().highest_at == NOW


def test_second_clock__that_is_silent_ends_no_doubt(second: Second) -> None:
    doubted()

    assert not clocks.look(LATER)
    assert second.asked == 2


def test_second_clock__is_not_asked_while_nothing_is_doubted(second: Second) -> None:
    for minute in range(5):
        clocks.look(NOW + minute * A_MINUTE)

    assert second.asked == 0


@pytest.mark.when("clock-wanders")
def test_clock__that_wandered_off_in_small_steps_destroys_nothing(second: Second) -> None:
    house()
    account = harbour()
    row = ended(account)
    turn(NOW)
    pass_time(row.not_before - A_MINUTE, NOW)
    second.says = row.not_before - 30 * AN_HOUR

    turn(row.not_before)

    assert state(account) == "locked"
    assert step_of(row, StepKind.BEGIN).trouble == Trouble.CLOCK
    second.says = row.not_before + 2 * A_MINUTE
    turn(row.not_before + 2 * A_MINUTE)
    assert state(account) == "purging"


def test_second_clock__that_is_silent_holds_up_no_deletion(second: Second) -> None:
    house()
    account = harbour()
    row = ended(account)
    turn(NOW)
    pass_time(row.not_before + timedelta(seconds=1), NOW)

    assert second.asked
    assert state(account) == "purging"


def test_clock__that_was_far_ahead_has_put_nothing_off() -> None:
    house()
    account = harbour()
    row = ended(account)
    turn(NOW)
    pass_time(row.not_before - A_DAY, NOW)
    begin = step_of(row, StepKind.BEGIN)
    far = row.not_before + 2000 * A_DAY

    turn(far)
    Step.objects.filter(pk=begin.pk).update(lease=some_id(), lease_until=far + LEASE)
    clocks.vouch(by=JONAS, now=row.not_before - A_DAY)
    turn(row.not_before - A_MINUTE)
    assert state(account) == "locked"
    turn(row.not_before)

    assert state(account) == "purging"


def test_doors__that_a_wrong_clock_found_shut_are_tried_again() -> None:
    house()
    account = harbour()
    told = end_contract(account_id=account.id, by=JONAS, now=NOW, ends_at=NOW + A_DAY)
    turn(NOW)
    turn(NOW + 900 * A_DAY)
    row = Obligation.objects.get(pk=told.obligation)
    assert row.proved_at == NOW + 900 * A_DAY

    clocks.vouch(by=JONAS, now=NOW + AN_HOUR)
    turn(NOW + AN_HOUR)

    row.refresh_from_db()
    assert row.proved_at == row.locked_at == NOW + AN_HOUR


def test_deletion_on_request__of_what_a_wrong_clock_locked_waits_for_the_end() -> None:
    house()
    account = harbour()
    end = NOW + 90 * A_DAY
    told = end_contract(account_id=account.id, by=JONAS, now=NOW, ends_at=end)
    turn(NOW)
    turn(NOW + 900 * A_DAY)
    clocks.vouch(by=JONAS, now=NOW + AN_HOUR)
    plan = ask_for_deletion(
        account_id=account.id, cause="request-dpo", request="r-1", by=JONAS, now=NOW + AN_HOUR
    )

    approve(account_id=account.id, digest=plan.digest, by=MIRA, now=NOW + AN_HOUR)

    row = Obligation.objects.get(pk=told.obligation)
    assert (row.not_before, row.done_by) == (end, end + EARLY_WITHIN)


def test_failure__under_a_clock_that_is_far_ahead_has_put_no_deletion_off(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    house()
    account = harbour()
    row = ended(account)
    turn(NOW)
    pass_time(row.not_before - A_DAY, NOW)
    with monkeypatch.context() as patch:
        patch.setattr(stepping, "_held_up", _locked)
        turn(row.not_before + 2000 * A_DAY)
    assert step_of(row, StepKind.BEGIN).trouble == Trouble.BUSY

    clocks.vouch(by=JONAS, now=row.not_before - A_DAY)
    turn(row.not_before - A_MINUTE)
    assert state(account) == "locked"
    turn(row.not_before)

    assert state(account) == "purging"


def _locked(*_: object) -> None:
    raise OperationalError("database is locked")


@pytest.mark.when("two-workers")
def test_mark__is_made_once_by_two_workers_who_both_are_the_first(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(ClockMark.objects, "first", lambda: None)

    assert clocks.look(NOW)
    assert clocks.look(NOW + A_MINUTE)
    assert ClockMark.objects.count() == 1
