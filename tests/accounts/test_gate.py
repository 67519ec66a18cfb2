"""The gate compares the contract's end with the clock, whatever any job has done."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest

from tests.customers import PASSWORD, admitted, customer, member
from tests.promises.world import NOW
from trustkeep.accounts.gate import AccountClosed, passage, require_open
from trustkeep.accounts.membership import member_left
from trustkeep.accounts.models import Account
from trustkeep.accounts.roles import MemberRole
from trustkeep.accounts.states import AccountState
from trustkeep.identity import sessions
from trustkeep.identity.signing_in import SignInRefused, sign_in
from trustkeep.identity.store import SessionStore

pytestmark = pytest.mark.django_db
END = NOW + timedelta(minutes=10)
AN_INSTANT = timedelta(microseconds=1)


def ending(account_id: uuid.UUID) -> None:
    Account.objects.filter(pk=account_id).update(state=AccountState.TERMINATING, ends_at=END)


def test_gate__is_open_until_the_contract_ends_and_not_an_instant_longer() -> None:
    one = customer()
    ending(one.id)

    assert require_open(one.id, now=END - AN_INSTANT).generation == 1
    with pytest.raises(AccountClosed):
        require_open(one.id, now=END)
    assert passage(one.id, now=END + timedelta(days=1)).since == END


@pytest.mark.asvs("16.5.3")
def test_gate__is_closed_for_a_locked_account_and_for_an_unknown_one() -> None:
    one = customer()
    Account.objects.filter(pk=one.id).update(
        state=AccountState.LOCKED, ends_at=END, state_at=NOW - timedelta(hours=1)
    )

    assert passage(one.id, now=NOW).since == NOW - timedelta(hours=1)
    assert not passage(uuid.uuid4(), now=NOW).is_open


def test_session__of_a_member_ends_with_the_contract() -> None:
    alice = member(customer())
    admitted(alice)
    browser = SessionStore()
    sign_in(browser, email=alice.email, password=PASSWORD, now=NOW)
    ending(alice.account_id)

    assert sessions.user_of(browser, now=END - AN_INSTANT) is not None
    assert sessions.user_of(browser, now=END) is None
    with pytest.raises(SignInRefused):
        sign_in(SessionStore(), email=alice.email, password=PASSWORD, now=END)


def test_session__of_a_member_ends_when_the_member_leaves() -> None:
    one = customer()
    alice, bob = member(one), member(one, "Bob", MemberRole.MEMBER)
    admitted(bob)
    browser = SessionStore()
    sign_in(browser, email=bob.email, password=PASSWORD, now=NOW)

    member_left(account_id=one.id, member_id=bob.id, by=str(alice.id), now=NOW)

    assert sessions.user_of(browser, now=NOW) is None
