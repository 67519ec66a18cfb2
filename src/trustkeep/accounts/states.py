"""Where a customer's account can stand between the first day and the last trace.

``active → terminating → locked → purge_pending → purging → purged → closed``; back to ``active``
leads reinstatement, and only before ``purging``. Who may move an account along which edge is
decided in `trustkeep.lifecycle`; every access path only asks whether the account is open.
"""

from __future__ import annotations

from enum import StrEnum


class AccountState(StrEnum):
    """The states, in the order of a life."""

    ACTIVE = "active"
    TERMINATING = "terminating"
    LOCKED = "locked"
    PURGE_PENDING = "purge-pending"
    PURGING = "purging"
    PURGED = "purged"
    CLOSED = "closed"


OPEN_STATES = frozenset({AccountState.ACTIVE, AccountState.TERMINATING})
"""In these the customer gets in, as long as the contract has not ended."""

EMPTY_STATES = frozenset({AccountState.PURGED, AccountState.CLOSED})
"""In these nothing of the customer is left but what the law keeps."""
