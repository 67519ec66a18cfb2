"""Invitations: one link, one person, once, for a few days."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from tests.customers import PASSWORD, customer, member
from tests.promises.world import NOW, company, person
from trustkeep.accounts.gate import AccountClosed
from trustkeep.accounts.membership import member_left
from trustkeep.accounts.models import Account
from trustkeep.accounts.roles import MemberRole
from trustkeep.accounts.states import AccountState
from trustkeep.identity import invitations
from trustkeep.identity.actions import UserExists
from trustkeep.identity.invitations import (
    LIFETIME,
    InvitationRefused,
    Inviter,
    NotInvited,
    accept,
    accept_with_provider,
    invite_member,
    invite_person,
    invited,
    open_invitations,
    withdraw_invitation,
)
from trustkeep.identity.linking import link as link_account
from trustkeep.identity.models import Invitation, User
from trustkeep.identity.oidc.accounts import ProviderAccount
from trustkeep.identity.passwords import PasswordRefused
from trustkeep.letters.models import Letter

pytestmark = pytest.mark.django_db
ACCOUNT = ProviderAccount(provider="google", issuer="https://accounts.google.com", subject="1")
BY = Inviter("jonas", "Jonas Weber")


class Link:
    """Keeps the secret that would stand in the letter."""

    secret = ""

    def __call__(self, secret: str) -> str:
        self.secret = secret
        return f"https://trust.example.com/invitation/{secret}/"


@pytest.fixture
def link() -> Link:
    company()
    return Link()


def test_invitation__goes_out_by_mail_and_makes_the_way_in_once(link: Link) -> None:
    alice = member(customer())
    invite_member(member_id=alice.id, by=BY, link=link, now=NOW)

    assert not User.objects.exists(), "nothing exists before it is redeemed"
    assert Letter.objects.get().account == alice.account_id
    shown = invited(link.secret, now=NOW)
    assert (shown.name, shown.email, shown.organisation) == (
        "Alice",
        alice.email,
        "Harbour GmbH",
    )
    user_id = accept(secret=link.secret, password=PASSWORD, now=NOW)

    assert User.objects.get(pk=user_id).account_id == alice.account_id
    with pytest.raises(InvitationRefused):
        accept(secret=link.secret, password=PASSWORD, now=NOW)


@pytest.mark.asvs("6.2.1")
def test_invitation__is_good_still_after_a_weak_password(link: Link) -> None:
    lena = person("Lena")
    invite_person(person_id=lena.id, language="de", by=BY, link=link, now=NOW)

    with pytest.raises(PasswordRefused):
        accept(secret=link.secret, password="kurz", now=NOW)

    assert accept(secret=link.secret, password=PASSWORD, now=NOW)
    assert invited_staff(link) is None


def invited_staff(link: Link) -> Any:
    try:
        return invited(link.secret, now=NOW)
    except InvitationRefused:
        return None


def test_invitation__lapses_and_is_forgotten(link: Link) -> None:
    invite_person(person_id=person("Lena").id, language="de", by=BY, link=link, now=NOW)
    last = NOW + LIFETIME - timedelta(seconds=1)

    assert invited(link.secret, now=last)
    with pytest.raises(InvitationRefused):
        invited(link.secret, now=NOW + LIFETIME)
    assert invitations.forget_ended(now=NOW + LIFETIME) == 0
    assert invitations.forget_ended(now=NOW + 2 * LIFETIME) == 1


def test_invitation__ends_with_a_newer_one_and_when_it_is_taken_back(link: Link) -> None:
    lena = person("Lena")
    invite_person(person_id=lena.id, language="fr", by=BY, link=link, now=NOW)
    first = link.secret
    invite_person(person_id=lena.id, language="fr", by=BY, link=link, now=NOW)

    with pytest.raises(InvitationRefused):
        invited(first, now=NOW)
    assert open_invitations(now=NOW) == {lena.id: NOW + LIFETIME}
    withdraw_invitation(person_id=lena.id, by="jonas", now=NOW)
    with pytest.raises(InvitationRefused):
        invited(link.secret, now=NOW)
    with pytest.raises(NotInvited):
        withdraw_invitation(person_id=lena.id, by="jonas", now=NOW)


def test_invitation__of_a_customer_dies_with_the_account_and_with_leaving(link: Link) -> None:
    one = customer()
    member(one)
    bob = member(one, "Bob", MemberRole.MEMBER)
    invite_member(member_id=bob.id, by=BY, link=link, now=NOW)
    Account.objects.update(state=AccountState.TERMINATING, ends_at=NOW + timedelta(hours=1))

    assert invited(link.secret, now=NOW)
    with pytest.raises(InvitationRefused):
        invited(link.secret, now=NOW + timedelta(hours=1))
    member_left(account_id=one.id, member_id=bob.id, by="alice", now=NOW)
    with pytest.raises(InvitationRefused):
        accept(secret=link.secret, password=PASSWORD, now=NOW)
    assert invitations.end_invitations_of_account(account_id=one.id, now=NOW) == 1


def test_invitation__into_a_closed_account_is_not_sent(link: Link) -> None:
    alice = member(customer())
    Account.objects.update(state=AccountState.LOCKED, ends_at=NOW)

    with pytest.raises(AccountClosed):
        invite_member(member_id=alice.id, by=BY, link=link, now=NOW)


def test_invitation__is_not_for_somebody_who_has_a_way_in(link: Link) -> None:
    lena = person("Lena")
    invite_person(person_id=lena.id, language="de", by=BY, link=link, now=NOW)
    accept(secret=link.secret, password=PASSWORD, now=NOW)

    with pytest.raises(UserExists):
        invite_person(person_id=lena.id, language="de", by=BY, link=link, now=NOW)


def test_invitation__can_be_redeemed_with_a_provider_and_leaves_no_password(link: Link) -> None:
    alice = member(customer())
    invite_member(member_id=alice.id, by=BY, link=link, now=NOW)

    taken = accept_with_provider(secret=link.secret, now=NOW)
    link_account(user_id=taken.user_id, account=ACCOUNT, called="Google", now=NOW)

    assert taken.inviter == BY.actor
    assert not User.objects.get(pk=taken.user_id).has_usable_password()


def test_invitation__rests_as_a_digest_only(link: Link) -> None:
    invite_person(person_id=person("Lena").id, language="de", by=BY, link=link, now=NOW)

    assert link.secret not in str(Invitation.objects.values().get())
