"""What the company states changes only by two people, in three languages at once."""

from __future__ import annotations

import pytest
from django.test import Client

from tests.console.conftest import SignedIn
from trustkeep.accounts.roles import Role
from trustkeep.controls import catalogue
from trustkeep.controls.models import Wording

SLUG = "locked-after-contract-end"
PROMISE = catalogue.promise(SLUG)
ADDRESS = f"/console/promises/{SLUG}/"
NEW = {
    "de": "Konten sind {hours} Stunden nach Vertragsende zu.",
    "en": "Accounts are shut {hours} hours after the contract’s end.",
    "fr": "Les comptes sont fermés {hours} heures après la fin du contrat.",
    "reason": "Shorter.",
}


def text_of(browser: Client, path: str) -> str:
    return browser.get(path).content.decode()


def drafted(browser: Client) -> str:
    """Write the new wording as a draft; return its id."""
    answer = browser.post(f"{ADDRESS}wording/", NEW)
    assert answer.status_code == 302, answer.content.decode()
    return str(Wording.objects.get(promise=SLUG, status=Wording.Status.DRAFT).id)


def test_placeholders__are_the_promises_own() -> None:
    assert set(PROMISE.values) == {"hours"}


@pytest.mark.asvs("2.3.5")
def test_draft__is_published_by_somebody_else_only(staff: SignedIn) -> None:
    author, second = staff(Role.SECURITY_LEAD), staff(Role.DPO)
    approve = f"{ADDRESS}wording/{drafted(author)}/approve/"

    own = author.post(approve)
    assert (own.status_code, "you wrote it" in own.content.decode()) == (409, True)
    assert "are shut" not in text_of(Client(), f"/en/promises/{SLUG}/")

    assert "Waiting for you" in text_of(second, "/console/")
    assert "Shorter." in text_of(second, "/console/")
    assert second.post(approve).status_code == 302
    assert "are shut 24 hours after" in text_of(Client(), f"/en/promises/{SLUG}/")
    assert "sont fermés 24 heures" in text_of(Client(), f"/fr/promises/{SLUG}/")

    again = second.post(approve)
    assert (again.status_code, "no longer open" in again.content.decode()) == (409, True)


def test_draft__waits_for_others_and_not_for_its_author(staff: SignedIn) -> None:
    author, second = staff(Role.SECURITY_LEAD), staff(Role.DPO)
    drafted(author)

    assert "wait for you" not in text_of(author, "/console/promises/")
    assert "wait for you" in text_of(second, "/console/promises/")
    assert "You wrote it" in text_of(author, "/console/drafts/")
    assert "Approve and publish" in text_of(second, "/console/drafts/")


def test_draft__names_who_may_approve_to_who_may_not(staff: SignedIn) -> None:
    drafted(staff(Role.SECURITY_LEAD))

    shown = text_of(staff(Role.PROGRAMME_MANAGER), "/console/drafts/")

    assert "Approve and publish" not in shown
    assert "These do: Security lead, Data protection officer." in shown


@pytest.mark.parametrize(
    ("language", "text", "told"),
    [
        ("fr", "Les comptes sont fermés.", "hours"),
        ("en", "Accounts are shut {hours} hours after {end}.", "end"),
        ("de", "Konten sind 24 Stunden nach Vertragsende zu.", "hours"),
        ("de", "Konten sind {hours} Stunden nach 2 Tagen zu.", "number"),
        ("en", "", "required"),
    ],
)
@pytest.mark.asvs("1.3.10", "2.2.1")
def test_wording__with_a_fault_is_told_beside_its_language_and_kept(
    staff: SignedIn, language: str, text: str, told: str
) -> None:
    answer = staff(Role.DPO).post(f"{ADDRESS}wording/", NEW | {language: text})
    page = answer.content.decode()
    error = page.partition(f'id="id_{language}_error"')[2].partition("</ul>")[0]

    assert answer.status_code == 200
    assert told in error
    assert text in page.replace("&#x27;", "'")
    assert NEW["reason"] in page
    assert not Wording.objects.filter(status=Wording.Status.DRAFT).exists()


@pytest.mark.asvs("1.2.1", "1.3.1", "1.3.5")
def test_wording__is_text_and_never_markup(staff: SignedIn) -> None:
    attack = '<script>alert("{hours}")</script>'
    staff(Role.SECURITY_LEAD).post(f"{ADDRESS}wording/", NEW | {"en": attack})
    draft = Wording.objects.get(status=Wording.Status.DRAFT)
    staff(Role.DPO).post(f"{ADDRESS}wording/{draft.id}/approve/")

    for path in ("/en/", f"/en/promises/{SLUG}/", "/en/changes.atom", "/en/trust.json", "/en/on/"):
        assert '<script>alert("24")' not in text_of(Client(), path), path


def test_draft__can_be_changed_and_withdrawn(staff: SignedIn) -> None:
    author = staff(Role.SECURITY_LEAD)
    first = drafted(author)
    author.post(f"{ADDRESS}wording/", NEW | {"reason": "Better."})

    assert Wording.objects.get(id=first).reason == "Better."
    assert author.post(f"{ADDRESS}wording/{first}/withdraw/").status_code == 302
    assert "No draft is open" in text_of(author, "/console/drafts/")


def test_note__stands_on_the_public_page_until_withdrawn(staff: SignedIn) -> None:
    browser = staff(Role.SECURITY_LEAD)
    note = {"de": "Wir arbeiten daran.", "en": "We are on it.", "fr": "Nous y travaillons."}

    assert browser.post(f"{ADDRESS}note/", note).status_code == 302
    assert "We are on it." in text_of(Client(), f"/en/promises/{SLUG}/")

    page = text_of(browser, ADDRESS)
    withdraw = page.partition(f"{ADDRESS}note/")[2].partition('"')[0]
    if withdraw == "":  # the first hit is the button that adds one
        withdraw = page.split(f"{ADDRESS}note/")[2].partition('"')[0]
    assert browser.post(f"{ADDRESS}note/{withdraw}").status_code == 302
    assert '<p class="note">We are on it.' not in text_of(Client(), f"/en/promises/{SLUG}/")


def test_note__in_one_language_only_is_refused_with_what_was_typed(staff: SignedIn) -> None:
    answer = staff(Role.DPO).post(f"{ADDRESS}note/", {"en": "We are on it."})

    assert "We are on it." in answer.content.decode()
    assert answer.content.decode().count("errorlist") == 2
