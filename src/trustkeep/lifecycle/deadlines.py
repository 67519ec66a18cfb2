"""The numbers of contract end and deletion, once for sentence, deadline, check and mail."""

from __future__ import annotations

import calendar
from datetime import date, datetime, timedelta

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
REQUEST_MONTHS = 1
"""How long an answer to a request of a data subject may take (Article 12(3) GDPR)."""
EXTENSION_MONTHS = 2
"""By how many months that may be extended at most, if the person is told within the first month."""
BACKUP_EVERY = timedelta(hours=26)
"""A newest backup older than this is too old: daily, with room for a slow run."""
DRILL_EVERY = timedelta(days=92)
"""How often a restore is drilled (quarterly)."""


def request_due(received: date) -> date:
    """Return the last day to answer: the same day of the next month, or that month's last day.

    Source: Regulation (EEC, Euratom) No 1182/71, Article 3(2)(c).
    """
    month0 = received.month - 1 + REQUEST_MONTHS
    year, month = received.year + month0 // 12, month0 % 12 + 1
    return date(year, month, min(received.day, calendar.monthrange(year, month)[1]))


def lock_by(ended_at: datetime) -> datetime:
    """Return when every door has to be closed."""
    return ended_at + LOCK_WITHIN


def delete_not_before(ended_at: datetime) -> datetime:
    """Return the first instant at which data may be deleted without a request."""
    return ended_at + DELETE_AFTER


def delete_by(ended_at: datetime) -> datetime:
    """Return when everything has to be gone."""
    return ended_at + DELETE_AFTER + DELETE_MARGIN
