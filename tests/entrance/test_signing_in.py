"""The door for everybody: it tells nothing, slows guessers down, and leads home."""

from __future__ import annotations

import re

import html5lib
import pytest
from django.test import Client

from tests import customers
from tests.console.conftest import PASSWORD, SignedIn, hired, signed_in
from tests.promises.world import NOW
from trustkeep.accounts.roles import Role
from trustkeep.identity.limits import ORDINARY, SHORT, Limits
from trustkeep.identity.throttling import FREE_FAILURES
from trustkeep.kernel.clock import frozen
from trustkeep.letters import queries as letters
from trustkeep.letters.models import Letter


@pytest.mark.asvs("6.3.8")
def test_sign_in__says_the_same_to_wrong_passwords_and_unknown_addresses(staff: SignedIn) -> None:
    staff(Role.DPO)
    typed = {"known": "dpo@example.com", "unknown": "nobody@example.com"}
    answers = [
        Client().post("/sign-in/", {"email": email, "password": "Falsch-1234"})
        for email in typed.values()
    ]
    said = [
        re.sub(r'(token"|email") value="[^"]*"|value="[^"]*@example.com"', "", a.content.decode())
        for a in answers
    ]

    assert [answer.status_code for answer in answers] == [422, 422]
    assert re.sub("autofocus.*", "", said[0]) == re.sub("autofocus.*", "", said[1])
    assert "Falsch-1234" not in said[0]


@pytest.mark.rule("N12")
@pytest.mark.asvs("6.3.1")
def test_sign_in__slows_down_who_guesses(staff: SignedIn) -> None:
    staff(Role.DPO)
    guessing = {"email": "dpo@example.com", "password": "Falsch-1234"}
    codes = [Client().post("/sign-in/", guessing).status_code for _ in range(FREE_FAILURES + 1)]
    right = Client().post("/sign-in/", guessing | {"password": PASSWORD})

    assert codes == [422] * FREE_FAILURES + [429]
    assert right.status_code == 429, "the right password has to wait as well"


@pytest.mark.parametrize(
    ("onward", "leads_to"),
    [
        ("/console/records/?a=b", "/console/records/?a=b"),
        ("https://evil.example/", "/console/"),
        ("//evil.example/", "/console/"),
        ("/\\evil.example/", "/console/"),
        ("javascript:alert(1)", "/console/"),
        ("", "/console/"),
    ],
)
@pytest.mark.asvs("3.7.2")
def test_sign_in__leads_back_but_never_elsewhere(
    published: None, onward: str, leads_to: str
) -> None:
    hired(Role.DPO)
    given = {"email": "DPO@example.com", "password": PASSWORD, "next": onward}

    assert Client().post("/sign-in/", given)["Location"] == leads_to


@pytest.mark.rule("S4")
@pytest.mark.asvs("3.5.1")
def test_sign_in__takes_no_form_of_another_site(published: None) -> None:
    hired(Role.DPO)
    browser = Client(enforce_csrf_checks=True)

    given = {"email": "dpo@example.com", "password": PASSWORD}

    assert browser.post("/sign-in/", given).status_code == 403


@pytest.mark.rule("S7", "S3")
@pytest.mark.asvs("7.2.4", "3.3.1", "3.3.2", "3.3.4")
def test_session__gets_a_new_name_at_the_door(published: None) -> None:
    hired(Role.DPO)
    browser = Client()
    browser.get("/sign-in/")
    given = {"email": "dpo@example.com", "password": PASSWORD}
    first = browser.post("/sign-in/", given).cookies["__Host-session"]
    second = browser.post("/sign-in/", given).cookies["__Host-session"]

    assert first.value != second.value
    assert (first["secure"], first["httponly"], first["samesite"]) == (True, True, "Lax")
    assert first["path"] == "/"
    assert not first["domain"]


