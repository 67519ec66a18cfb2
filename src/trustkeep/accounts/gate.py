"""Whether an account is open to its customer: the one question that every access path asks.

The answer compares the contract's end with the clock, so access ends in the instant it has to,
although every job may be dead. It reads one row and does not depend on how many sessions there are.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime

from trustkeep.accounts.models import Account
from trustkeep.accounts.states import OPEN_STATES
from trustkeep.kernel.errors import TrustkeepError


class AccountClosed(TrustkeepError):
    """The contract has ended, or the account is locked or gone: the customer gets nothing."""

    sentence = (
        "This account is closed. Your account manager or our data protection officer "
        "tells you what happens to your data."
    )


@dataclass(frozen=True, slots=True)
class Passage:
    """An account at the gate; ``generation`` goes into every write that follows.

    ``ends_at`` is when an open one closes, if that is known already.
    """

    account_id: uuid.UUID
    is_open: bool
    since: datetime
    generation: int
    ends_at: datetime | None = None


def is_open(account: Account, now: datetime) -> bool:
    """Return whether the customer gets in at `now`."""
    return account.state in OPEN_STATES and (account.ends_at is None or now < account.ends_at)


def passage(account_id: uuid.UUID, *, now: datetime) -> Passage:
    """Return where an account stands at the gate; an unknown one is closed.

    ``since`` is when it opened, or when it closed: the contract's end, or an earlier lock.
    """
    row = (
        Account.objects.only("state", "ends_at", "state_at", "opened_at", "generation")
        .filter(pk=account_id)
        .first()
    )
    if row is None:
        return Passage(account_id, False, now, 0)
    if is_open(row, now):
        return Passage(account_id, True, row.opened_at, row.generation, row.ends_at)
    closed_at = row.ends_at if row.ends_at and row.ends_at <= now else row.state_at
    return Passage(account_id, False, closed_at, row.generation)


def require_open(account_id: uuid.UUID, *, now: datetime) -> Passage:
    """Return the passage of an open account; raises AccountClosed."""
    found = passage(account_id, now=now)
    if not found.is_open:
        raise AccountClosed
    return found
