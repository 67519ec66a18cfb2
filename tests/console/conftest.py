"""The staff of the company whose page is public, signed in through the real door."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from tests.promises.world import NOW, days_ago
from tests.published import published
from trustkeep.accounts.actions import NewPerson, add_person
from trustkeep.accounts.roles import Role
from trustkeep.identity.actions import admit

__all__ = ["published"]

PASSWORD = "Kastanie-7-Fluss"

type SignedIn = Callable[[Role], Client]


def hired(role: Role) -> str:
    """Hire somebody with one role and a way in; return the id of the user."""
    new = NewPerson(role.value, f"{role.value}@example.com", days_ago(30), roles=(role,))
    person = add_person(new=new, now=NOW)
    return str(admit(person_id=person.id, password=PASSWORD, now=NOW))


def signed_in(role: Role) -> Client:
    """Return a browser in which somebody with `role` has signed in."""
    browser = Client()
    answer = browser.post("/sign-in/", {"email": f"{role.value}@example.com", "password": PASSWORD})
    assert answer.status_code == 302, answer.content.decode()
    return browser


@pytest.fixture
def staff(published: None) -> SignedIn:
    """Hire with a role, once, and sign in."""
    known: dict[Role, Client] = {}

    def of(role: Role) -> Client:
        if role not in known:
            hired(role)
            known[role] = signed_in(role)
        return known[role]

    return of
