"""A customer's rooms: who may enter, what they show, and what acts in them do."""

from __future__ import annotations

import uuid
from datetime import timedelta

import html5lib
import pytest
from django.test import Client

from tests.console.conftest import hired, signed_in
from tests.customers import customer, member
from tests.promises.world import NOW
from tests.workspace.conftest import SignedIn
from trustkeep.accounts.customers import AccountShown, account, members
from trustkeep.accounts.models import Account
from trustkeep.accounts.roles import MemberRole, Role
from trustkeep.accounts.states import AccountState
from trustkeep.identity.models import Invitation
from trustkeep.kernel.clock import frozen
from trustkeep.lifecycle.models import Obligation
from trustkeep.workspace.urls import urlpatterns

OWNER, ADMINISTRATOR, MEMBER = MemberRole
PAGES = ("/app/", "/app/contract/")
END = "/app/contract/end/"


@pytest.mark.asvs("8.2.1")
@pytest.mark.parametrize("address", [*PAGES, "/app/members/", END])
def test_rooms__send_strangers_to_the_door(published: None, address: str) -> None:
    answer = Client().get(address)

    assert answer.status_code == 302
    assert answer["Location"].startswith("/sign-in/")


@pytest.mark.asvs("8.2.1", "8.3.1")
def test_rooms__are_closed_to_the_staff(harbour: AccountShown) -> None:
    hired(Role.ADMINISTRATOR)
    browser = signed_in(Role.ADMINISTRATOR)

    assert [browser.get(address).status_code for address in PAGES] == [403, 403]


@pytest.mark.asvs("8.2.1", "8.3.1")
@pytest.mark.parametrize(
    ("role", "team", "ending"), [(OWNER, 200, 200), (ADMINISTRATOR, 200, 403), (MEMBER, 403, 403)]
)
def test_rooms__open_by_role(
    browser_of: SignedIn, role: MemberRole, team: int, ending: int
) -> None:
    browser = browser_of(role)

    assert [browser.get(address).status_code for address in PAGES] == [200, 200]
    assert browser.get("/app/members/").status_code == team
    assert browser.get(END).status_code == ending


@pytest.mark.parametrize("language", ["de", "en", "fr"])
def test_pages__are_sound_html_in_every_language(browser_of: SignedIn, language: str) -> None:
    browser = browser_of(OWNER)
    browser.post("/language/", {"language": language, "next": "/app/"})

    for address in (*PAGES, "/app/members/", END):
        answer = browser.get(address)
        assert f'<html lang="{language}">' in answer.content.decode(), address
        assert answer["Cache-Control"] == "no-store"
        html5lib.HTMLParser(strict=True).parse(answer.content)


def test_home__shows_the_promises_with_the_account_s_own_figures(browser_of: SignedIn) -> None:
    page = browser_of(MEMBER).get("/app/").content.decode()

    assert "Harbour GmbH" in page
    assert "rest under your own key, version 1." in page
    assert "Your contract runs; nothing is to be deleted." in page


@pytest.mark.asvs("7.4.2")
def test_rooms__close_with_the_contract(browser_of: SignedIn, harbour: AccountShown) -> None:
    browser = browser_of(MEMBER)
    end = NOW + timedelta(minutes=5)
    Account.objects.update(state=AccountState.TERMINATING, ends_at=end)

    with frozen(end - timedelta(seconds=1)):
        assert browser.get("/app/").status_code == 200
    with frozen(end):
        assert browser.get("/app/").status_code == 302


def test_members__are_invited_changed_and_removed(
    browser_of: SignedIn, harbour: AccountShown
) -> None:
    browser = browser_of(OWNER)
    dora = {"name": "Dora", "email": "dora@harbour.example", "role": "member"}

    assert browser.post("/app/members/", dora).status_code == 302
    assert Invitation.objects.count() == 1
    assert "invited until" in browser.get("/app/members/").content.decode()
    [joined] = [one for one in members(harbour.id) if one.name == "Dora"]
    browser.post(f"/app/members/{joined.id}/", {"act": "administrator"})
    assert {one.name: one.role for one in members(harbour.id)}["Dora"] == ADMINISTRATOR
    browser.post(f"/app/members/{joined.id}/", {"act": "remove"})
    assert {one.name: one.left_at for one in members(harbour.id)}["Dora"]


@pytest.mark.parametrize(
    ("field", "value", "told"),
    [
        ("name", "", "required"),
        ("email", "nowhere", "valid email"),
        ("email", "carol@harbour-1.example", "can sign in already"),
    ],
)
def test_member__with_a_fault_is_not_invited_and_nothing_typed_is_lost(
    browser_of: SignedIn, harbour: AccountShown, field: str, value: str, told: str
) -> None:
    dora = {"name": "Dora", "email": "dora@harbour.example", "role": "member"}

    page = browser_of(OWNER).post("/app/members/", dora | {field: value}).content.decode()

    assert told in page
    assert ("Dora" in page) is (field != "name")
    assert len(members(harbour.id)) == 3


def test_owner__is_not_made_by_an_administrator(
    browser_of: SignedIn, harbour: AccountShown
) -> None:
    eve = {"name": "Eve", "email": "eve@harbour.example", "role": "owner"}
    page = browser_of(ADMINISTRATOR).post("/app/members/", eve).content.decode()

    assert "Only an owner" in page


@pytest.mark.asvs("8.2.2")
def test_member__of_another_account_cannot_be_touched(browser_of: SignedIn) -> None:
    foreign = member(customer("Quarry"))
    browser = browser_of(OWNER)

    for act in ("remove", "invite", "administrator"):
        answer = browser.post(f"/app/members/{foreign.id}/", {"act": act})
        assert answer.status_code == 409
    assert browser.get(f"/app/contract/receipts/{uuid.uuid4()}/receipt.pdf").status_code == 409


def test_contract__is_ended_by_its_owner_with_the_name_typed(
    browser_of: SignedIn, harbour: AccountShown
) -> None:
    browser = browser_of(OWNER)
    page = browser.get(END).content.decode()
    assert "Everything is deleted" in page

    wrong = browser.post(END, {"name": "Harbor", "last_day": "2026-12-31"}).content.decode()
    assert "not the name" in wrong
    assert account(harbour.id).ends_at is None
    past = browser.post(END, {"name": "Harbour GmbH", "last_day": "2026-01-01"}).content.decode()
    assert "lies in the past" in past
    given = {"name": "Harbour GmbH", "last_day": "2026-12-31"}
    assert browser.post(END, given)["Location"] == "/app/contract/"

    ends_at = account(harbour.id).ends_at
    assert ends_at
    assert ends_at.isoformat() == "2026-12-31T23:00:00+00:00", "midnight in Berlin"
    assert Obligation.objects.count() == 1
    assert "The contract ends on" in browser.get("/app/contract/").content.decode()
    browser.post("/app/contract/call-off/")
    assert account(harbour.id).ends_at is None


def test_contract__ended_at_once_closes_the_room_behind_its_owner(
    browser_of: SignedIn, harbour: AccountShown
) -> None:
    browser = browser_of(OWNER)

    browser.post(END, {"name": "Harbour GmbH"})

    assert account(harbour.id).state is AccountState.TERMINATING
    assert browser.get("/app/").status_code == 302


def test_addresses__are_all_below_one_account() -> None:
    assert not [one for one in urlpatterns if "account_id" in one.pattern.converters]
