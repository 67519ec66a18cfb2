"""Everybody in the staff directory of the day has the three trainings, or time left."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.promises.world import NOW, TODAY, checked, days_ago, entered, person, standing
from trustkeep.accounts.queries import PersonShown
from trustkeep.controls.promise import Outcome, State
from trustkeep.controls.promises.onboarding_training import PROMISE
from trustkeep.programme.training import COMPLETION, EXEMPTION, ONBOARDING_WITHIN, TOPICS

pytestmark = pytest.mark.django_db


def trained(who: PersonShown, *topics: str) -> None:
    entered(
        COMPLETION,
        person=str(who.id),
        topics=topics or tuple(TOPICS),
        completed_date=days_ago(2),
    )


def test_onboarding_training__is_not_measured_while_nothing_is_recorded() -> None:
    person("Alice")

    assert checked(PROMISE).outcome is Outcome.CANNOT_TELL


def test_onboarding_training__is_kept_and_prints_the_total() -> None:
    trained(person("Alice"))
    person("Bob", joined=days_ago(3))

    result = checked(PROMISE)
    assert result.outcome is Outcome.HOLDS
    assert (result.figure.values["trained"], result.figure.values["total"]) == (1, 2)
    assert standing(PROMISE).state is State.KEPT


def test_onboarding_training__is_at_risk_before_somebody_is_overdue() -> None:
    trained(person("Alice"))
    person("Bob", joined=TODAY - ONBOARDING_WITHIN)

    checked(PROMISE)
    assert standing(PROMISE).state is State.AT_RISK


def test_onboarding_training__falls_the_day_after_the_period() -> None:
    trained(person("Alice"))
    bob = person("Bob", joined=TODAY - ONBOARDING_WITHIN)
    trained(bob, "gdpr", "security")

    result = checked(PROMISE, NOW + timedelta(days=1))
    assert result.outcome is Outcome.FAILS
    assert [one.subject for one in result.exceptions] == [str(bob.id)]


def test_onboarding_training__counts_neither_leavers_nor_the_exempted() -> None:
    trained(person("Alice"))
    person("Bob", left=days_ago(1))
    carol = person("Carol")
    entered(EXEMPTION, person=str(carol.id), until_date=TODAY, reason="parental leave")

    result = checked(PROMISE)
    assert result.outcome is Outcome.HOLDS
    assert result.figure.values["total"] == 2
