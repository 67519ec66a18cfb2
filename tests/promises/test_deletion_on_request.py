"""Both doors are open and requests are done within a month."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from tests.promises.world import (
    NOW,
    PROFILE,
    TODAY,
    checked,
    codes,
    company,
    days_ago,
    entered,
    standing,
)
from trustkeep.controls.promise import Outcome, State
from trustkeep.controls.promises.deletion_on_request import PROMISE
from trustkeep.lifecycle.deadlines import request_due
from trustkeep.lifecycle.kinds import ACCOUNT_CARE, DELETION_REQUEST

pytestmark = pytest.mark.django_db


def request(received: date, completed: date | None = None) -> None:
    entered(
        DELETION_REQUEST,
        account="acc-1",
        door="dpo",
        received_date=received,
        identity_checked=True,
        completed_date=completed,
    )


def test_deletion_on_request__is_not_measured_without_a_company() -> None:
    assert checked(PROMISE).outcome is Outcome.CANNOT_TELL


def test_deletion_on_request__is_kept_with_open_doors() -> None:
    company()
    request(days_ago(50), days_ago(30))
    entered(ACCOUNT_CARE, account="acc-1", manager="bob")

    assert checked(PROMISE).outcome is Outcome.HOLDS
    assert standing(PROMISE).state is State.KEPT


def test_deletion_on_request__falls_without_a_contact_of_the_dpo() -> None:
    company(replace(PROFILE, dpo_email=""))

    assert codes(checked(PROMISE)) == ["no-dpo"]
    assert standing(PROMISE).state is State.NOT_KEPT


def test_deletion_on_request__falls_for_an_account_without_account_manager() -> None:
    company()
    entered(ACCOUNT_CARE, account="acc-1")

    assert codes(checked(PROMISE)) == ["no-manager"]


def test_deletion_on_request__is_at_risk_with_an_open_request_and_falls_after_a_month() -> None:
    company()
    request(date(2026, 10, 23))
    checked(PROMISE)
    assert standing(PROMISE).state is State.AT_RISK

    result = checked(PROMISE, NOW + timedelta(days=1))
    assert result.outcome is Outcome.FAILS
    assert codes(result) == ["late"]


def test_deletion_on_request__falls_for_a_request_that_was_done_too_late() -> None:
    company()
    request(days_ago(90), TODAY)

    assert codes(checked(PROMISE)) == ["late"]


@pytest.mark.parametrize(
    ("received", "due"),
    [
        (date(2026, 1, 31), date(2026, 2, 28)),
        (date(2028, 1, 31), date(2028, 2, 29)),
        (date(2026, 12, 15), date(2027, 1, 15)),
    ],
)
def test_deletion_on_request__counts_a_month_by_the_calendar(received: date, due: date) -> None:
    assert request_due(received) == due
