"""Weak passwords are refused at every door, and the probe would notice if one were not."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.promises.world import LATER, NOW, checked, codes, standing
from trustkeep.accounts.models import Person
from trustkeep.controls.promise import Outcome, State
from trustkeep.controls.promises.password_policy import PROMISE
from trustkeep.identity import doors, passwords
from trustkeep.identity.models import User
from trustkeep.identity.passwords import MIN_LENGTH, PROFILES, Policy, Reason, WeakerThanPublished

pytestmark = pytest.mark.django_db


def test_password_policy__is_kept_when_every_door_refuses_every_sample() -> None:
    result = checked(PROMISE)

    assert result.outcome is Outcome.HOLDS
    assert result.subjects == len(doors.DOORS) * (len(doors.samples()) + 1)
    assert standing(PROMISE).state is State.KEPT


@pytest.mark.asvs("6.2.1")
def test_password_policy__says_the_number_that_the_doors_enforce() -> None:
    assert PROMISE.values["min_length"] == MIN_LENGTH
    assert all(policy.min_length >= MIN_LENGTH for policy in PROFILES.values())


@pytest.mark.parametrize("reason", list(doors.samples()))
def test_password_policy__falls_when_the_doors_let_one_part_of_the_rule_slip(
    reason: Reason, monkeypatch: pytest.MonkeyPatch
) -> None:
    strict = Policy.violations

    def lax(self: Policy, candidate: str, *, context: tuple[str, ...] = ()) -> list[Reason]:
        return [one for one in strict(self, candidate, context=context) if one is not reason]

    monkeypatch.setattr(Policy, "violations", lax)

    result = checked(PROMISE)
    assert result.outcome is Outcome.FAILS
    assert codes(result) == ["accepted-one"] * len(doors.DOORS)
    assert standing(PROMISE).state is State.NOT_KEPT


def test_password_policy__falls_when_a_single_door_forgets_the_policy(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    careless = doors.Door("careless", lambda visitor, candidate: None)
    monkeypatch.setattr(doors, "DOORS", (*doors.DOORS, careless))

    result = checked(PROMISE)
    assert {one.subject for one in result.exceptions} == {"careless"}


def test_password_policy__is_not_measured_when_a_door_refuses_everything(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    shut = replace(PROFILES["published"], min_length=500)
    monkeypatch.setattr(passwords, "_active", [shut])

    assert checked(PROMISE).outcome is Outcome.CANNOT_TELL


def test_password_policy__probe_leaves_no_trace() -> None:
    checked(PROMISE, NOW)
    checked(PROMISE, LATER)

    assert not User.objects.exists()
    assert not Person.objects.exists()


def test_password_policy__stops_the_start_with_a_weaker_profile() -> None:
    with pytest.raises(WeakerThanPublished, match="too-short"):
        passwords.require_floor(replace(PROFILES["published"], min_length=MIN_LENGTH - 1))
    without_digits = PROFILES["published"].kinds - {Reason.NO_DIGIT}
    with pytest.raises(WeakerThanPublished, match="no-digit"):
        passwords.require_floor(replace(PROFILES["published"], kinds=without_digits))
