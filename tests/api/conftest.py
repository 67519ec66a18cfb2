"""Programs with tokens, and the company whose page is public."""

from __future__ import annotations

import uuid
from collections.abc import Callable

import pytest
from django.test import Client

from tests.customers import PASSWORD, admitted
from tests.promises.world import NOW, days_ago
from tests.published import published
from trustkeep.accounts.actions import NewPerson, add_person
from trustkeep.accounts.customers import MemberShown
from trustkeep.accounts.queries import people
from trustkeep.accounts.roles import Role
from trustkeep.identity.actions import admit
from trustkeep.identity.queries import user_of, users_of_account
from trustkeep.identity.scopes import Scope, longest
from trustkeep.identity.tokens import NewToken, issue, make_token

__all__ = ["published"]

type Program = Callable[..., Client]


@pytest.fixture
def program(published: None) -> Program:
    """Make a program with a token of these scopes."""

    def made(*scopes: Scope) -> Client:
        _, secret = make_token(name="CI", scopes=scopes, by="alice", now=NOW)
        return Client(headers={"authorization": f"Bearer {secret}"})

    return made


@pytest.fixture
def in_person(published: None) -> Program:
    """Make a program that acts in the name of somebody with one role, of whom there is one."""

    def made(role: Role, *scopes: Scope) -> Client:
        person = next((one for one in people() if role in one.roles), None)
        if person is None:
            new = NewPerson(role.value, f"{role.value}@example.com", days_ago(30), roles=(role,))
            person = add_person(new=new, now=NOW)
            admit(person_id=person.id, password=PASSWORD, now=NOW)
        user = user_of(person.id)
        assert user
        wanted = NewToken(name="Desk", scopes=scopes, lifetime=longest(scopes))
        _, secret = issue(new=wanted, by=str(user.id), now=NOW)
        return Client(headers={"authorization": f"Bearer {secret}"})

    return made


@pytest.fixture
def of_member(published: None) -> Program:
    """Make a program of a member of a customer's account."""

    def made(one: MemberShown, *scopes: Scope) -> Client:
        user = member_user(one)
        wanted = NewToken(
            name="Sync", scopes=scopes, lifetime=longest(scopes), account_id=one.account_id
        )
        _, secret = issue(new=wanted, by=str(user), now=NOW)
        return Client(headers={"authorization": f"Bearer {secret}"})

    return made


def member_user(one: MemberShown) -> uuid.UUID:
    """Return the way in of a member, made if there is none yet."""
    known = users_of_account(one.account_id).get(one.id)
    return known.id if known else admitted(one)


@pytest.fixture
def reading(program: Program) -> Client:
    return program(Scope.READ)


@pytest.fixture
def writing(program: Program) -> Client:
    return program(Scope.READ, Scope.WRITE_RECORDS)
