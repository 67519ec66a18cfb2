"""Every site's access log is audited in time, without gaps, with anomalies explained."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from tests.promises.test_physical_barriers import report
from tests.promises.world import LATER, TODAY, checked, codes, days_ago, entered, standing
from trustkeep.controls.promise import Outcome, State
from trustkeep.controls.promises.physical_access_reviewed import PROMISE
from trustkeep.hosting.access import EXPLAIN_WITHIN, REVIEW, REVIEW_EVERY

pytestmark = pytest.mark.django_db


def audit(period_end: date = TODAY, **values: Any) -> None:
    entered(
        REVIEW,
        **{
            "site": "Berlin office",
            "period_end_date": period_end,
            "signed_date": period_end,
            "events": 1204,
            "gaps": 0,
            "anomalies": 2,
            "unexplained": 0,
            **values,
        },
    )


def test_physical_access_reviewed__is_not_measured_without_audits() -> None:
    assert checked(PROMISE).outcome is Outcome.CANNOT_TELL

    report()
    assert checked(PROMISE, LATER).figure.code == "no-audit"


def test_physical_access_reviewed__is_kept_with_a_clean_audit() -> None:
    report()
    audit()

    assert checked(PROMISE).outcome is Outcome.HOLDS
    assert standing(PROMISE).state is State.KEPT


def test_physical_access_reviewed__is_at_risk_before_the_next_audit() -> None:
    report()
    audit(TODAY - REVIEW_EVERY)

    checked(PROMISE)
    assert standing(PROMISE).state is State.AT_RISK


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"period_end": days_ago(REVIEW_EVERY.days + 1)}, "overdue"),
        ({"gaps": 1}, "gap"),
        ({"unexplained": 1, "signed_date": days_ago(EXPLAIN_WITHIN.days + 1)}, "unexplained"),
    ],
)
def test_physical_access_reviewed__falls(values: dict[str, Any], code: str) -> None:
    report()
    audit(**values)

    assert codes(checked(PROMISE)) == [code]
    assert standing(PROMISE).state is State.NOT_KEPT


def test_physical_access_reviewed__falls_when_the_provider_does_not_show_it() -> None:
    report(access_audited="")
    audit()

    assert codes(checked(PROMISE)) == ["not-shown"]
