"""People with a way in, and browsers that have not been used yet."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.customers import admitted, customer, member
from tests.promises.world import NOW, person
from trustkeep.identity.actions import admit
from trustkeep.identity.models import User
from trustkeep.identity.store import SessionStore

PASSWORD = "Kelp-Orbit-7-Umbra"
SECOND = "somebody-else"
"""Who stands behind a link of the staff, where a test is about something else."""

type Browser = SessionStore


@pytest.fixture
def alice(db: None) -> User:
    """One of the staff who can sign in."""
    return User.objects.select_related("person").get(
        pk=admit(person_id=person("Alice").id, password=PASSWORD, now=NOW)
    )


@pytest.fixture
def owner(db: None) -> User:
    """A customer's owner, whose links are her own affair."""
    users = User.objects.select_related("member__account")
    return users.get(pk=admitted(member(customer())))


@pytest.fixture
def browser() -> Callable[[], Browser]:
    """Return a browser that nobody has used."""
    return SessionStore
