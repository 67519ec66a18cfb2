"""A report in force shows every barrier, with its section."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from tests.promises.world import LATER, NOW, TODAY, checked, codes, days_ago, entered, standing
from trustkeep.controls.promise import Outcome, State
from trustkeep.controls.promises.physical_barriers import PROMISE
from trustkeep.hosting.assurances import (
    ACCESS_LOG,
    ASSURANCE,
    BARRIERS,
    POINTS,
    REPORT_MAX_AGE,
    SENSORS,
)

pytestmark = pytest.mark.django_db


def report(period_end: date = TODAY - timedelta(days=60), **values: Any) -> None:
    cited = dict.fromkeys((*BARRIERS, *POINTS, *SENSORS, *ACCESS_LOG), "CC6.4")
    entered(
        ASSURANCE,
        **{
            "provider": "Amazon Web Services",
            "type": "soc2-type2",
            "issuer": "Auditor LLP",
            "scope": "eu-central-1",
            "period_end_date": period_end,
            **cited,
            **values,
        },
    )


def test_physical_barriers__are_not_measured_without_a_report() -> None:
    assert checked(PROMISE).outcome is Outcome.CANNOT_TELL


def test_physical_barriers__are_kept_with_a_report_in_force() -> None:
    report()

    assert checked(PROMISE).outcome is Outcome.HOLDS
    assert standing(PROMISE).state is State.KEPT


@pytest.mark.parametrize("barrier", BARRIERS)
def test_physical_barriers__fall_when_a_barrier_has_no_section(barrier: str) -> None:
    cited: dict[str, Any] = {barrier: ""}
    report(**cited)

    assert [one.subject for one in checked(PROMISE).exceptions] == [barrier]
    assert standing(PROMISE).state is State.NOT_KEPT


def test_physical_barriers__are_at_risk_and_fall_when_the_report_grows_old() -> None:
    report(TODAY - REPORT_MAX_AGE)
    checked(PROMISE)
    assert standing(PROMISE).state is State.AT_RISK

    result = checked(PROMISE, NOW + timedelta(days=1))
    assert result.outcome is Outcome.FAILS
    assert codes(result) == ["not-shown", "not-shown"]


def test_physical_barriers__are_carried_by_a_bridge_letter_for_three_months_at_most() -> None:
    report(days_ago(REPORT_MAX_AGE.days + 60), bridge_until_date=TODAY)
    assert checked(PROMISE).outcome is Outcome.HOLDS


def test_physical_barriers__are_not_carried_by_a_longer_bridge_letter() -> None:
    report(days_ago(REPORT_MAX_AGE.days + 100), bridge_until_date=TODAY + timedelta(days=300))

    assert checked(PROMISE).outcome is Outcome.FAILS


def test_physical_barriers__fall_when_a_certificate_expires() -> None:
    report(valid_until_date=days_ago(1))

    assert checked(PROMISE, LATER).outcome is Outcome.FAILS
