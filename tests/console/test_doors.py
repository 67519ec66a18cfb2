"""Who gets into the console and who does not, and what strangers learn at the door."""

from __future__ import annotations

import re
import uuid

import html5lib
import pytest
from django.test import Client
from django.urls import reverse

from tests.console.conftest import PASSWORD, SignedIn, hired, signed_in
from tests.promises.world import NOW
from trustkeep.accounts.actions import change_roles
from trustkeep.accounts.roles import Role
from trustkeep.console.urls import urlpatterns
from trustkeep.controls import catalogue
from trustkeep.identity.limits import ORDINARY, SHORT, Limits
from trustkeep.identity.models import User
from trustkeep.identity.throttling import FREE_FAILURES
from trustkeep.kernel.clock import frozen

SLUG = "security-policies"
OPEN = {"sign-in", "sign-out", "language"}
VALUES = {
    "name": catalogue.promise(SLUG).checks[0].name,
    "wording_id": uuid.uuid4(),
    "note_id": uuid.uuid4(),
    "record_id": uuid.uuid4(),
    "person_id": uuid.uuid4(),
    "token_id": uuid.uuid4(),
}


def address(name: str) -> str:
    """Return an address of the room called `name`, with something in each of its gaps."""
    [pattern] = [one for one in urlpatterns if one.name == name]
    gaps = pattern.pattern.converters
    slug = "policy" if name.startswith("record") else SLUG
    return reverse(f"console:{name}", kwargs={gap: {**VALUES, "slug": slug}[gap] for gap in gaps})


ROOMS = sorted(str(one.name) for one in urlpatterns)
CLOSED = [name for name in ROOMS if name not in OPEN]
# What each role may do beyond reading; who may enter which records stands at their kinds.
ACTS = {
    "run": {Role.SECURITY_LEAD, Role.DPO, Role.PROGRAMME_MANAGER},
    "switch-off": {Role.SECURITY_LEAD},
    "switch-on": {Role.SECURITY_LEAD},
    "wording": {Role.SECURITY_LEAD, Role.DPO, Role.PROGRAMME_MANAGER},
    "withdraw-wording": {Role.SECURITY_LEAD, Role.DPO, Role.PROGRAMME_MANAGER},
    "approve": {Role.SECURITY_LEAD, Role.DPO},
    "note": {Role.SECURITY_LEAD, Role.DPO},
    "withdraw-note": {Role.SECURITY_LEAD, Role.DPO},
    "record-enter": {Role.SECURITY_LEAD, Role.DPO, Role.PROGRAMME_MANAGER},
    "record-withdraw": {Role.SECURITY_LEAD, Role.DPO, Role.PROGRAMME_MANAGER},
    "person-add": {Role.ADMINISTRATOR},
    "person": {Role.ADMINISTRATOR},
    "tokens": {Role.ADMINISTRATOR},
    "token-revoke": {Role.ADMINISTRATOR},
}


@pytest.mark.asvs("8.2.1", "8.3.1")
@pytest.mark.parametrize("name", CLOSED)
@pytest.mark.parametrize("method", ["get", "post"])
def test_rooms__send_strangers_to_the_door(published: None, name: str, method: str) -> None:
    answer = getattr(Client(), method)(address(name))

    assert answer.status_code in (302, 405)
    assert answer.status_code == 405 or answer["Location"].startswith("/console/sign-in/")
    assert "no-store" in answer["Cache-Control"] or answer.status_code == 405


@pytest.mark.asvs("8.2.1", "8.3.1")
@pytest.mark.parametrize("role", list(Role))
def test_rooms__let_each_role_do_what_is_granted_and_no_more(staff: SignedIn, role: Role) -> None:
    browser = staff(role)
    refused = {
        name for name in CLOSED if browser.post(address(name), {"x": "y"}).status_code == 403
    }

    assert refused == {name for name, roles in ACTS.items() if role not in roles}


def test_rooms__keep_out_who_has_no_role(staff: SignedIn) -> None:
    browser = staff(Role.AUDITOR)
    person_id = User.objects.get().person_id
    assert person_id
    change_roles(person_id=person_id, roles=[], now=NOW)

    assert browser.get("/console/").status_code == 403


@pytest.mark.asvs("6.3.8")
def test_sign_in__says_the_same_to_wrong_passwords_and_unknown_addresses(staff: SignedIn) -> None:
    staff(Role.DPO)
    typed = {"known": "dpo@example.com", "unknown": "nobody@example.com"}
    answers = [
        Client().post("/console/sign-in/", {"email": email, "password": "Falsch-1234"})
        for email in typed.values()
    ]
    said = [
        re.sub(r'(token"|email") value="[^"]*"|value="[^"]*@example.com"', "", a.content.decode())
        for a in answers
    ]

    assert [answer.status_code for answer in answers] == [422, 422]
    assert re.sub("autofocus.*", "", said[0]) == re.sub("autofocus.*", "", said[1])
    assert "Falsch-1234" not in said[0]


