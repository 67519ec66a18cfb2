"""What an export holds besides files and records: the contract and who works with it."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from datetime import datetime

from trustkeep.accounts.customers import account, members
from trustkeep.holdings import looks
from trustkeep.holdings.exporting import Member, as_json
from trustkeep.ui.plain import plain


def members_of(account_id: uuid.UUID, now: datetime) -> Iterator[Member]:
    """Give the account, its members, and who of the staff looked, as members of the archive."""
    yield Member("account.json", now, [as_json(plain(account(account_id)))])
    yield Member("members.json", now, [as_json(plain(members(account_id)))])
    yield Member("looks.json", now, [as_json(plain(looks.notes(account_id)))])
