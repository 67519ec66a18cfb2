"""A customer as the product knows one: Harbour, with Alice who owns it and Bob who works in it."""

from __future__ import annotations

import uuid
from typing import Any

from tests.promises.world import NOW, days_ago
from trustkeep.accounts.customers import AccountShown, MemberShown
from trustkeep.accounts.membership import NewMember, add_member
from trustkeep.accounts.opening import Contract, open_account
from trustkeep.accounts.roles import MemberRole
from trustkeep.identity.actions import admit_member

PASSWORD = "Kastanie-7-Fluss"


def customer(name: str = "Harbour", **contract: Any) -> AccountShown:
    """Open an account through the real action."""
    told = {
        "legal_name": f"{name} GmbH",
        "reference": f"{name.upper()}-1",
        "contract_start_date": days_ago(300),
        "dpo_contact": f"privacy@{name.lower()}.example",
    }
    return open_account(contract=Contract(**{**told, **contract}), by="jonas", now=NOW)


def member(
    account: AccountShown, name: str = "Alice", role: MemberRole = MemberRole.OWNER
) -> MemberShown:
    """Let somebody join."""
    domain = f"{account.reference.lower()}.example"
    new = NewMember(name, f"{name.lower()}@{domain}", role)
    return add_member(account_id=account.id, new=new, by="jonas", now=NOW)


def admitted(one: MemberShown) -> uuid.UUID:
    """Give a member a way in with `PASSWORD`."""
    return admit_member(member_id=one.id, password=PASSWORD, now=NOW)
