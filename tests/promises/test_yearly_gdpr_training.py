"""Nobody's last GDPR training is over a year old."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from tests.promises.world import NOW, TODAY, checked, days_ago, entered, person, standing
from trustkeep.controls.promise import Outcome, State
from trustkeep.controls.promises.yearly_gdpr_training import PROMISE
from trustkeep.programme.training import COMPLETION, REPEAT_WITHIN

pytestmark = pytest.mark.django_db


def trained(name: str, completed: date) -> str:
    who = person(name, joined=days_ago(900))
    entered(COMPLETION, person=str(who.id), topics=("gdpr",), completed_date=completed)
    return str(who.id)


def test_yearly_gdpr_training__is_not_measured_while_nothing_is_recorded() -> None:
    assert checked(PROMISE).outcome is Outcome.CANNOT_TELL


def test_yearly_gdpr_training__is_kept_when_everybody_is_current() -> None:
    trained("Alice", days_ago(10))

    assert checked(PROMISE).outcome is Outcome.HOLDS
    assert standing(PROMISE).state is State.KEPT


def test_yearly_gdpr_training__is_at_risk_and_falls_on_its_own() -> None:
    trained("Alice", TODAY - REPEAT_WITHIN)
    checked(PROMISE)

    assert standing(PROMISE).state is State.AT_RISK
    # Nothing runs any more, and yet the page does not go on saying that it is kept.
    assert standing(PROMISE, NOW + timedelta(minutes=50)).state is State.AT_RISK
    assert standing(PROMISE, NOW + timedelta(days=1)).state is State.NOT_MEASURED


def test_yearly_gdpr_training__falls_for_one_of_two() -> None:
    trained("Alice", days_ago(10))
    late = trained("Bob", days_ago(REPEAT_WITHIN.days + 1))

    result = checked(PROMISE)
    assert result.outcome is Outcome.FAILS
    assert (result.figure.values["current"], result.figure.values["total"]) == (1, 2)
    assert [one.subject for one in result.exceptions] == [late]
    assert standing(PROMISE).state is State.NOT_KEPT


def test_yearly_gdpr_training__falls_for_who_never_was_trained() -> None:
    trained("Alice", days_ago(10))
    person("Bob", joined=days_ago(200))

    assert checked(PROMISE).outcome is Outcome.FAILS
