"""The desk of promises: worst first, searched, checked, switched off and on."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from tests.console.conftest import SignedIn
from tests.promises.world import NOW
from trustkeep.accounts.roles import Role
from trustkeep.controls import catalogue
from trustkeep.controls.entries import PAGE_SIZE
from trustkeep.evidence.actions import append
from trustkeep.evidence.kinds import Kind

SLUG = "security-policies"
CHECK = catalogue.promise(SLUG).checks[0].name


def slugs(page: bytes) -> list[str]:
    rows = page.decode().partition('<ul class="rows">')[2]
    return re.findall(r'<a href="/console/promises/([a-z-]+)/">', rows)


def test_promises__stand_worst_first(staff: SignedIn) -> None:
    listed = slugs(staff(Role.AUDITOR).get("/console/promises/").content)

    assert sorted(listed) == sorted(catalogue.BY_SLUG)
    assert listed[0] == SLUG
    assert listed[-1] in ("password-policy", "industry-standards", "security-lead")


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("?q=RICHTLINIE", []),
        ("?q=polic reviewed", [SLUG]),
        ("?state=not-kept&owner=security-lead", [SLUG]),
        ("?state=nonsense&q=%00", None),
        ("?owner=trainer&state=not-kept", []),
    ],
)
def test_promises__are_found_by_what_is_looked_for(
    staff: SignedIn, query: str, expected: list[str] | None
) -> None:
    page = staff(Role.AUDITOR).get(f"/console/promises/{query}").content

    assert expected is None or slugs(page) == expected
    assert expected != [] or "No promise matches" in page.decode()


def test_promise__names_the_record_that_breaks_it(staff: SignedIn) -> None:
    page = staff(Role.AUDITOR).get(f"/console/promises/{SLUG}/").content.decode()

    assert "What breaks it" in page
    assert re.search(r'<a href="/console/records/policy/[0-9a-f-]{36}/">', page)
    assert "Check now" not in page, "an auditor only reads"


def test_check__runs_when_asked(staff: SignedIn) -> None:
    browser = staff(Role.DPO)
    before = browser.get("/console/promises/industry-standards/").content.decode()

    assert browser.post("/console/promises/industry-standards/run/").status_code == 302
    after = browser.get("/console/promises/industry-standards/").content.decode()
    assert ("never" in before, "never" in after) == (True, False)


@pytest.mark.asvs("16.2.1")
def test_check__switched_off_shows_in_public_and_names_who_and_why(staff: SignedIn) -> None:
    browser = staff(Role.SECURITY_LEAD)
    off = f"/console/promises/{SLUG}/checks/{CHECK}/off/"

    assert "required" in browser.post(off, {"reason": " "}).content.decode()
    assert browser.post(off, {"reason": "The source is down."}).status_code == 302

    page = browser.get(f"/console/promises/{SLUG}/").content.decode()
    assert "security-lead: The source is down." in page
    public = Client().get(f"/en/promises/{SLUG}/").content.decode()
    assert "check switched off since" in public
    assert "The source is down." not in public

    assert browser.post(f"/console/promises/{SLUG}/checks/{CHECK}/on/").status_code == 302
    assert "switched off since" not in Client().get(f"/en/promises/{SLUG}/").content.decode()


@pytest.mark.parametrize(
    "path",
    [
        "/console/promises/nothing/",
        "/console/promises/nothing/wording/",
        f"/console/promises/{SLUG}/checks/nothing/off/",
        "/console/records/nothing/",
        "/console/records/policy/00000000-0000-0000-0000-000000000000/",
    ],
)
def test_rooms__that_do_not_exist_are_not_found(staff: SignedIn, path: str) -> None:
    answer = staff(Role.SECURITY_LEAD).get(path)

    assert answer.status_code == 404
    assert "There is no page at this address" in answer.content.decode()


def test_home__answers_what_is_broken_due_waiting_and_changed(staff: SignedIn) -> None:
    page = staff(Role.SECURITY_LEAD).get("/console/").content.decode()
    parts = ["Broken", "Not measured", "Due", "Waiting for you", "Changed"]
    places = [page.index(f"<h2>{part}</h2>") for part in parts]

    assert places == sorted(places)
    assert f'/console/promises/{SLUG}/">' in page[places[0] : places[1]]


def test_evidence__is_read_by_promise_and_by_the_page(staff: SignedIn) -> None:
    for number in range(PAGE_SIZE):
        append(kind=Kind.COMPANY_CHANGED, body={"number": number}, now=NOW)
    browser = staff(Role.AUDITOR)
    newest = browser.get("/console/evidence/").content.decode()
    older = re.search(r"\?promise=&amp;before=(\d+)", newest)

    assert older
    rest = browser.get(f"/console/evidence/?before={older[1]}").content.decode()
    assert ("Wording published" in rest, "Older entries" in rest) == (True, False)
    of_one = browser.get(f"/console/evidence/?promise={SLUG}").content.decode()
    rows = re.findall(r'<a href="/console/promises/([a-z-]+)/" translate', of_one)
    assert set(rows) == {SLUG}
    assert browser.get("/console/evidence/?before=x&promise=y").status_code == 200
