"""Links of the staff: one asks, another one agrees, and nothing changes before."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from tests.identity.conftest import PASSWORD
from tests.identity.test_linking import signed_in
from tests.identity.test_provider_sign_in import linked, who
from tests.letters.conftest import house
from tests.promises.world import NOW, company, person
from tests.worlds.identity_provider import World
from tests.worlds.visits import Visit
from trustkeep.accounts.actions import change_roles
from trustkeep.accounts.roles import Role
from trustkeep.identity import linking, proposals
from trustkeep.identity.actions import admit
from trustkeep.identity.letters import IDENTITY_LINKED
from trustkeep.identity.models import AccessEvent, Identity, LinkProposal, User
from trustkeep.identity.oidc.accounts import ProviderAccount
from trustkeep.identity.oidc.refusals import NobodyToAgree, ProposedAlready, ProviderRefused, Reason
from trustkeep.identity.proposal_letters import LINK_ASKED, LINK_STOPPED
from trustkeep.identity.proposals import LAPSES_AFTER, NoSuchProposal, TakesTwo
from trustkeep.kernel.clock import now
from trustkeep.letters.models import Letter

__all__ = ["house"]

pytestmark = pytest.mark.django_db
ACCOUNT = ProviderAccount(
    provider="google",
    issuer="https://accounts.google.com",
    subject="alice-at-google",
    tenant="example.com",
    email="alice@example.com",
)
A_MINUTE = timedelta(minutes=1)


@pytest.fixture
def bob(db: None) -> User:
    """An administrator, who may agree."""
    told = person("Bob")
    change_roles(person_id=told.id, roles=[Role.ADMINISTRATOR], now=NOW)
    return User.objects.get(pk=admit(person_id=told.id, password=PASSWORD, now=NOW))


@pytest.fixture
def asked(alice: User, bob: User) -> uuid.UUID:
    """Alice, on the staff, has asked for a link."""
    return proposals.ask_link(user_id=alice.pk, account=ACCOUNT, called="Google", now=NOW)


def acts(user: User) -> list[str]:
    return list(AccessEvent.objects.filter(user=user).order_by("pk").values_list("what", flat=True))


@pytest.mark.rule("L9")
def test_link__of_the_staff_waits_for_somebody_else(alice: User, bob: User, world: World) -> None:
    visit = signed_in(alice, Visit(world, world.google))

    visit.go()

    alice.refresh_from_db()
    assert alice.has_usable_password()
    assert not linking.links_of(alice.pk)
    assert who(visit) == alice, "the session goes on"
    [waiting] = proposals.waiting_for(bob.pk, now=now())
    assert (waiting.name, waiting.called, waiting.email) == (
        alice.name,
        "Google",
        world.google.email,
    )
    assert proposals.waiting_for(alice.pk, now=now()) == []


@pytest.mark.rule("L9")
def test_link__counts_once_an_administrator_agrees(
    alice: User, bob: User, asked: uuid.UUID
) -> None:
    proposals.agree(proposal_id=asked, by=bob.pk, now=NOW)

    alice.refresh_from_db()
    assert (alice.single_sign_on, alice.has_usable_password()) == (True, False)
    row = Identity.objects.get(user=alice)
    assert (row.subject, row.of_staff, row.vouched_by) == (ACCOUNT.subject, True, str(bob.pk))
    assert acts(alice)[-3:] == ["link-asked", "link-agreed", "identity-linked"]
    with pytest.raises(NoSuchProposal):
        proposals.agree(proposal_id=asked, by=bob.pk, now=NOW)


def test_link__is_nobodys_own_doing(alice: User, asked: uuid.UUID) -> None:
    with pytest.raises(TakesTwo):
        proposals.agree(proposal_id=asked, by=alice.pk, now=NOW)
    for vouched_by in ("", str(alice.pk)):
        with pytest.raises(linking.TakesAnother):
            linking.link(
                user_id=alice.pk, account=ACCOUNT, called="Google", vouched_by=vouched_by, now=NOW
            )
    assert not linking.links_of(alice.pk)


def test_link__on_one_word_cannot_even_rest(alice: User, asked: uuid.UUID) -> None:
    row = LinkProposal.objects.filter(pk=asked)
    for wrong in ({"agreed_by": alice}, {"done": True, "ended_at": NOW}):
        with pytest.raises(IntegrityError), transaction.atomic():
            row.update(**wrong)
    with pytest.raises(IntegrityError), transaction.atomic():
        Identity.objects.create(user=alice, issuer="i", subject="s", linked_at=NOW, of_staff=True)


@pytest.mark.parametrize("by", ["alice", "bob"])
def test_link__that_is_stopped_leaves_all_as_it_was(
    alice: User, bob: User, asked: uuid.UUID, by: str
) -> None:
    proposals.stop(proposal_id=asked, by={"alice": alice, "bob": bob}[by].pk, now=NOW)

    alice.refresh_from_db()
    assert alice.has_usable_password()
    assert acts(alice)[-1] == "link-stopped"
    assert proposals.proposal_of(alice.pk, now=NOW) is None
    with pytest.raises(NoSuchProposal):
        proposals.agree(proposal_id=asked, by=bob.pk, now=NOW)


def test_link__that_nobody_agrees_to_lapses(alice: User, bob: User, asked: uuid.UUID) -> None:
    late = NOW + LAPSES_AFTER

    assert proposals.waiting_for(bob.pk, now=late - A_MINUTE)
    assert proposals.waiting_for(bob.pk, now=late) == []
    with pytest.raises(NoSuchProposal):
        proposals.agree(proposal_id=asked, by=bob.pk, now=late)
    again = proposals.ask_link(user_id=alice.pk, account=ACCOUNT, called="Google", now=late)
    assert again != asked
    proposals.forget_ended(now=late + proposals.KEPT_FOR)
    assert list(LinkProposal.objects.values_list("pk", flat=True)) == [again]


def test_link__of_somebody_who_left_is_not_agreed_to(
    alice: User, bob: User, asked: uuid.UUID
) -> None:
    User.objects.filter(pk=alice.pk).update(active=False)

    assert proposals.waiting_for(bob.pk, now=NOW) == []
    with pytest.raises(NoSuchProposal):
        proposals.agree(proposal_id=asked, by=bob.pk, now=NOW)


def test_link__that_somebody_else_took_meanwhile_is_not_made(
    alice: User, bob: User, asked: uuid.UUID
) -> None:
    linking.link(
        user_id=bob.pk, account=ACCOUNT, called="Google", vouched_by=str(alice.pk), now=NOW
    )

    with pytest.raises(linking.LinkedAlready):
        proposals.agree(proposal_id=asked, by=bob.pk, now=NOW)

    assert not LinkProposal.objects.get(pk=asked).done


def test_link__waits_one_at_a_time(alice: User, asked: uuid.UUID) -> None:
    other = ProviderAccount(provider="google", issuer="https://accounts.google.com", subject="two")

    with pytest.raises(ProposedAlready):
        proposals.ask_link(user_id=alice.pk, account=other, called="Google", now=NOW)


def test_link__where_nobody_could_agree_says_so(alice: User) -> None:
    with pytest.raises(NobodyToAgree):
        proposals.ask_link(user_id=alice.pk, account=ACCOUNT, called="Google", now=NOW)


def test_door__refuses_a_link_that_cannot_wait(alice: User, world: World) -> None:
    visit = signed_in(alice, Visit(world, world.google))

    with pytest.raises(ProviderRefused) as caught:
        visit.go()

    assert caught.value.reason is Reason.NOBODY_TO_AGREE
    assert AccessEvent.objects.latest("pk").detail == "google nobody-to-agree"


@pytest.mark.rule("L9")
def test_unlink__of_the_staff_waits_for_somebody_else(alice: User, bob: User, world: World) -> None:
    linked(alice, world, "google")
    linked(alice, world, "plain")
    first, second = linking.links_of(alice.pk)
    asked = proposals.ask_unlink(user_id=alice.pk, identity_id=first.id, called="Google", now=NOW)
    assert len(linking.links_of(alice.pk)) == 2

    proposals.agree(proposal_id=asked, by=bob.pk, now=NOW)

    assert linking.links_of(alice.pk) == [second]
    assert "identity-unlinked" in acts(alice)
    with pytest.raises(linking.NoOtherWayIn):
        proposals.ask_unlink(user_id=alice.pk, identity_id=second.id, called="Google", now=NOW)


@pytest.mark.asvs("6.3.7")
def test_letters__tell_the_person_at_each_step(house: None, alice: User, bob: User) -> None:
    company()
    first = proposals.ask_link(user_id=alice.pk, account=ACCOUNT, called="Google", now=NOW)
    proposals.stop(proposal_id=first, by=bob.pk, now=NOW)
    again = proposals.ask_link(user_id=alice.pk, account=ACCOUNT, called="Google", now=NOW)
    proposals.agree(proposal_id=again, by=bob.pk, now=NOW)

    told = sorted(Letter.objects.values_list("kind", flat=True))
    assert told == sorted(
        one.slug for one in (LINK_ASKED, LINK_STOPPED, LINK_ASKED, IDENTITY_LINKED)
    )