@pytest.mark.asvs("7.4.1", "14.3.1")
def test_session__ends_with_signing_out(staff: SignedIn) -> None:
    browser = staff(Role.DPO)
    kept = Client()
    kept.cookies.update(browser.cookies)

    answer = browser.post("/sign-out/")
    assert answer.status_code == 302
    assert answer["Clear-Site-Data"] == '"cache", "storage"'
    assert kept.get("/console/").status_code == 302
    assert browser.get("/sign-out/").status_code == 405


@pytest.mark.asvs("7.3.1", "7.3.2")
@pytest.mark.parametrize(
    ("role", "limits"), [(Role.AUDITOR, ORDINARY), (Role.SECURITY_LEAD, SHORT)]
)
def test_session__ends_when_nobody_uses_it(staff: SignedIn, role: Role, limits: Limits) -> None:
    idle = limits.idle
    browser = staff(role)
    with frozen(NOW + idle):
        assert browser.get("/console/").status_code == 200
    with frozen(NOW + 2 * idle + idle / 4):
        assert browser.get("/console/").status_code == 302


@pytest.mark.asvs("7.4.2", "7.4.3", "6.2.2", "6.2.3")
def test_password__of_ones_own_ends_all_other_sessions(staff: SignedIn) -> None:
    browser = staff(Role.DPO)
    other = signed_in(Role.DPO)
    wrong = {"present": "Falsch-1234", "new": "Neu-und-besser-7"}
    weak = {"present": PASSWORD, "new": "kurz"}

    assert "present password is not right" in browser.post("/me/", wrong).content.decode()
    assert "upper-case" in browser.post("/me/", weak).content.decode()
    assert other.get("/console/").status_code == 200

    answer = browser.post("/me/", {"present": PASSWORD, "new": "Neu-und-besser-7"})

    assert "The password is changed" in answer.content.decode()
    assert browser.get("/console/").status_code == 200
    assert other.get("/console/").status_code == 302


def test_sign_in__of_a_customer_opens_no_room_of_the_staff(published: None) -> None:
    alice = customers.member(customers.customer())
    customers.admitted(alice)
    browser = Client()

    answer = browser.post("/sign-in/", {"email": alice.email, "password": customers.PASSWORD})

    assert answer.status_code == 302
    assert browser.get("/console/").status_code == 403
    assert alice.name in browser.get("/me/").content.decode()


@pytest.mark.parametrize("language", ["de", "en", "fr"])
def test_pages__are_sound_html_in_every_language(staff: SignedIn, language: str) -> None:
    browser = staff(Role.AUDITOR)
    browser.post("/language/", {"language": language, "next": "/me/"})

    for visitor, address in ((browser, "/me/"), (browser, "/sign-in/")):
        answer = visitor.get(address)
        assert f'<html lang="{language}">' in answer.content.decode()
        assert answer["Cache-Control"] == "no-store"
        html5lib.HTMLParser(strict=True).parse(answer.content)


def test_me__sends_strangers_to_the_door(published: None) -> None:
    assert Client().get("/me/")["Location"] == "/sign-in/?next=%2Fme%2F"


def test_old_door__leads_to_the_one_for_everybody(published: None) -> None:
    assert Client().get("/console/sign-in/")["Location"] == "/sign-in/"


@pytest.mark.asvs("6.3.5")
def test_sign_in__from_a_new_address_is_told_to_its_owner(staff: SignedIn) -> None:
    staff(Role.AUDITOR)
    given = {"email": "auditor@example.com", "password": PASSWORD}
    agent = {"user-agent": "Mozilla/5.0 (X11; Linux x86_64) Firefox/141.0"}
    assert not Letter.objects.filter(kind="signed-in-elsewhere").exists()

    for source in ("198.51.100.7", "198.51.100.7", "127.0.0.1"):
        Client(REMOTE_ADDR=source, headers=agent).post("/sign-in/", given)

    [letter] = Letter.objects.filter(kind="signed-in-elsewhere")
    text = letters.letter(letter.pk).text
    assert "198.51.100.7" in text
    assert "Firefox" in text
