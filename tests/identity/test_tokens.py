"""Tokens of the company and of customers: bound, bounded, and gone with who made them."""

from __future__ import annotations

import uuid
from datetime import date, timedelta

import pytest

from tests import customers
from tests.promises.world import NOW
from trustkeep.accounts.actions import change_roles, person_left
from trustkeep.accounts.models import Account
from trustkeep.accounts.roles import MemberRole, Role
from trustkeep.accounts.states import AccountState
from trustkeep.identity import tokens
from trustkeep.identity.models import User
from trustkeep.identity.scopes import Scope
from trustkeep.identity.tokens import (
    LifetimeInvalid,
    MakerNeeded,
    NewToken,
    NoSuchToken,
    ScopesInvalid,
    TokenRefused,
    bearer,
)

ACCOUNT_SCOPES = (Scope.FILES_READ, Scope.FILES_WRITE)


def made(account_id: uuid.UUID, by: str = "test") -> tuple[tokens.TokenShown, str]:
    new = NewToken(name="Sync", scopes=ACCOUNT_SCOPES, account_id=account_id)
    return tokens.issue(new=new, by=by, now=NOW)


@pytest.mark.django_db
def test_token_of_an_account__knows_its_account_and_is_listed_there_only() -> None:
    account_id = customers.customer().id
    shown, secret = made(account_id)

    assert bearer(secret, now=NOW).account_id == account_id
    assert [one.id for one in tokens.tokens(account_id)] == [shown.id]
    assert tokens.tokens() == []


@pytest.mark.asvs("7.4.2")
@pytest.mark.django_db
def test_token_of_an_account__ends_with_the_contract() -> None:
    account_id = customers.customer().id
    _, secret = made(account_id)
    ends_at = NOW + timedelta(hours=1)
    Account.objects.filter(pk=account_id).update(state=AccountState.TERMINATING, ends_at=ends_at)

    assert bearer(secret, now=ends_at - timedelta(seconds=1))
    with pytest.raises(TokenRefused):
        bearer(secret, now=ends_at)


@pytest.mark.asvs("7.4.2")
def test_token__goes_with_who_made_it(alice: User) -> None:
    _, secret = tokens.make_token(name="CI", scopes=[Scope.READ], by=str(alice.pk), now=NOW)
    assert bearer(secret, now=NOW).user_id == alice.pk
    assert alice.person_id
    person_left(person_id=alice.person_id, left_date=date(2026, 11, 22), now=NOW)

    with pytest.raises(TokenRefused):
        bearer(secret, now=NOW)


@pytest.mark.django_db
def test_scopes__of_company_and_customers_never_mix() -> None:
    account_id = customers.customer().id
    for wrong in ((Scope.READ,), (Scope.FILES_READ, Scope.RUN_CHECKS), ()):
        new = NewToken(name="x", scopes=wrong, account_id=account_id)
        with pytest.raises(ScopesInvalid):
            tokens.issue(new=new, by="test", now=NOW)
    with pytest.raises(ScopesInvalid):
        tokens.make_token(name="x", scopes=[Scope.FILES_READ], by="test", now=NOW)


@pytest.mark.asvs("8.2.2")
@pytest.mark.django_db
def test_token__is_ended_from_its_own_side_only() -> None:
    account_id = customers.customer().id
    shown, secret = made(account_id)
    for elsewhere in (None, uuid.uuid4()):
        with pytest.raises(NoSuchToken):
            tokens.revoke_token(token_id=shown.id, now=NOW, account_id=elsewhere)
    assert bearer(secret, now=NOW)

    tokens.revoke_token(token_id=shown.id, now=NOW, account_id=account_id)
    with pytest.raises(TokenRefused):
        bearer(secret, now=NOW)


@pytest.mark.asvs("8.2.1", "8.2.2")
def test_token_in_ones_name__does_what_its_maker_may_this_instant(alice: User) -> None:
    assert alice.person_id
    change_roles(person_id=alice.person_id, roles=[Role.DPO], now=NOW)
    wanted = (Scope.ACCOUNTS_READ, Scope.ACCOUNTS_END)
    new = NewToken(name="Desk", scopes=wanted, lifetime=timedelta(days=1))
    _, secret = tokens.issue(new=new, by=str(alice.pk), now=NOW)
    assert set(bearer(secret, now=NOW).scopes) == set(wanted)

    change_roles(person_id=alice.person_id, roles=[Role.AUDITOR], now=NOW)

    assert bearer(secret, now=NOW).scopes == (Scope.ACCOUNTS_READ,)


def test_token_in_ones_name__takes_a_maker_who_may_do_that(alice: User) -> None:
    new = NewToken(name="x", scopes=(Scope.ACCOUNTS_DELETE,), lifetime=timedelta(days=1))
    assert alice.person_id
    change_roles(person_id=alice.person_id, roles=[Role.AUDITOR], now=NOW)

    for by in ("command-line", str(alice.pk)):
        with pytest.raises(MakerNeeded):
            tokens.issue(new=new, by=by, now=NOW)


@pytest.mark.django_db
def test_token_that_ends_the_contract__is_the_owners_and_lives_a_day() -> None:
    account = customers.customer()
    owner = customers.admitted(customers.member(account))
    other = customers.admitted(customers.member(account, "Bob", MemberRole.ADMINISTRATOR))
    stranger = customers.admitted(customers.member(customers.customer("Quarry"), "Mallory"))

    def make(by: uuid.UUID, days: int = 1) -> tokens.TokenShown:
        new = NewToken(
            name="x",
            scopes=(Scope.CONTRACT_END,),
            lifetime=timedelta(days=days),
            account_id=account.id,
        )
        return tokens.issue(new=new, by=str(by), now=NOW)[0]

    assert make(owner).scopes == (Scope.CONTRACT_END,)
    for by in (other, stranger):
        with pytest.raises(MakerNeeded):
            make(by)
    with pytest.raises(LifetimeInvalid):
        make(owner, days=2)


@pytest.mark.django_db
def test_token__of_somebody_else_is_not_revoked_as_ones_own() -> None:
    account_id = customers.customer().id
    shown, _ = made(account_id)

    with pytest.raises(NoSuchToken):
        tokens.revoke_token(token_id=shown.id, now=NOW, account_id=account_id, user_id=uuid.uuid4())
