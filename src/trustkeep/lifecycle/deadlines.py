"""The numbers of contract end and deletion, once for sentence, deadline, check and mail."""

from __future__ import annotations

import calendar
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from trustkeep.lifecycle.working_days import Country, country_of, working_day_from

LOCK_WITHIN = timedelta(hours=24)
"""From the contract's end until nothing in the account is accessible to the customer."""
DELETE_AFTER = timedelta(days=30)
"""From the contract's end until deletion may start, and has to."""
DELETE_MARGIN = timedelta(days=1)
"""How long deletion may take once it has started; published with the promise."""
EARLY_WITHIN = timedelta(days=5)
"""From the second person’s yes to a deletion on request until everything has to be gone."""
WATCH_FOR = timedelta(days=7)
"""How long an emptied account is watched before it closes for good."""
REMIND_BEFORE = (timedelta(days=7), timedelta(days=1))
"""How long before deletion may start the customer is reminded."""
ALARMS = (50, 80)
"""At which per cent of the time to a deadline the staff is called."""
KEY_FIRST_BEFORE = timedelta(hours=2)
"""If deletion is stuck, the key goes this long before the end, so that the end is not missed."""
REVIEW_HOLDS_WITHIN = timedelta(days=366)
"""No legal hold goes longer without somebody looking at it."""
REMIND_OF_REVIEW = (timedelta(days=14), timedelta(days=1))
"""How long before a legal hold has to be reviewed its owner is called."""
REQUEST_MONTHS = 1
"""How long an answer to a request of a data subject may take (Article 12(3) GDPR)."""
EXTENSION_MONTHS = 2
"""By how many months that may be extended at most, if the person is told within the first month."""
FORWARD_WORKING_DAYS = 2
"""Within how many working days a request about a customer's data goes to that customer."""
REQUEST_ALARMS = (50, 80)
"""At which per cent of a request's time whoever answers is reminded."""
BACKUP_EVERY = timedelta(hours=26)
"""A newest backup older than this is too old: daily, with room for a slow run."""
BACKUP_AT_LEAST = timedelta(hours=24)
"""How old the newest backup gets before the timetable makes the next one."""
BACKUP_KEPT = timedelta(days=35)
"""How long a backup is kept unless the setting says otherwise; then it is deleted."""
DRILL_AFTER = timedelta(days=28)
"""How long after the last drill the timetable drills again: early enough for three attempts."""
DRILL_EVERY = timedelta(days=92)
"""How often a restore is drilled (quarterly)."""


def request_due(received: date, country: Country, months: int = REQUEST_MONTHS) -> date:
    """Return the last day to answer: the same day of a later month, or that month's last day.

    On a Saturday, a Sunday or a public holiday the next working day is the last.
    Source: Regulation (EEC, Euratom) No 1182/71, Article 3(2)(c) and (4).
    """
    month0 = received.month - 1 + months
    year, month = received.year + month0 // 12, month0 % 12 + 1
    last = date(year, month, min(received.day, calendar.monthrange(year, month)[1]))
    return working_day_from(last, country)


def request_due_at(received_at: datetime, time_zone: str, months: int = REQUEST_MONTHS) -> datetime:
    """Return the instant (UTC) at which the last day to answer is over where the company is."""
    day = request_due(local_day(received_at, time_zone), country_of(time_zone), months)
    return end_of_day(day, time_zone)


def local_day(at: datetime, time_zone: str) -> date:
    """Return the day on which `at` falls in a time zone."""
    return at.astimezone(ZoneInfo(time_zone)).date()


def end_of_day(day: date, time_zone: str) -> datetime:
    """Return the instant (UTC) at which `day` is over in a time zone: the midnight after it.

    Where the clocks are set at midnight, the first instant of the next day counts.
    """
    midnight = datetime.combine(day + timedelta(days=1), time(), ZoneInfo(time_zone))
    return midnight.astimezone(UTC)


def last_day(due_at: datetime, time_zone: str) -> date:
    """Return the day that is over at `due_at`: the last one on which something is in time."""
    return local_day(due_at - timedelta(microseconds=1), time_zone)


def lock_by(ended_at: datetime) -> datetime:
    """Return when every door has to be closed."""
    return ended_at.astimezone(UTC) + LOCK_WITHIN


def delete_not_before(ended_at: datetime) -> datetime:
    """Return the first instant at which data may be deleted without a request."""
    return ended_at.astimezone(UTC) + DELETE_AFTER


def delete_by(ended_at: datetime) -> datetime:
    """Return when everything has to be gone."""
    return delete_not_before(ended_at) + DELETE_MARGIN
