"""The template covers every point, agreements run, sub-processors wait for their notice."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from tests.promises.world import NOW, TODAY, checked, codes, days_ago, entered, standing
from trustkeep.agreements.clauses import (
    AGREEMENT,
    POINTS,
    SUBPROCESSOR,
    SUBPROCESSOR_NOTICE,
    TEMPLATE,
)
from trustkeep.controls.promise import Outcome, State
from trustkeep.controls.promises.data_processing_agreement import PROMISE

pytestmark = pytest.mark.django_db


def template(**values: Any) -> None:
    sections = {name: f"§ {number}" for number, name in enumerate(POINTS, start=1)}
    entered(TEMPLATE, **{"version": "4", "effective_date": days_ago(30), **sections, **values})


def agreement(lapses: date | None = None, contract_end: date | None = None) -> None:
    entered(
        AGREEMENT,
        account="acc-1",
        version="4",
        accepted_date=days_ago(200),
        lapses_date=lapses,
        contract_end_date=contract_end,
    )


def subprocessor(active: date) -> None:
    entered(
        SUBPROCESSOR,
        name="Cloud",
        service="Hosting",
        country="DE",
        notice_date=days_ago(SUBPROCESSOR_NOTICE.days),
        active_date=active,
    )


def test_data_processing_agreement__is_not_measured_without_a_template() -> None:
    assert checked(PROMISE).outcome is Outcome.CANNOT_TELL


def test_data_processing_agreement__is_kept_with_a_complete_template() -> None:
    template()
    agreement()
    subprocessor(active=TODAY)

    assert checked(PROMISE).outcome is Outcome.HOLDS
    assert standing(PROMISE).state is State.KEPT


@pytest.mark.parametrize("point", POINTS)
def test_data_processing_agreement__falls_for_each_point_that_is_missing(point: str) -> None:
    template(**{point: ""})

    assert codes(checked(PROMISE)) == ["uncovered"]
    assert standing(PROMISE).state is State.NOT_KEPT


def test_data_processing_agreement__falls_when_an_active_customers_lapses() -> None:
    template()
    agreement(lapses=TODAY)
    checked(PROMISE)
    assert standing(PROMISE).state is State.AT_RISK

    result = checked(PROMISE, NOW + timedelta(days=1))
    assert result.outcome is Outcome.FAILS
    assert codes(result) == ["lapsed"]


def test_data_processing_agreement__does_not_ask_of_customers_who_left() -> None:
    template()
    agreement(lapses=days_ago(10), contract_end=days_ago(5))

    assert checked(PROMISE).outcome is Outcome.HOLDS


def test_data_processing_agreement__falls_when_a_sub_processor_starts_early() -> None:
    template()
    subprocessor(active=days_ago(1))

    assert codes(checked(PROMISE)) == ["early"]
