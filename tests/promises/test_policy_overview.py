"""An overview is ready, and requests for it are answered in the published time."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from tests.promises.test_security_policies import policy
from tests.promises.world import NOW, TODAY, checked, codes, days_ago, entered, standing
from trustkeep.controls.promise import Outcome, State
from trustkeep.controls.promises.policy_overview import PROMISE
from trustkeep.disclosure.requests import ANSWER_WITHIN, DOCUMENT_REQUEST
from trustkeep.programme.policies import POLICY

pytestmark = pytest.mark.django_db


def request(received: date, answered: date | None = None) -> None:
    entered(
        DOCUMENT_REQUEST,
        document="policy-overview",
        account="acc-1",
        received_date=received,
        answered_date=answered,
        answer="given" if answered else "",
    )


def test_policy_overview__is_not_measured_without_policies() -> None:
    assert checked(PROMISE).outcome is Outcome.CANNOT_TELL


def test_policy_overview__is_kept_while_requests_are_answered() -> None:
    policy()
    request(days_ago(60), days_ago(58))

    assert checked(PROMISE).outcome is Outcome.HOLDS
    assert standing(PROMISE).state is State.KEPT


def test_policy_overview__is_at_risk_when_half_the_time_is_gone() -> None:
    policy()
    request(TODAY - ANSWER_WITHIN / 2 - timedelta(days=1))

    checked(PROMISE)
    assert standing(PROMISE).state is State.AT_RISK


def test_policy_overview__falls_when_a_request_waits_too_long() -> None:
    policy()
    request(TODAY - ANSWER_WITHIN)
    assert checked(PROMISE).outcome is Outcome.HOLDS

    result = checked(PROMISE, NOW + timedelta(days=1))
    assert result.outcome is Outcome.FAILS
    assert codes(result) == ["overdue-one"]


def test_policy_overview__falls_when_a_policy_has_no_overview() -> None:
    entered(
        POLICY,
        title="Secret",
        version="1",
        owner="A",
        author="A",
        approver="B",
        approved_date=TODAY,
        reviewed_date=TODAY,
    )

    assert codes(checked(PROMISE)) == ["no-overview-one"]
