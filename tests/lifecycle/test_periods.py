"""Periods after a contract's end: lengths of time, whatever the clock on the wall does."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from tests.lifecycle.world import JONAS, harbour
from tests.promises.world import NOW
from trustkeep.lifecycle.deadlines import DELETE_AFTER, DELETE_MARGIN, LOCK_WITHIN, end_of_day
from trustkeep.lifecycle.models import Obligation
from trustkeep.lifecycle.terminating import end_contract

pytestmark = pytest.mark.django_db


def test_end__of_a_day_is_its_last_midnight_in_the_contracts_zone() -> None:
    assert end_of_day(date(2026, 3, 28), "Europe/Berlin").isoformat() == "2026-03-28T23:00:00+00:00"
    assert end_of_day(date(2026, 3, 29), "Europe/Berlin").isoformat() == "2026-03-29T22:00:00+00:00"


def test_periods__are_as_long_where_clocks_are_set_meanwhile() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    midnight = datetime(2027, 3, 2, tzinfo=berlin)
    end_contract(account_id=harbour().id, by=JONAS, now=NOW, ends_at=midnight)

    row = Obligation.objects.get()

    ended_at = midnight.astimezone(UTC)
    assert row.lock_by == ended_at + LOCK_WITHIN
    assert row.not_before == ended_at + DELETE_AFTER
    assert row.done_by == ended_at + DELETE_AFTER + DELETE_MARGIN
