"""When an answer is due: a month by the calendar, and no day on which nobody works."""

from __future__ import annotations

from calendar import monthrange
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trustkeep.lifecycle.deadlines import (
    end_of_day,
    last_day,
    request_due,
    request_due_at,
)
from trustkeep.lifecycle.working_days import (
    Country,
    easter_sunday,
    holidays,
    is_working_day,
    working_day_from,
    working_days_after,
)

DAYS = st.dates(date(2000, 1, 1), date(2199, 12, 31))
COUNTRIES = st.sampled_from(Country)


@pytest.mark.parametrize(
    ("received", "due"),
    [
        # A month that has no such day ends on its last; 28 February 2027 is a Sunday.
        (date(2027, 1, 31), date(2027, 3, 1)),
        (date(2028, 1, 31), date(2028, 2, 29)),
        (date(2026, 12, 15), date(2027, 1, 15)),
        # 24 December 2026 is a Thursday; 25 and 26 are holidays, 27 is a Sunday.
        (date(2026, 11, 24), date(2026, 12, 24)),
        (date(2026, 11, 25), date(2026, 12, 28)),
        # 3 October 2026 is a Saturday, and the Day of German Unity.
        (date(2026, 9, 3), date(2026, 10, 5)),
        # Good Friday 2027 is 26 March, Easter Monday the 29th.
        (date(2027, 2, 26), date(2027, 3, 30)),
    ],
)
def test_request_due__is_a_month_later_on_a_working_day(received: date, due: date) -> None:
    assert request_due(received, Country.GERMANY) == due


def test_request_due__knows_that_france_rests_on_other_days() -> None:
    bastille, german_unity = date(2026, 7, 14), date(2025, 10, 3)

    assert request_due(date(2026, 6, 14), Country.FRANCE) == bastille + timedelta(days=1)
    assert request_due(date(2026, 6, 14), Country.GERMANY) == bastille
    assert request_due(date(2025, 9, 3), Country.FRANCE) == german_unity
    assert request_due(date(2025, 9, 3), Country.GERMANY) == date(2025, 10, 6)


@pytest.mark.parametrize(
    ("year", "easter"),
    # Published tables: the earliest and the latest that can be, and some of our years.
    [
        (1818, date(1818, 3, 22)),
        (2026, date(2026, 4, 5)),
        (2027, date(2027, 3, 28)),
        (2038, date(2038, 4, 25)),
        (1943, date(1943, 4, 25)),
    ],
)
def test_easter__falls_where_the_church_says(year: int, easter: date) -> None:
    assert easter_sunday(year) == easter


def test_holidays__are_nine_in_germany_and_eleven_in_france() -> None:
    assert len(holidays(2026, Country.GERMANY)) == 9
    assert len(holidays(2026, Country.FRANCE)) == 11
    assert holidays(2026, Country.OTHER) == frozenset()


@given(DAYS, COUNTRIES, st.integers(1, 3))
def test_request_due__is_never_before_the_month_is_over_nor_a_week_after_it(
    received: date, country: Country, months: int
) -> None:
    due = request_due(received, country, months)

    month0 = received.month - 1 + months
    year, month = received.year + month0 // 12, month0 % 12 + 1
    by_calendar = date(year, month, min(received.day, monthrange(year, month)[1]))
    assert by_calendar <= due < by_calendar + timedelta(days=7)
    assert is_working_day(due, country)
    assert not any(
        is_working_day(by_calendar + timedelta(days=day), country)
        for day in range((due - by_calendar).days)
    )


@given(DAYS, DAYS, COUNTRIES)
def test_request_due__never_overtakes_an_earlier_request(
    one: date, other: date, country: Country
) -> None:
    first, second = sorted((one, other))

    assert request_due(first, country) <= request_due(second, country)


@given(
    st.integers(0, 6_000_000_000).map(lambda second: datetime.fromtimestamp(second, UTC)),
    st.sampled_from(["Europe/Berlin", "Europe/Paris", "UTC", "America/New_York"]),
)
def test_request_due_at__ends_with_the_last_day_where_the_company_is(
    received_at: datetime, zone: str
) -> None:
    due_at = request_due_at(received_at, zone)

    assert end_of_day(last_day(due_at, zone), zone) == due_at
    assert due_at - received_at > timedelta(days=28)


@given(DAYS, st.integers(1, 10), COUNTRIES)
def test_working_days_after__counts_each_once(day: date, count: int, country: Country) -> None:
    end = working_days_after(day, count, country)

    between = [day + timedelta(days=step) for step in range(1, (end - day).days + 1)]
    assert sum(is_working_day(one, country) for one in between) == count
    assert working_day_from(end, country) == end
