"""The state is the worst of all other promises, and turns with them."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.controls.promises import check_with, promise_with
from tests.promises.world import LATER, NOW, checked, standing
from trustkeep.controls import actions, catalogue
from trustkeep.controls.promise import Outcome, Promise, Result, State, cannot_tell, fails, holds
from trustkeep.controls.promises.industry_standards import PROMISE

pytestmark = pytest.mark.django_db

KEPT = holds("warm", pots=3)


@pytest.fixture
def others(monkeypatch: pytest.MonkeyPatch) -> list[Promise]:
    found: list[Promise] = [PROMISE]
    monkeypatch.setattr(catalogue, "CATALOGUE", found)
    return found


def other(others: list[Promise], answer: Result) -> Promise:
    promise = promise_with(check_with(answer), slug=f"other-{len(others)}")
    others.append(promise)
    actions.run_promise(promise=promise, now=NOW)
    return promise


def test_industry_standards__is_kept_while_all_others_are(others: list[Promise]) -> None:
    other(others, KEPT)
    other(others, KEPT)

    assert checked(PROMISE).outcome is Outcome.HOLDS
    assert standing(PROMISE).state is State.KEPT


def test_industry_standards__falls_with_any_mapped_promise(others: list[Promise]) -> None:
    other(others, KEPT)
    fallen = other(others, fails("cold", pots=1))

    result = checked(PROMISE)
    assert result.outcome is Outcome.FAILS
    assert [one.subject for one in result.exceptions] == [fallen.slug]
    assert standing(PROMISE).state is State.NOT_KEPT


def test_industry_standards__is_not_measured_with_any_mapped_promise(
    others: list[Promise],
) -> None:
    other(others, KEPT)
    other(others, cannot_tell("nothing-recorded"))

    checked(PROMISE)
    assert standing(PROMISE).state is State.NOT_MEASURED


def test_industry_standards__is_at_risk_with_the_first_of_them(others: list[Promise]) -> None:
    other(others, KEPT)
    other(others, holds("warm", pots=3, due_at=NOW + timedelta(days=40)))
    soon = holds(
        "warm", pots=3, due_at=NOW + timedelta(minutes=50), warn_at=NOW + timedelta(minutes=20)
    )
    other(others, soon)
    checked(PROMISE)

    assert standing(PROMISE).state is State.KEPT
    assert standing(PROMISE, NOW + timedelta(minutes=20)).state is State.AT_RISK
    assert standing(PROMISE, NOW + timedelta(minutes=50)).state is State.NOT_KEPT


def test_industry_standards__is_checked_after_the_others(others: list[Promise]) -> None:
    other(others, fails("cold", pots=1))

    assert [one.promise for one in actions.run_due_checks(now=LATER)][-1] == PROMISE.slug
