"""Records by hand: every fault beside its field, nothing typed lost, every version kept."""

from __future__ import annotations

import csv
import io
import re
import uuid
from datetime import timedelta

import pytest
from django.test import Client

from tests.console.conftest import SignedIn
from tests.promises.world import NOW
from trustkeep.accounts.roles import Role
from trustkeep.console.filters import matching
from trustkeep.controls.record_kinds import BY_SLUG
from trustkeep.kernel.clock import frozen
from trustkeep.records import queries
from trustkeep.records.models import Version

POLICY = BY_SLUG["policy"]
ADDRESS = "/console/records/policy/"
GIVEN = {
    "title": "Incident response",
    "version": "2",
    "owner": "Henrik Vogel",
    "author": "Henrik Vogel",
    "approver": "Sofia Brandt",
    "approved_date": "2026-10-01",
    "reviewed_date": "2026-10-01",
    "overview": "=1+1",
}


def entered(browser: Client, **changes: str) -> str:
    """Enter a policy and return the address of its page."""
    answer = browser.post(f"{ADDRESS}new/", GIVEN | changes)
    assert answer.status_code == 302, answer.content.decode()
    page = browser.get(ADDRESS).content.decode()
    found: list[str] = re.findall(rf'href="({ADDRESS}[0-9a-f-]{{36}}/)"', page)
    return found[0]


def test_record__is_entered_amended_and_keeps_its_versions(staff: SignedIn) -> None:
    browser = staff(Role.PROGRAMME_MANAGER)
    address = entered(browser)

    assert browser.post(address, GIVEN | {"version": "3"}).status_code == 302
    page = browser.get(address).content.decode()
    assert (page.count("<article"), "Version 2" in page, "Version 1" in page) == (2, True, True)
    assert "programme-manager" in page, "who entered it"


def test_record__changes_the_public_state_at_once(staff: SignedIn) -> None:
    browser = staff(Role.PROGRAMME_MANAGER)
    [old] = queries.history(POLICY, _only_record())[:1]
    values = {"reviewed_date": "2026-11-01", "title": str(old["title"])}

    assert "not-kept" in _state(Client())
    with frozen(NOW + timedelta(seconds=1)):
        browser.post(f"{ADDRESS}{old.id}/", GIVEN | values)
        assert "not-kept" not in _state(Client())


def _only_record() -> uuid.UUID:
    return Version.objects.get(kind="policy").record


def _state(reader: Client) -> str:
    page = reader.get("/en/promises/security-policies/").content.decode()
    return page.partition('<p class="facts">')[2].partition("</p>")[0]


@pytest.mark.asvs("2.2.1", "2.2.2")
@pytest.mark.parametrize(
    ("field", "value", "told"),
    [
        ("title", "", "required"),
        ("reviewed_date", "2026-02-30", "valid date"),
        ("reviewed_date", "yesterday", "valid date"),
    ],
)
def test_record__with_a_fault_keeps_what_was_typed(
    staff: SignedIn, field: str, value: str, told: str
) -> None:
    answer = staff(Role.DPO).post(f"{ADDRESS}new/", GIVEN | {field: value})
    page = answer.content.decode()
    error = page.partition(f'id="id_{field}_error"')[2].partition("</ul>")[0]

    assert told in error
    assert "Incident response" in page or field == "title"
    assert "Sofia Brandt" in page
    assert queries.count(POLICY) == 1, "only what was there before"


def test_record__withdrawn_no_longer_counts_and_stays_readable(staff: SignedIn) -> None:
    browser = staff(Role.DPO)
    address = entered(browser)

    assert "required" in browser.post(f"{address}withdraw/", {"reason": ""}).content.decode()
    assert browser.post(f"{address}withdraw/", {"reason": "Twice."}).status_code == 302
    assert queries.count(POLICY) == 1
    page = browser.get(address).content.decode()
    assert "<strong>withdrawn</strong>" in page
    assert "Record the change" not in page
    again = browser.post(f"{address}withdraw/", {"reason": "Once more."})
    assert again.status_code == 409


def test_records__are_found_by_their_words(staff: SignedIn) -> None:
    browser = staff(Role.DPO)
    entered(browser, title="Réponse aux incidents")

    assert "Réponse" in browser.get(f"{ADDRESS}?q=reponse+brandt").content.decode()
    assert "Nothing matches" in browser.get(f"{ADDRESS}?q=backup").content.decode()
    assert matching([], "x") == []


@pytest.mark.asvs("1.2.10")
def test_records__leave_as_a_table_without_formulas(staff: SignedIn) -> None:
    browser = staff(Role.DPO)
    entered(browser)

    answer = browser.get(f"{ADDRESS}export.csv")
    rows = list(csv.DictReader(io.StringIO(answer.content.decode())))

    assert answer["Content-Disposition"] == 'attachment; filename="policy.csv"'
    assert [row["overview"] for row in rows if row["title"] == "Incident response"] == ["'=1+1"]


def test_records__of_another_role_are_read_and_not_entered(staff: SignedIn) -> None:
    browser = staff(Role.ACCOUNT_MANAGER)

    assert "Enter one" not in browser.get(ADDRESS).content.decode()
    assert browser.post(f"{ADDRESS}new/", GIVEN).status_code == 403
    assert "Enter one" in browser.get("/console/records/document-request/").content.decode()


@pytest.mark.parametrize("slug", sorted(BY_SLUG))
def test_forms__of_every_kind_open(staff: SignedIn, slug: str) -> None:
    roles = [Role(role) for role in BY_SLUG[slug].writers]

    answer = staff(roles[0]).get(f"/console/records/{slug}/new/")

    assert answer.status_code == 200
    for field in BY_SLUG[slug].fields:
        assert f'name="{field.name}"' in answer.content.decode()
