"""Every door is closed within the hours after a contract's end."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.lifecycle.rows import contract_end
from tests.promises.world import NOW, checked, codes, standing
from trustkeep.controls.promise import Outcome, State
from trustkeep.controls.promises.locked_after_contract_end import PROMISE
from trustkeep.lifecycle.deadlines import LOCK_WITHIN
from trustkeep.lifecycle.stages import Stage

pytestmark = pytest.mark.django_db

A_SECOND = timedelta(seconds=1)


def test_locked_after_contract_end__is_not_measured_before_a_contract_ended() -> None:
    contract_end(NOW + timedelta(days=3))

    assert checked(PROMISE).outcome is Outcome.CANNOT_TELL


def test_locked_after_contract_end__is_kept_when_doors_closed_in_time() -> None:
    ended = NOW - timedelta(days=9)
    contract_end(ended, shut=ended + LOCK_WITHIN)

    assert checked(PROMISE).outcome is Outcome.HOLDS
    assert standing(PROMISE).state is State.KEPT


def test_locked_after_contract_end__is_at_risk_from_half_of_the_time_on() -> None:
    contract_end(NOW - LOCK_WITHIN / 2)

    checked(PROMISE)
    assert standing(PROMISE).state is State.AT_RISK


def test_locked_after_contract_end__falls_at_the_hour_with_nothing_running() -> None:
    contract_end(NOW - LOCK_WITHIN + timedelta(minutes=5))
    checked(PROMISE)

    assert standing(PROMISE, NOW + timedelta(minutes=5) - A_SECOND).state is State.AT_RISK
    assert standing(PROMISE, NOW + timedelta(minutes=5)).state is State.NOT_KEPT


def test_locked_after_contract_end__falls_for_a_door_that_is_open_or_was_late() -> None:
    contract_end(NOW - LOCK_WITHIN - A_SECOND)
    late = NOW - timedelta(days=9)
    contract_end(late, shut=late + LOCK_WITHIN + A_SECOND)

    result = checked(PROMISE)
    assert result.outcome is Outcome.FAILS
    assert codes(result) == ["open", "open"]


def test_locked_after_contract_end__counts_no_end_that_was_called_off_or_taken_back() -> None:
    ended = NOW - timedelta(days=9)
    contract_end(ended, stage=Stage.CANCELLED)
    assert checked(PROMISE).outcome is Outcome.CANNOT_TELL
    contract_end(ended, stage=Stage.REINSTATED, at=ended + timedelta(hours=2))

    assert checked(PROMISE).outcome is Outcome.HOLDS


def test_locked_after_contract_end__says_the_hours_of_the_constant() -> None:
    assert PROMISE.values["hours"] == LOCK_WITHIN // timedelta(hours=1)
