"""A customer's members, signed in through the real door."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from tests.customers import PASSWORD, admitted, customer, member
from tests.published import published
from trustkeep.accounts.customers import AccountShown
from trustkeep.accounts.roles import MemberRole

__all__ = ["published"]

NAMES = {
    MemberRole.OWNER: "Alice",
    MemberRole.ADMINISTRATOR: "Bob",
    MemberRole.MEMBER: "Carol",
}

type SignedIn = Callable[[MemberRole], Client]


@pytest.fixture
def harbour(published: None) -> AccountShown:
    """Open an account with one member for each role, each with a way in."""
    account = customer()
    for role, name in NAMES.items():
        admitted(member(account, name, role))
    return account


@pytest.fixture
def browser_of(harbour: AccountShown) -> SignedIn:
    """Sign a member in."""

    def of(role: MemberRole) -> Client:
        browser = Client()
        email = f"{NAMES[role].lower()}@{harbour.reference.lower()}.example"
        answer = browser.post("/sign-in/", {"email": email, "password": PASSWORD})
        assert answer.status_code == 302, answer.content.decode()
        return browser

    return of
