"""Nobody of the own staff may enter a site of the provider."""

from __future__ import annotations

from datetime import date

import pytest

from tests.promises.world import (
    LATER,
    NOW,
    TODAY,
    checked,
    codes,
    days_ago,
    entered,
    person,
    standing,
)
from trustkeep.controls.promise import Outcome, State
from trustkeep.controls.promises.no_staff_in_data_centre import PROMISE
from trustkeep.hosting.access import GRANT, REVIEW_EVERY, STATEMENT

pytestmark = pytest.mark.django_db


def compared(on: date = TODAY, matches: int = 0) -> None:
    entered(STATEMENT, site="eu-central-1", compared_date=on, matches=matches)


def test_no_staff_in_data_centre__is_not_measured_without_a_fresh_comparison() -> None:
    person("Alice")
    assert checked(PROMISE).outcome is Outcome.CANNOT_TELL

    compared(days_ago(REVIEW_EVERY.days + 1))
    assert checked(PROMISE, LATER).outcome is Outcome.CANNOT_TELL


def test_no_staff_in_data_centre__is_kept_when_nobody_matches() -> None:
    person("Alice")
    compared()

    assert checked(PROMISE).outcome is Outcome.HOLDS
    assert standing(PROMISE).state is State.KEPT


def test_no_staff_in_data_centre__is_at_risk_before_the_next_comparison() -> None:
    compared(TODAY - REVIEW_EVERY)

    checked(PROMISE)
    assert standing(PROMISE).state is State.AT_RISK


def test_no_staff_in_data_centre__falls_with_a_grant_to_own_staff() -> None:
    alice = person("Alice")
    compared()
    entered(
        GRANT, site="eu-central-1", operator="provider", person=str(alice.id), from_date=days_ago(1)
    )

    assert codes(checked(PROMISE)) == ["granted"]
    assert standing(PROMISE).state is State.NOT_KEPT


def test_no_staff_in_data_centre__lets_staff_into_own_sites_and_strangers_alone() -> None:
    alice = person("Alice")
    compared()
    entered(GRANT, site="Berlin", operator="own", person=str(alice.id), from_date=days_ago(1))
    entered(GRANT, site="eu-1", operator="provider", person="mallory", from_date=days_ago(1))

    assert checked(PROMISE).outcome is Outcome.HOLDS


def test_no_staff_in_data_centre__falls_with_a_match_on_the_providers_list() -> None:
    compared(matches=1)

    assert codes(checked(PROMISE, NOW)) == ["matched"]
