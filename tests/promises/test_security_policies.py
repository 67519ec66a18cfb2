"""Every policy is reviewed at least once a year and has two people behind it."""

from __future__ import annotations

from datetime import date

import pytest

from tests.promises.world import LATER, TODAY, checked, codes, days_ago, entered, standing
from trustkeep.controls.promise import Outcome, State
from trustkeep.controls.promises.security_policies import PROMISE
from trustkeep.programme.policies import POLICY, REVIEW_WITHIN

pytestmark = pytest.mark.django_db


def policy(reviewed: date = TODAY, author: str = "Alice", approver: str = "Bob") -> None:
    entered(
        POLICY,
        title="Access control",
        version="1.0",
        owner="Alice",
        author=author,
        approver=approver,
        approved_date=days_ago(500),
        reviewed_date=reviewed,
        overview="Who may do what.",
    )


def test_security_policies__are_not_measured_while_none_is_recorded() -> None:
    assert checked(PROMISE).outcome is Outcome.CANNOT_TELL


def test_security_policies__are_kept_with_a_review_in_the_last_year() -> None:
    policy()

    assert checked(PROMISE).outcome is Outcome.HOLDS
    assert standing(PROMISE).state is State.KEPT


def test_security_policies__fall_on_the_day_after_the_year() -> None:
    policy()
    policy(reviewed=TODAY - REVIEW_WITHIN)
    checked(PROMISE)
    assert standing(PROMISE).state is State.AT_RISK

    policy(reviewed=days_ago(REVIEW_WITHIN.days + 1))
    result = checked(PROMISE, LATER)
    assert result.outcome is Outcome.FAILS
    assert codes(result) == ["overdue-one"]
    assert standing(PROMISE, LATER).state is State.NOT_KEPT


def test_security_policies__fall_when_the_author_approved() -> None:
    policy(author="Alice  A.", approver="alice a.")

    assert codes(checked(PROMISE)) == ["same-person"]
