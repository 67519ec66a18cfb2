"""Everything that an account's page shows, gathered."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from trustkeep.accounts.customers import AccountShown
from trustkeep.console.life_bar import LifeBar, life_bar
from trustkeep.lifecycle import issuing, story
from trustkeep.lifecycle.issuing import Issued
from trustkeep.lifecycle.queries import (
    HoldShown,
    ObligationShown,
    holds_of,
    obligation_of,
    shown_of,
)
from trustkeep.lifecycle.stages import Stage
from trustkeep.lifecycle.story import Happening
from trustkeep.lifecycle.systems.queries import DeliveryShown, deliveries
from trustkeep.vault.keys import installed


@dataclass(frozen=True, slots=True)
class AccountPage:
    """One account as its page shows it."""

    account: AccountShown
    end: ObligationShown | None
    is_open: bool
    bar: LifeBar | None
    ahead: list[Happening]
    behind: list[Happening]
    troubles: list[str]
    holds: list[HoldShown]
    deliveries: list[DeliveryShown]
    receipts: list[Issued]
    keys: dict[int, str]

    @property
    def held(self) -> bool:
        """Whether a hold is in force."""
        return any(one.released_at is None for one in self.holds)


def account_page(account: AccountShown, language: str, now: datetime) -> AccountPage:
    """Return what there is to show at `now`."""
    row, end = obligation_of(account.id), shown_of(account.id)
    states = installed().versions(account.id)
    return AccountPage(
        account=account,
        end=end,
        is_open=end is None or end.stage in (Stage.CANCELLED, Stage.REINSTATED),
        bar=life_bar(end, now) if end else None,
        ahead=story.ahead(row, now, language),
        behind=story.behind(account.id, language),
        troubles=story.troubles(row, language),
        holds=holds_of(account.id),
        deliveries=deliveries(account=account.id),
        receipts=issuing.all_of(account.id),
        keys={number: state.value for number, state in states.items()},
    )