@pytest.mark.asvs("6.3.1")
def test_sign_in__slows_down_who_guesses(staff: SignedIn) -> None:
    staff(Role.DPO)
    guessing = {"email": "dpo@example.com", "password": "Falsch-1234"}
    codes = [
        Client().post("/console/sign-in/", guessing).status_code for _ in range(FREE_FAILURES + 1)
    ]
    right = Client().post("/console/sign-in/", guessing | {"password": PASSWORD})

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

    assert Client().post("/console/sign-in/", given)["Location"] == leads_to


@pytest.mark.asvs("3.5.1")
def test_sign_in__takes_no_form_of_another_site(published: None) -> None:
    hired(Role.DPO)
    browser = Client(enforce_csrf_checks=True)

    given = {"email": "dpo@example.com", "password": PASSWORD}

    assert browser.post("/console/sign-in/", given).status_code == 403


@pytest.mark.asvs("7.2.4", "3.3.1", "3.3.2", "3.3.4")
def test_session__gets_a_new_name_at_the_door(published: None) -> None:
    hired(Role.DPO)
    browser = Client()
    browser.get("/console/sign-in/")
    given = {"email": "dpo@example.com", "password": PASSWORD}
    first = browser.post("/console/sign-in/", given).cookies["__Host-session"]
    second = browser.post("/console/sign-in/", given).cookies["__Host-session"]

    assert first.value != second.value
    assert (first["secure"], first["httponly"], first["samesite"]) == (True, True, "Lax")
    assert first["path"] == "/"
    assert not first["domain"]


@pytest.mark.asvs("7.4.1")
def test_session__ends_with_signing_out(staff: SignedIn) -> None:
    browser = staff(Role.DPO)
    kept = Client()
    kept.cookies.update(browser.cookies)

    assert browser.post("/console/sign-out/").status_code == 302
    assert kept.get("/console/").status_code == 302
    assert browser.get("/console/sign-out/").status_code == 405


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


@pytest.mark.asvs("7.4.2", "7.4.3")
def test_password__of_ones_own_ends_all_other_sessions(staff: SignedIn) -> None:
    browser = staff(Role.DPO)
    other = signed_in(Role.DPO)
    wrong = {"present": "Falsch-1234", "new": "Neu-und-besser-7"}
    weak = {"present": PASSWORD, "new": "kurz"}

    assert (
        "present password is not right" in browser.post("/console/account/", wrong).content.decode()
    )
    assert "upper-case" in browser.post("/console/account/", weak).content.decode()
    assert other.get("/console/").status_code == 200

    answer = browser.post("/console/account/", {"present": PASSWORD, "new": "Neu-und-besser-7"})

    assert "The password is changed" in answer.content.decode()
    assert browser.get("/console/").status_code == 200
    assert other.get("/console/").status_code == 302


@pytest.mark.parametrize("language", ["de", "en", "fr"])
def test_rooms__are_sound_html_in_every_language(staff: SignedIn, language: str) -> None:
    browser = staff(Role.SECURITY_LEAD)
    browser.post("/console/language/", {"language": language, "next": "/console/"})
    parser = html5lib.HTMLParser(strict=True)
    shown = [
        "home", "promises", "promise", "drafts", "records", "record-kind", "record-enter",
        "evidence", "people", "account", "wording", "note", "switch-off",
    ]  # fmt: skip
    for name in shown:
        answer = browser.get(address(name))
        assert answer.status_code == 200, name
        assert f'<html lang="{language}">' in answer.content.decode(), name
        assert answer["Cache-Control"] == "no-store", name
        parser.parse(answer.content)


def test_rooms__of_administrators_are_sound_html_too(staff: SignedIn) -> None:
    browser = staff(Role.ADMINISTRATOR)
    for name in ("tokens", "person-add", "people"):
        html5lib.HTMLParser(strict=True).parse(browser.get(address(name)).content)


def test_language__stays_with_the_reader(staff: SignedIn) -> None:
    browser = staff(Role.AUDITOR)

    answer = browser.post("/console/language/", {"language": "de", "next": "/console/records/"})

    assert answer["Location"] == "/console/records/"
    assert "Angaben" in browser.get("/console/records/").content.decode()
