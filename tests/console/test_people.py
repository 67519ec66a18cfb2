"""The staff directory and tokens, as administrators keep them."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests.console.conftest import PASSWORD, SignedIn, signed_in
from tests.promises.world import NOW
from trustkeep.accounts import queries
from trustkeep.accounts.roles import Role
from trustkeep.identity.models import User
from trustkeep.identity.tokens import TokenRefused, bearer
from trustkeep.letters.models import Letter
from trustkeep.letters.sealing import opened

NEWCOMER = {
    "name": "Lena Ott",
    "email": "lena@example.com",
    "kind": "employee",
    "joined": "2026-11-23",
    "roles": ["trainer"],
    "invite": "on",
}
FIRST_PASSWORD = "Weide-und-9-Wasser"


def joined(browser: Client) -> str:
    """Add the newcomer; return the address of her page."""
    answer = browser.post("/console/people/new/", NEWCOMER)
    assert answer.status_code == 302, answer.content.decode()
    return answer["Location"]


def invitation_in_the_letter() -> str:
    """Return the address of the one invitation that was written."""
    [letter] = Letter.objects.filter(kind="invitation")
    found = opened(letter)
    assert found
    return urlsplit(found[1].link).path


def test_newcomer__is_listed_and_comes_in_by_invitation(staff: SignedIn) -> None:
    joined(staff(Role.ADMINISTRATOR))
    page = staff(Role.ADMINISTRATOR).get("/console/people/?q=lena").content.decode()
    assert "Lena Ott" in page
    address, browser = invitation_in_the_letter(), Client()

    weak = browser.post(address, {"password": "kurz"}).content.decode()
    assert "Use at least 8 characters." in weak
    assert "kurz" not in weak, "a password never comes back"
    assert browser.post(address, {"password": FIRST_PASSWORD})["Location"] == "/console/"
    assert browser.get("/console/").status_code == 200
    assert Client().get(address).status_code == 410
    given = {"email": "lena@example.com", "password": FIRST_PASSWORD}
    assert Client().post("/sign-in/", given).status_code == 302


def test_invitation__can_be_sent_again_from_the_page_of_the_person(staff: SignedIn) -> None:
    browser = staff(Role.ADMINISTRATOR)
    page = joined(browser)
    first = invitation_in_the_letter()

    browser.post(page, {"act": "invite"})

    assert Client().get(first).status_code == 410
    assert "Invited; the link is good until" in browser.get(page).content.decode()


@pytest.mark.asvs("6.2.1", "6.2.4")
@pytest.mark.parametrize(
    ("field", "value", "told"),
    [
        ("email", "administrator@example.com", "in the staff directory already"),
        ("email", "lena", "valid email"),
        ("joined", "soon", "valid date"),
        ("name", "", "required"),
    ],
)
def test_newcomer__with_a_fault_is_not_added_and_the_form_keeps_the_rest(
    staff: SignedIn, field: str, value: str, told: str
) -> None:
    browser = staff(Role.ADMINISTRATOR)
    before = len(queries.people())

    page = browser.post("/console/people/new/", NEWCOMER | {field: value}).content.decode()

    assert told in page.partition(f'id="id_{field}_error"')[2].partition("</ul>")[0]
    assert "Lena Ott" in page or field == "name"
    assert len(queries.people()) == before


@pytest.mark.asvs("8.3.2")
def test_roles__count_from_the_next_click(staff: SignedIn) -> None:
    browser = staff(Role.ADMINISTRATOR)
    theirs = staff(Role.AUDITOR)
    address = _page_of(browser, "auditor")

    assert theirs.post("/console/promises/security-lead/run/").status_code == 403
    browser.post(address, {"act": "roles", "roles": ["security-lead"]})
    assert theirs.post("/console/promises/security-lead/run/").status_code == 302


@pytest.mark.asvs("7.4.2")
def test_password__set_by_an_administrator_ends_all_sessions(staff: SignedIn) -> None:
    browser, theirs = staff(Role.ADMINISTRATOR), staff(Role.AUDITOR)
    address = _page_of(browser, "auditor")

    assert (
        "Use at least"
        in browser.post(address, {"act": "password", "password": "kurz"}).content.decode()
    )
    assert theirs.get("/console/").status_code == 200
    browser.post(address, {"act": "password", "password": "Ganz-Neu-4-Heute"})

    assert theirs.get("/console/").status_code == 302
    old = {"email": "auditor@example.com", "password": PASSWORD}
    assert Client().post("/sign-in/", old).status_code == 422


@pytest.mark.asvs("7.4.2")
def test_leaver__has_no_way_in_from_then_on(staff: SignedIn) -> None:
    browser, theirs = staff(Role.ADMINISTRATOR), staff(Role.AUDITOR)

    browser.post(_page_of(browser, "auditor"), {"act": "leave", "left": NOW.date().isoformat()})

    assert theirs.get("/console/").status_code == 302
    again = {"email": "auditor@example.com", "password": PASSWORD}
    assert Client().post("/sign-in/", again).status_code == 422


@pytest.mark.asvs("2.2.3")
def test_leaver__whose_last_day_makes_no_sense_stays(staff: SignedIn) -> None:
    browser, theirs = staff(Role.ADMINISTRATOR), staff(Role.AUDITOR)

    page = browser.post(_page_of(browser, "auditor"), {"act": "leave", "left": "2001-01-01"})

    assert "errorlist" in page.content.decode()
    assert theirs.get("/console/").status_code == 200


def _page_of(browser: Client, name: str) -> str:
    page = browser.get(f"/console/people/?q={name}@").content.decode()
    found: list[str] = re.findall(r'"(/console/people/[0-9a-f-]{36}/)"', page)
    return found[0]


@pytest.mark.asvs("14.3.2")
def test_token__is_shown_once_and_ends_when_revoked(staff: SignedIn) -> None:
    browser = staff(Role.ADMINISTRATOR)
    given = {"name": "Ticket system", "scopes": ["read", "write:records"], "days": "30"}

    page = browser.post("/console/tokens/", given).content.decode()
    secret = re.findall(r"tk_[A-Za-z0-9_-]{43}", page)[0]

    assert bearer(secret, now=NOW).name == "Ticket system"
    later = browser.get("/console/tokens/").content.decode()
    assert secret not in later
    revoke = re.findall(r'action="(/console/tokens/[0-9a-f-]{36}/revoke/)"', later)[0]
    browser.post(revoke)
    with pytest.raises(TokenRefused):
        bearer(secret, now=NOW)
    assert browser.post(revoke).status_code == 409


@pytest.mark.parametrize(("field", "value"), [("days", "0"), ("days", "366"), ("name", "")])
def test_token__with_a_fault_is_not_made(staff: SignedIn, field: str, value: str) -> None:
    given = {"name": "Ticket system", "scopes": ["read"], "days": "30"}

    page = staff(Role.ADMINISTRATOR).post("/console/tokens/", given | {field: value})

    assert "errorlist" in page.content.decode()
    assert "There is no token yet" in page.content.decode()


def test_sign_in__is_written_down_for_its_owner(staff: SignedIn) -> None:
    staff(Role.TRAINER)
    page = signed_in(Role.TRAINER).get("/me/").content.decode()

    assert page.count("<td>signed in<") == 2
    assert "127.0.0.1" in page


def test_table__is_shown_before_it_is_taken_over(staff: SignedIn) -> None:
    browser = staff(Role.ADMINISTRATOR)
    table = SimpleUploadedFile("staff.csv", b"name,email\nLena Ott,lena@example.com\n")

    shown = browser.post("/console/people/table/", {"table": table}).content.decode()
    fields = dict(re.findall(r'name="(content|digest|complete)" value="([^"]*)"', shown))

    assert "1 join" in shown
    assert "lena@example.com" in shown
    assert not browser.get("/console/people/?q=lena").content.decode().count("Lena Ott")
    answer = browser.post("/console/people/table/take-over/", fields)
    assert answer["Location"] == "/console/people/"
    assert "Lena Ott" in browser.get("/console/people/?q=lena").content.decode()


def test_table__with_faults_says_where_and_offers_nothing_to_press(staff: SignedIn) -> None:
    table = SimpleUploadedFile("staff.csv", b"name,email\nLena Ott,nowhere\n")

    answer = staff(Role.ADMINISTRATOR).post("/console/people/table/", {"table": table})
    shown = answer.content.decode()

    assert "no e-mail address" in shown
    assert ">Take over</button>" not in shown


def test_whoever_was_shut_out__is_let_in_again_by_an_administrator(staff: SignedIn) -> None:
    browser, theirs = staff(Role.ADMINISTRATOR), staff(Role.TRAINER)
    page = _page_of(browser, "trainer")
    browser.post(page, {"act": "leave", "left": "2026-11-22"})
    assert theirs.get("/console/").status_code == 302
    browser.post(page, {"act": "reopen"})

    user = User.objects.get(person__email="trainer@example.com")

    assert user.active
    assert not user.may_enter(NOW), "the last day still counts"
