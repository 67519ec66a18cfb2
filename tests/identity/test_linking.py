"""Linking an account at a provider: from a session of one's own, and with the password gone."""

from __future__ import annotations

import pytest

from tests.customers import customer, member
from tests.identity.conftest import PASSWORD, SECOND
from tests.identity.test_invitations import BY, Link, link
from tests.identity.test_provider_sign_in import linked, who
from tests.promises.world import person
from tests.worlds.identity_provider import World
from tests.worlds.visits import Visit
from trustkeep.identity import actions, linking, sessions, tokens
from trustkeep.identity.authentication import by_password
from trustkeep.identity.invitations import invite_member, invited
from trustkeep.identity.models import AccessEvent, User
from trustkeep.identity.oidc.refusals import ProviderRefused, Reason
from trustkeep.identity.oidc.transactions import Purpose
from trustkeep.identity.scopes import Scope
from trustkeep.identity.store import SessionStore
from trustkeep.kernel.clock import now

__all__ = ["link"]

pytestmark = pytest.mark.django_db


def signed_in(user: User, visit: Visit) -> Visit:
    """Sign in by password in the visit's browser, and go on to link."""
    sessions.open_session(visit.browser, user=user, authentication=by_password(now()), now=now())
    visit.reader, visit.purpose = who(visit), Purpose.LINK
    return visit


@pytest.mark.rule("O12", "L1")
def test_linking__deletes_the_password_and_ends_all_else(owner: User, world: World) -> None:
    visit = signed_in(owner, Visit(world, world.google))
    other = SessionStore()
    sessions.open_session(other, user=owner, authentication=by_password(now()), now=now())
    mine = tokens.NewToken(name="mine", scopes=(Scope.FILES_READ,), account_id=owner.account_id)
    _, secret = tokens.issue(new=mine, by=str(owner.pk), now=now())

    visit.go()

    owner.refresh_from_db()
    assert owner.single_sign_on
    assert not owner.has_usable_password()
    assert who(visit) == owner
    assert sessions.user_of(other, now=now()) is None
    with pytest.raises(tokens.TokenRefused):
        tokens.bearer(secret, now=now())
    assert AccessEvent.objects.filter(what="identity-linked", user=owner).exists()


def test_linking__leaves_the_session_as_fresh_as_it_was(owner: User, world: World) -> None:
    visit = signed_in(owner, Visit(world, world.google))

    visit.go()

    found = who(visit)
    assert found
    assert found.opened
    assert found.opened.is_fresh(now())


@pytest.mark.rule("L3")
def test_linking__in_another_session_than_the_one_that_asked_is_refused(
    alice: User, world: World
) -> None:
    bob = User.objects.get(
        pk=actions.admit(person_id=person("Bob").id, password=PASSWORD, now=now())
    )
    visit = signed_in(alice, Visit(world, world.google))
    brought = visit.there(visit.depart())
    visit.reader = bob

    with pytest.raises(ProviderRefused) as caught:
        visit.arrive(brought)

    assert caught.value.reason is Reason.OTHER_USER
    assert not linking.links_of(bob.pk)
    assert not linking.links_of(alice.pk)


def test_linking__of_an_account_that_is_somebody_else_s_is_refused(
    alice: User, world: World
) -> None:
    bob = User.objects.get(
        pk=actions.admit(person_id=person("Bob").id, password=PASSWORD, now=now())
    )
    linked(alice, world, "google")
    visit = signed_in(bob, Visit(world, world.google))

    with pytest.raises(ProviderRefused) as caught:
        visit.go()

    assert caught.value.reason is Reason.LINKED_ELSEWHERE
    bob.refresh_from_db()
    assert bob.has_usable_password()


@pytest.mark.rule("L2")
def test_invitation__pins_the_first_account_and_none_after_it(world: World, link: Link) -> None:
    bob = member(customer(), "Bob")
    invite_member(member_id=bob.id, by=BY, link=link, now=now())
    visit = Visit(world, world.microsoft, purpose=Purpose.INVITATION, invitation=link.secret)
    visit.go()
    found = who(visit)
    assert found
    assert (found.email, found.has_usable_password()) == (bob.email, False)

    world.microsoft.subject = "somebody-else"
    second = Visit(world, world.microsoft, purpose=Purpose.INVITATION, invitation=link.secret)
    with pytest.raises(ProviderRefused) as caught:
        second.go()
    assert caught.value.reason is Reason.INVITATION
    assert who(second) is None


def test_invitation__stays_good_when_the_account_is_refused(
    alice: User, world: World, link: Link
) -> None:
    linked(alice, world, "google")
    bob = member(customer(), "Bob")
    invite_member(member_id=bob.id, by=BY, link=link, now=now())
    visit = Visit(world, world.google, purpose=Purpose.INVITATION, invitation=link.secret)

    with pytest.raises(ProviderRefused) as caught:
        visit.go()

    assert caught.value.reason is Reason.LINKED_ELSEWHERE
    assert invited(link.secret, now=now()).email == bob.email


@pytest.mark.rule("L6", "O12")
def test_unlinking__never_takes_the_only_way_in(alice: User, world: World) -> None:
    linked(alice, world, "google")
    [only] = linking.links_of(alice.pk)
    with pytest.raises(linking.NoOtherWayIn):
        linking.unlink(
            user_id=alice.pk, identity_id=only.id, called="Google", vouched_by=SECOND, now=now()
        )

    linked(alice, world, "plain")
    linking.unlink(
        user_id=alice.pk, identity_id=only.id, called="Google", vouched_by=SECOND, now=now()
    )

    [left] = linking.links_of(alice.pk)
    assert left.provider == "company"
    with pytest.raises(linking.NoSuchLink):
        linking.unlink(
            user_id=alice.pk, identity_id=only.id, called="Google", vouched_by=SECOND, now=now()
        )


def test_test_sign_in__shows_the_claims_and_signs_nobody_in(alice: User, world: World) -> None:
    from trustkeep.identity.oidc.transactions import result_of

    visit = signed_in(alice, Visit(world, world.google))
    visit.purpose = Purpose.TEST

    sent = visit.go()

    found = result_of(transaction_id=sent.id, user_id=alice.pk)
    assert found
    assert found["claims"]["sub"] == "subject-1"
    assert (found["reason"], found["factor"], found["linked"]) == ("", "token", False)
    alice.refresh_from_db()
    assert alice.has_usable_password()
    assert result_of(transaction_id=sent.id, user_id=person("Bob").id) is None


def test_test_sign_in__shows_why_it_failed(alice: User, world: World) -> None:
    from trustkeep.identity.oidc.transactions import result_of

    world.google.bend = lambda told: told | {"nonce": "another"}
    visit = signed_in(alice, Visit(world, world.google))
    visit.purpose = Purpose.TEST

    sent = visit.go()

    assert result_of(transaction_id=sent.id, user_id=alice.pk) == {
        "provider": "google",
        "reason": "nonce",
    }
