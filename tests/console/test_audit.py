"""The audit trail as staff reads it: searched by address, exported, and read by few."""

from __future__ import annotations

import json

import html5lib
import pytest
from django.test import Client

from tests.console.conftest import SignedIn
from tests.customers import customer
from trustkeep.accounts.roles import Role
from trustkeep.identity.models import AccessEvent


def exported(browser: Client, query: str = "") -> list[dict[str, object]]:
    answer = browser.post(f"/console/audit/export.ndjson{query}")
    assert answer.status_code == 200
    text = b"".join(answer.streaming_content).decode()  # type: ignore[attr-defined]
    return [json.loads(line) for line in text.splitlines()]


@pytest.mark.asvs("16.3.2")
def test_audit__shows_sign_ins_and_refusals(staff: SignedIn) -> None:
    browser = staff(Role.AUDITOR)
    Client().post("/sign-in/", {"email": "auditor@example.com", "password": "Falsch-1234"})
    page = browser.get("/console/audit/")
    text = page.content.decode()

    html5lib.HTMLParser(strict=True).parse(page.content)
    assert "sign-in refused" in text
    assert "signed in" in text
    assert "Falsch-1234" not in text
    assert "wiped after" not in text


def test_filters__stand_in_the_address(staff: SignedIn) -> None:
    browser = staff(Role.DPO)
    staff(Role.AUDITOR)
    only = browser.get("/console/audit/?email=auditor%40example.com&what=signed-in")
    nothing = browser.get("/console/audit/?source=192.0.2.99")
    wrong = browser.get("/console/audit/?since=yesterday&source=x")

    rows = only.content.decode().partition("<tbody>")[2]
    assert rows.count("<tr>") == 1
    assert ">auditor<" in rows
    assert "Nothing like that has happened" in nothing.content.decode()
    assert wrong.status_code == 200
    assert wrong.content.decode().count('role="alert"') == 2


def test_export__follows_the_filters_and_is_noted(staff: SignedIn) -> None:
    browser = staff(Role.AUDITOR)
    all_of_it = exported(browser)
    some = exported(browser, "?what=signed-in")

    assert {one["message"] for one in all_of_it} == {"admitted", "signed-in", "read"}
    assert {one["message"] for one in some} == {"signed-in"}
    assert AccessEvent.objects.filter(what="read", detail="audit-trail export").count() == 2


def test_roles__changed_in_the_console_stand_in_the_trail(staff: SignedIn) -> None:
    browser, auditor = staff(Role.ADMINISTRATOR), staff(Role.AUDITOR)
    page = browser.get("/console/people/").content.decode()
    path = page.partition('href="/console/people/')[2]
    for part in page.split('href="/console/people/')[1:]:
        if "auditor" in part[:120]:
            path = part[:36]
    browser.post(f"/console/people/{path}/", {"act": "roles", "roles": ["auditor", "dpo"]})

    assert auditor.get("/console/").status_code == 302, "other rights begin with new sessions"
    told = browser.get("/console/audit/?what=rights-changed").content.decode()
    assert "auditor,dpo" in told
    assert ">administrator<" in told


@pytest.mark.asvs("8.2.1")
@pytest.mark.parametrize("role", [Role.TRAINER, Role.ACCOUNT_MANAGER, Role.PROGRAMME_MANAGER])
def test_audit__is_read_by_who_may_and_nobody_else(staff: SignedIn, role: Role) -> None:
    browser = staff(role)

    assert browser.get("/console/audit/").status_code == 403
    assert browser.post("/console/audit/export.ndjson").status_code == 403
    assert "/console/audit/" not in browser.get("/console/").content.decode()


def test_reading__of_a_customers_data_stands_in_the_trail(staff: SignedIn) -> None:
    harbour = customer("Harbour")
    browser = staff(Role.DPO)
    begun = browser.post(
        f"/console/looks/{harbour.id}/begin/", {"reason": "Ticket 4711: an upload does not end."}
    )
    for path in (
        f"/console/accounts/{harbour.id}/",
        "/console/accounts/export.csv",
        "/console/requests/export.csv",
        str(begun["Location"]),
    ):
        assert browser.get(path).status_code == 200
    assert (
        browser.get("/console/receipts/00000000-0000-0000-0000-000000000000/pdf/").status_code
        == 404
    )

    read = AccessEvent.objects.filter(what="read").order_by("pk").values_list("detail", flat=True)
    assert [one.split()[0] for one in read] == [
        "account",
        "accounts-table",
        "requests-table",
        "look",
    ]
    assert all(one.entry_index for one in AccessEvent.objects.filter(what="read"))


def test_directory__is_told_by_name_and_not_by_number(staff: SignedIn) -> None:
    browser = staff(Role.ADMINISTRATOR)
    given = {"name": "Dora Newcomer", "email": "dora@example.com", "joined": "2026-11-01"}
    given |= {"kind": "employee", "roles": "auditor"}
    assert browser.post("/console/people/new/", given).status_code == 302

    joined, rights = (
        browser.get(f"/console/audit/?what={what}").content.decode().partition("<tbody>")[2]
        for what in ("joined", "rights-changed")
    )

    assert joined.count("Dora Newcomer") == rights.count("Dora Newcomer") == 1
    assert "auditor" in rights
