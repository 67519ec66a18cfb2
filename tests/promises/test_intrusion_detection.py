"""A report in force shows every point and every kind of sensor that the sentence names."""

from __future__ import annotations

from typing import Any

import pytest

from tests.promises.test_physical_barriers import report
from tests.promises.world import TODAY, checked, days_ago, standing
from trustkeep.controls.promise import Outcome, State
from trustkeep.controls.promises.intrusion_detection import PROMISE
from trustkeep.hosting.assurances import POINTS, REPORT_MAX_AGE, SENSORS

pytestmark = pytest.mark.django_db


def test_intrusion_detection__is_not_measured_without_a_report() -> None:
    assert checked(PROMISE).outcome is Outcome.CANNOT_TELL


def test_intrusion_detection__is_kept_with_a_report_in_force() -> None:
    report()

    assert checked(PROMISE).outcome is Outcome.HOLDS
    assert standing(PROMISE).state is State.KEPT


@pytest.mark.parametrize("noun", [*POINTS, *SENSORS])
def test_intrusion_detection__falls_for_each_noun_without_a_section(noun: str) -> None:
    cited: dict[str, Any] = {noun: " "}
    report(**cited)

    assert [one.subject for one in checked(PROMISE).exceptions] == [noun]
    assert standing(PROMISE).state is State.NOT_KEPT


def test_intrusion_detection__is_at_risk_before_the_report_grows_old() -> None:
    report(TODAY - REPORT_MAX_AGE)

    checked(PROMISE)
    assert standing(PROMISE).state is State.AT_RISK


def test_intrusion_detection__falls_with_an_old_report() -> None:
    report(days_ago(REPORT_MAX_AGE.days + 1))

    assert checked(PROMISE).outcome is Outcome.FAILS
