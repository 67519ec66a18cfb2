"""Dates of recurring duties: what "once a year" means, to the day."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

YEAR = timedelta(days=365)
"""What is promised at least once a year falls due this long after the last time: on the day after
the 365th the promise is broken, in leap years too."""


def end_of(day: date) -> datetime:
    """Return the instant (UTC) at which `day` is over."""
    return datetime.combine(day + timedelta(days=1), time(), UTC)


def due_after_a_year(last: date) -> datetime:
    """Return the instant at which a yearly duty last done on `last` is overdue."""
    return end_of(last + YEAR)
