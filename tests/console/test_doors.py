"""Who gets into the console and who does not, and what strangers learn at the door."""

from __future__ import annotations

import uuid

import html5lib
import pytest
from django.test import Client
from django.urls import reverse

from tests.console.conftest import SignedIn
from tests.promises.world import NOW
from trustkeep.accounts.actions import change_roles
from trustkeep.accounts.roles import Role
from trustkeep.console.urls import urlpatterns
from trustkeep.controls import catalogue
from trustkeep.identity.models import User

SLUG = "security-policies"
OPEN = {"sign-in"}
VALUES = {
    "name": catalogue.promise(SLUG).checks[0].name,
    "wording_id": uuid.uuid4(),
    "note_id": uuid.uuid4(),
    "record_id": uuid.uuid4(),
    "person_id": uuid.uuid4(),
    "token_id": uuid.uuid4(),
    "request_id": uuid.uuid4(),
    "letter_id": uuid.uuid4(),
    "system_id": uuid.uuid4(),
    "delivery_id": uuid.uuid4(),
    "look_id": uuid.uuid4(),
    "file_id": uuid.uuid4(),
    "receipt_id": uuid.uuid4(),
    "hold_id": uuid.uuid4(),
    "kind": "webhook",
    "what": "backup",
    "form": "json",
    "transaction_id": uuid.uuid4(),
    "attestation_id": uuid.uuid4(),
    "account_id": uuid.uuid4(),
    "proposal_id": uuid.uuid4(),
}


def address(name: str) -> str:
    """Return an address of the room called `name`, with something in each of its gaps."""
    [pattern] = [one for one in urlpatterns if one.name == name]
    gaps = pattern.pattern.converters
    slug = "policy" if name.startswith("record") else SLUG
    return reverse(f"console:{name}", kwargs={gap: {**VALUES, "slug": slug}[gap] for gap in gaps})


ROOMS = sorted(str(one.name) for one in urlpatterns)
CLOSED = [name for name in ROOMS if name not in OPEN]
AUDITORS = {Role.ADMINISTRATOR, Role.SECURITY_LEAD, Role.DPO, Role.AUDITOR}
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
    "audit-export": AUDITORS,
    "backups-begin": {Role.ADMINISTRATOR, Role.SECURITY_LEAD},
    "system-add": {Role.ADMINISTRATOR, Role.SECURITY_LEAD},
    "system-change": {Role.ADMINISTRATOR, Role.SECURITY_LEAD},
    "system-try": {Role.ADMINISTRATOR, Role.SECURITY_LEAD},
    "system-dry-run": {Role.ADMINISTRATOR, Role.SECURITY_LEAD},
    "system-rotate": {Role.ADMINISTRATOR, Role.SECURITY_LEAD},
    "system-retire": {Role.ADMINISTRATOR, Role.SECURITY_LEAD},
    "delivery-again": {Role.ADMINISTRATOR, Role.SECURITY_LEAD},
    "delivery-explain": {Role.ADMINISTRATOR, Role.SECURITY_LEAD},
    "person-add": {Role.ADMINISTRATOR},
    "person": {Role.ADMINISTRATOR},
    "roster": {Role.ADMINISTRATOR},
    "roster-take-over": {Role.ADMINISTRATOR},
    "person-rescue": {Role.ADMINISTRATOR},
    "link-decide": {Role.ADMINISTRATOR},
    "person-sessions-end": {Role.ADMINISTRATOR},
    "letter-again": {Role.ADMINISTRATOR, Role.DPO, Role.ACCOUNT_MANAGER},
    "letter-cancel": {Role.ADMINISTRATOR, Role.DPO, Role.ACCOUNT_MANAGER},
    "request-enter": {Role.DPO, Role.ACCOUNT_MANAGER},
    "request-act": {Role.DPO, Role.ACCOUNT_MANAGER},
    "account-add": {Role.ADMINISTRATOR, Role.ACCOUNT_MANAGER},
    "account-change": {Role.ADMINISTRATOR, Role.ACCOUNT_MANAGER},
    "account-end": {Role.DPO, Role.ACCOUNT_MANAGER},
    "account-call-off": {Role.DPO, Role.ACCOUNT_MANAGER},
    "account-reinstate": {Role.DPO, Role.ACCOUNT_MANAGER},
    "account-hold": {Role.SECURITY_LEAD, Role.DPO},
    "account-release": {Role.SECURITY_LEAD, Role.DPO},
    "account-review": {Role.SECURITY_LEAD, Role.DPO},
    "account-plan": {Role.SECURITY_LEAD, Role.DPO, Role.ACCOUNT_MANAGER},
    "account-delete": {Role.SECURITY_LEAD, Role.DPO, Role.ACCOUNT_MANAGER},
    "account-approve": {Role.SECURITY_LEAD, Role.DPO, Role.ACCOUNT_MANAGER},
    "clock": {Role.SECURITY_LEAD, Role.DPO},
    "look-begin": {Role.DPO, Role.ACCOUNT_MANAGER},
    "provider-look": {Role.ADMINISTRATOR},
    "provider-test": {Role.ADMINISTRATOR},
    "attestations": {Role.ADMINISTRATOR},
    "attestation-withdraw": {Role.ADMINISTRATOR},
    "sign-in-rule": {Role.ADMINISTRATOR, Role.ACCOUNT_MANAGER},
}


@pytest.mark.asvs("8.2.1", "8.3.1")
@pytest.mark.parametrize("name", CLOSED)
@pytest.mark.parametrize("method", ["get", "post"])
def test_rooms__send_strangers_to_the_door(published: None, name: str, method: str) -> None:
    answer = getattr(Client(), method)(address(name))

    assert answer.status_code in (302, 405)
    assert answer.status_code == 405 or answer["Location"].startswith("/sign-in/")
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


@pytest.mark.parametrize("language", ["de", "en", "fr"])
def test_rooms__are_sound_html_in_every_language(staff: SignedIn, language: str) -> None:
    browser = staff(Role.SECURITY_LEAD)
    browser.post("/language/", {"language": language, "next": "/console/"})
    parser = html5lib.HTMLParser(strict=True)
    shown = [
        "home", "promises", "promise", "drafts", "records", "record-kind", "record-enter",
        "evidence", "people", "systems", "system-add", "wording", "note", "switch-off",
    ]  # fmt: skip
    for name in shown:
        answer = browser.get(address(name))
        assert answer.status_code == 200, name
        assert f'<html lang="{language}">' in answer.content.decode(), name
        assert answer["Cache-Control"] == "no-store", name
        parser.parse(answer.content)


def test_rooms__of_administrators_are_sound_html_too(staff: SignedIn) -> None:
    browser = staff(Role.ADMINISTRATOR)
    for name in ("tokens", "person-add", "people", "roster"):
        html5lib.HTMLParser(strict=True).parse(browser.get(address(name)).content)


def test_language__stays_with_the_reader(staff: SignedIn) -> None:
    browser = staff(Role.AUDITOR)

    answer = browser.post("/language/", {"language": "de", "next": "/console/records/"})

    assert answer["Location"] == "/console/records/"
    assert "Angaben" in browser.get("/console/records/").content.decode()
