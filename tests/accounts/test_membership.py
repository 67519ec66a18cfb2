"""Who works with a customer's account, and that somebody always owns it."""

from __future__ import annotations

import uuid
from typing import Any

import pytest

from tests.customers import admitted, customer, member
from tests.promises.world import NOW
from trustkeep.accounts import trail
from trustkeep.accounts.customers import NoSuchMember, members
from trustkeep.accounts.customers import member as member_of
from trustkeep.accounts.gate import AccountClosed
from trustkeep.accounts.membership import (
    LastOwner,
    MemberInvalid,
    NewMember,
    add_member,
    change_member_role,
    member_left,
)
from trustkeep.accounts.models import Account, Member
from trustkeep.accounts.roles import MemberRole
from trustkeep.accounts.states import AccountState
from trustkeep.identity.actions import UserExists, admit_member
from trustkeep.identity.models import User

pytestmark = pytest.mark.django_db


def test_member__joins_and_is_readable_with_the_account_key_only() -> None:
    one = member(customer())

    assert member_of(one.account_id, one.id) == one
    assert b"alice" not in bytes(Member.objects.get(pk=one.id).sealed).lower()


def test_member__of_one_account_is_not_found_in_another() -> None:
    alice = member(customer("Harbour"))
    quarry = customer("Quarry")

    with pytest.raises(NoSuchMember):
        member_of(quarry.id, alice.id)
    with pytest.raises(NoSuchMember):
        member_left(account_id=quarry.id, member_id=alice.id, by="mallory", now=NOW)


@pytest.mark.asvs("1.3.3")
@pytest.mark.parametrize(
    "new",
    [
        NewMember(" ", "a@example.com"),
        NewMember("Alice", "nowhere"),
        NewMember("Alice\nBcc: mallory@example.com", "a@example.com"),
        NewMember("Ali\u202ece", "a@example.com"),
    ],
    ids=["no-name", "no-address", "two-lines", "reversed"],
)
def test_member__needs_a_name_and_an_address(new: NewMember) -> None:
    with pytest.raises(MemberInvalid):
        add_member(account_id=customer().id, new=new, by="jonas", now=NOW)


def test_member__cannot_join_an_account_that_is_closed() -> None:
    one = customer()
    Account.objects.filter(pk=one.id).update(state=AccountState.LOCKED, ends_at=NOW)

    with pytest.raises(AccountClosed):
        member(one)


def test_owner__is_kept_until_there_is_another() -> None:
    one = customer()
    alice, bob = member(one), member(one, "Bob", MemberRole.MEMBER)
    told: dict[str, Any] = {"account_id": one.id, "by": "alice", "now": NOW}

    with pytest.raises(LastOwner):
        member_left(member_id=alice.id, **told)
    with pytest.raises(LastOwner):
        change_member_role(member_id=alice.id, role=MemberRole.MEMBER, **told)
    change_member_role(member_id=bob.id, role=MemberRole.OWNER, **told)
    member_left(member_id=alice.id, **told)

    assert [(who.name, who.left_at) for who in members(one.id)] == [("Bob", None), ("Alice", NOW)]
    assert [act.body["what"] for act in trail.acts(one.id)][-2:] == ["role-changed", "left"]


def test_address__leads_to_one_way_in_whatever_its_case() -> None:
    alice = member(customer("Harbour"))
    admitted(alice)
    new = NewMember("Alice again", alice.email.upper())
    twin = add_member(account_id=customer("Quarry").id, new=new, by="jonas", now=NOW)

    with pytest.raises(UserExists):
        admitted(twin)
    with pytest.raises(NoSuchMember):
        admit_member(member_id=uuid.uuid4(), password="Kastanie-7-Fluss", now=NOW)


def test_user__of_a_customer_rests_without_the_address() -> None:
    alice = member(customer())
    user = User.objects.get(pk=admitted(alice))

    assert (user.name, user.email) == (alice.name, alice.email)
    assert user.account_id == alice.account_id
    assert user.roles == []
    assert len(user.handle) == 64
