"""Security is led by exactly one appointed person."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from tests.promises.world import LATER, NOW, TODAY, checked, days_ago, entered, standing, withdrawn
from trustkeep.controls.promise import Outcome, State
from trustkeep.controls.promises.security_lead import PROMISE
from trustkeep.programme.appointments import APPOINTMENT, RECONFIRM_WITHIN
from trustkeep.records.actions import Recorded

pytestmark = pytest.mark.django_db


def appointed(confirmed: date = TODAY, until: date | None = None) -> Recorded:
    return entered(
        APPOINTMENT,
        role="chief-technology-officer",
        person="Alice",
        deputy="Bob",
        from_date=days_ago(800),
        until_date=until,
        confirmed_date=confirmed,
    )


def test_security_lead__is_not_measured_while_nothing_is_recorded() -> None:
    checked(PROMISE)

    assert standing(PROMISE).state is State.NOT_MEASURED


def test_security_lead__is_kept_with_one_appointment() -> None:
    appointed()

    assert checked(PROMISE).outcome is Outcome.HOLDS
    assert standing(PROMISE).state is State.KEPT


def test_security_lead__falls_when_the_role_is_vacant() -> None:
    appointed(until=days_ago(1))

    assert checked(PROMISE).figure.code == "vacant"
    assert standing(PROMISE).state is State.NOT_KEPT


def test_security_lead__falls_with_two_holders() -> None:
    appointed()
    second = appointed()

    result = checked(PROMISE)
    assert result.outcome is Outcome.FAILS
    assert result.figure.values["holders"] == 2

    withdrawn(APPOINTMENT, second)
    assert checked(PROMISE, LATER).outcome is Outcome.HOLDS


def test_security_lead__is_at_risk_and_falls_unless_reconfirmed() -> None:
    last_day = TODAY - RECONFIRM_WITHIN
    record = appointed(confirmed=last_day)

    checked(PROMISE)
    assert standing(PROMISE).state is State.AT_RISK
    assert checked(PROMISE, NOW + timedelta(days=1)).figure.code == "not-reconfirmed"

    withdrawn(APPOINTMENT, record)
    appointed(confirmed=last_day - timedelta(days=1))
    assert checked(PROMISE, NOW + timedelta(days=2)).outcome is Outcome.FAILS
