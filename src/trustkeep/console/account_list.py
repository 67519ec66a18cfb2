"""What the list of accounts shows, by search and filters that stand in the address."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from trustkeep.accounts import customers
from trustkeep.accounts.customers import AccountShown
from trustkeep.accounts.states import AccountState
from trustkeep.console.filters import has_words
from trustkeep.lifecycle.queries import due_by_account


@dataclass(frozen=True, slots=True)
class AccountFilter:
    """What the reader looks for; unknown values filter nothing."""

    text: str = ""
    state: str = ""
    manager: str = ""
    due: bool = False

    @classmethod
    def of(cls, query: Mapping[str, str]) -> AccountFilter:
        state = query.get("state", "")
        return cls(
            text=query.get("q", "").strip()[:100],
            state=state if state in set(AccountState) else "",
            manager=query.get("manager", "")[:40],
            due=query.get("due") == "1",
        )


@dataclass(frozen=True, slots=True)
class AccountRow:
    """An account in the list, with its next deadline."""

    account: AccountShown
    due_at: datetime | None


def listed(wanted: AccountFilter) -> list[AccountRow]:
    """Return the accounts that match; those with a deadline first, the nearest first."""
    due = due_by_account()
    rows = [
        AccountRow(one, due.get(one.id))
        for one in customers.accounts()
        if (not wanted.state or one.state == wanted.state)
        and (not wanted.manager or str(one.manager_id or "none") == wanted.manager)
        and (not wanted.due or one.id in due)
        and has_words(wanted.text, one.legal_name, one.reference, *one.domains)
    ]
    return sorted(rows, key=lambda row: (row.due_at is None, row.due_at or row.account.opened_at))
