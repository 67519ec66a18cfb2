"""Links of the staff that wait: asked for on one's own page, decided by somebody else."""

from __future__ import annotations

from datetime import timedelta

from django.test import Client

from tests.console.conftest import SignedIn
from tests.entrance.test_providers import there_and_back
from tests.promises.world import NOW
from tests.worlds.identity_provider import World
from trustkeep.accounts.actions import change_roles
from trustkeep.accounts.roles import Role
from trustkeep.identity import linking
from trustkeep.identity.models import LinkProposal, User
from trustkeep.kernel.clock import frozen, now


def asked(browser: Client, world: World) -> LinkProposal:
    """Ask for a link on one's own page."""
    assert there_and_back(browser, world, world.google, "link") == (302, "/me/")
    return LinkProposal.objects.get()


def test_link__is_asked_for_and_agreed_to_by_somebody_else(staff: SignedIn, world: World) -> None:
    trainer, administrator = staff(Role.TRAINER), staff(Role.ADMINISTRATOR)
    proposal = asked(trainer, world)
    own = trainer.get("/me/").content.decode()
    assert "waits until" in own
    assert world.google.email in own
    assert "/sso/google/link" not in own, "one at a time"
    for page in ("/console/", "/console/people/", "/console/people/links/"):
        assert "/console/people/links/" in administrator.get(page).content.decode()
    assert world.google.email in administrator.get("/console/people/links/").content.decode()

    answer = administrator.post(f"/console/people/links/{proposal.pk}/", {"act": "agree"})

    assert answer.status_code == 302
    assert linking.links_of(proposal.user_id)
    assert trainer.get("/me/").status_code == 302, "every session has ended"
    assert "Nothing waits" in administrator.get("/console/people/links/").content.decode()


def test_link__of_ones_own_is_for_others_to_agree_to(staff: SignedIn, world: World) -> None:
    staff(Role.ADMINISTRATOR)
    browser = staff(Role.TRAINER)
    trainer = User.objects.get(person__email="trainer@example.com")
    assert trainer.person_id
    change_roles(person_id=trainer.person_id, roles=[Role.ADMINISTRATOR], now=NOW)
    proposal = asked(browser, world)

    page = browser.get("/console/people/links/").content.decode()
    answer = browser.post(f"/console/people/links/{proposal.pk}/", {"act": "agree"})

    assert "waits for somebody else" in page
    assert str(proposal.pk) not in page
    assert answer.status_code == 409
    assert not linking.links_of(proposal.user_id)


def test_link__is_taken_back_by_who_asked_and_by_nobody_else(staff: SignedIn, world: World) -> None:
    trainer, other = staff(Role.TRAINER), staff(Role.AUDITOR)
    staff(Role.ADMINISTRATOR)
    proposal = asked(trainer, world)
    assert other.post(f"/me/links/waiting/{proposal.pk}/stop/").status_code == 302
    proposal.refresh_from_db()
    assert proposal.ended_at is None

    trainer.post(f"/me/links/waiting/{proposal.pk}/stop/")

    proposal.refresh_from_db()
    assert (proposal.ended_at is not None, proposal.done) == (True, False)
    assert User.objects.get(pk=proposal.user_id).has_usable_password()


def test_link__where_nobody_could_agree_is_refused_with_the_reason(
    staff: SignedIn, world: World
) -> None:
    browser = staff(Role.TRAINER)

    assert there_and_back(browser, world, world.google, "link")[0] == 403

    assert not LinkProposal.objects.exists()


def test_agreeing__takes_a_fresh_proof(staff: SignedIn, world: World) -> None:
    trainer, administrator = staff(Role.TRAINER), staff(Role.ADMINISTRATOR)
    proposal = asked(trainer, world)

    with frozen(now() + timedelta(minutes=11)):
        answer = administrator.post(f"/console/people/links/{proposal.pk}/", {"act": "agree"})

    assert answer.status_code == 401
    assert not linking.links_of(proposal.user_id)
