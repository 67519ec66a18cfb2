"""The accounts' rooms: finding, opening, ending, holding, reinstating, deleting, downloading."""

from __future__ import annotations

import pytest
from django.test import Client

from tests.console.conftest import SignedIn
from tests.customers import customer, member
from trustkeep.accounts.models import Account
from trustkeep.accounts.roles import Role
from trustkeep.identity.queries import users
from trustkeep.kernel.clock import now
from trustkeep.lifecycle.models import Hold, Obligation
from trustkeep.lifecycle.stepping import run_due
from trustkeep.lifecycle.terminating import end_contract

pytestmark = pytest.mark.django_db


def text(browser: Client, address: str) -> str:
    answer = browser.get(address)
    assert answer.status_code == 200, answer.content.decode()
    return answer.content.decode()


def page_of(account: object) -> str:
    return f"/console/accounts/{account.id}/"  # type: ignore[attr-defined]


def locked_account() -> Account:
    account = customer()
    member(account)
    end_contract(account_id=account.id, by="jonas", now=now())
    run_due(worker="test", now=now())
    return Account.objects.get(pk=account.id)


def test_accounts__are_found_by_words_state_and_deadline(staff: SignedIn) -> None:
    browser = staff(Role.DPO)
    customer("Lagoon")
    locked_account()

    assert "Harbour GmbH" in text(browser, "/console/accounts/?q=harb")
    assert "Lagoon GmbH" not in text(browser, "/console/accounts/?state=locked")
    assert "Lagoon GmbH" not in text(browser, "/console/accounts/?due=1")
    assert "Lagoon GmbH" in text(browser, "/console/accounts/?manager=none")
    assert "No account matches" in text(browser, "/console/accounts/?q=nothing")
    assert "HARBOUR-1" in text(browser, "/console/accounts/export.csv")


def test_account__is_opened_and_changed_by_who_may(staff: SignedIn) -> None:
    browser = staff(Role.ACCOUNT_MANAGER)
    given = {
        "legal_name": "Iris Optik GmbH",
        "reference": "C-7",
        "contract_start": "2026-01-01",
        "language": "de",
        "time_zone": "Europe/Berlin",
    }

    wrong = browser.post("/console/accounts/new/", {**given, "time_zone": "Mars/Base"})
    assert "no such time zone" in wrong.content.decode()
    made = browser.post("/console/accounts/new/", given)
    account = Account.objects.get()
    assert made["Location"] == page_of(account)
    assert "already" in browser.post("/console/accounts/new/", given).content.decode()
    browser.post(f"{page_of(account)}change/", {**given, "language": "fr"})
    assert Account.objects.get().language == "fr"
    assert staff(Role.AUDITOR).post("/console/accounts/new/", given).status_code == 403


def test_ending__says_what_will_happen_and_asks_for_the_reference(staff: SignedIn) -> None:
    browser = staff(Role.ACCOUNT_MANAGER)
    account = customer()
    page = f"{page_of(account)}end/"

    assert "within 24 hours every door is tried" in text(browser, page)
    assert "not the reference" in browser.post(page, {"typed": "WRONG"}).content.decode()
    assert Account.objects.get().state == "active"
    browser.post(page, {"typed": "HARBOUR-1", "last_day": "2099-12-31"})
    assert Account.objects.get().state == "active"
    browser.post(page, {"typed": "HARBOUR-1"})
    assert Account.objects.get().state == "terminating"


def test_ending__of_a_day_can_be_called_off(staff: SignedIn) -> None:
    browser = staff(Role.ACCOUNT_MANAGER)
    account = customer()
    browser.post(f"{page_of(account)}end/", {"typed": "HARBOUR-1", "last_day": "2027-12-31"})
    assert "The contract ends" in text(browser, page_of(account))

    browser.post(f"{page_of(account)}call-off/", {"typed": "HARBOUR-1"})

    assert Account.objects.get().state == "active"


def test_page__tells_the_story_with_the_bar_and_the_doors(staff: SignedIn) -> None:
    account = locked_account()

    shown = text(staff(Role.DPO), page_of(account))

    assert "doors tried as the customer, all refused" in shown
    assert "Deletion starts" in shown
    assert "<svg" in shown
    assert "End the contract…" not in shown


def test_reinstating__takes_two_people(staff: SignedIn) -> None:
    account = locked_account()
    first, second = staff(Role.ACCOUNT_MANAGER), staff(Role.DPO)
    page = f"{page_of(account)}reinstate/"

    first.post(page, {"typed": "HARBOUR-1"})
    assert "Somebody else" in first.post(page, {"typed": "HARBOUR-1"}).content.decode()
    assert "A second person has to agree" in text(second, page_of(account))
    second.post(page, {"typed": "HARBOUR-1"})

    assert Account.objects.get().state == "active"


def test_hold__is_placed_reviewed_and_lifted_by_who_may(staff: SignedIn) -> None:
    account = locked_account()
    browser = staff(Role.DPO)
    owner = next(iter(users()))
    given = {"basis": "litigation", "reason": "3 O 12/26", "owner": str(owner)}

    late = browser.post(f"{page_of(account)}hold/", {**given, "review": "2020-01-01"})
    assert "a day within" in late.content.decode()
    review = {"review": (now().date().replace(day=1)).isoformat()}
    day = now().date().toordinal() + 60
    review = {"review": type(now().date()).fromordinal(day).isoformat()}
    browser.post(f"{page_of(account)}hold/", {**given, **review})
    hold = Hold.objects.get()
    assert "A legal hold keeps" in text(browser, page_of(account))
    assert "3 O 12/26" not in text(staff(Role.AUDITOR), page_of(account))
    browser.post(f"{page_of(account)}holds/{hold.id}/review/", review)
    browser.post(f"{page_of(account)}holds/{hold.id}/release/", {"typed": "HARBOUR-1"})
    hold.refresh_from_db()
    assert hold.released_at
    assert staff(Role.ACCOUNT_MANAGER).get(f"{page_of(account)}hold/").status_code == 403


def test_deletion__on_request_waits_for_a_second_person(staff: SignedIn) -> None:
    account = locked_account()
    first, second = staff(Role.ACCOUNT_MANAGER), staff(Role.SECURITY_LEAD)
    page = page_of(account)
    first.post(f"{page}delete/", {"typed": "HARBOUR-1", "door": "request-dpo", "request": "r-7"})
    digest = Obligation.objects.get().plan_digest
    assert "Somebody else has to approve" in text(second, page)

    own = first.post(f"{page}approve/", {"typed": "HARBOUR-1", "digest": digest})
    assert "Somebody else has to agree" in own.content.decode()
    second.post(f"{page}approve/", {"typed": "HARBOUR-1", "digest": digest})

    assert Obligation.objects.get().not_before <= now()


def test_strangers__find_no_account_and_no_receipt(staff: SignedIn) -> None:
    browser = staff(Role.DPO)
    nobody = "00000000-0000-4000-8000-000000000000"

    assert browser.get(f"/console/accounts/{nobody}/").status_code == 404
    assert browser.get(f"/console/receipts/{nobody}/json/").status_code == 404
    assert Client().get("/console/accounts/").status_code == 302
