"""Connected systems in the console: added with a secret shown once, tried, counted, seen to."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterator
from datetime import timedelta

import html5lib
import pytest
from django.test import Client
from django.urls import resolve

from tests.console.conftest import SignedIn
from tests.promises.world import NOW
from tests.systems.simulator import CONFIRMED, Simulator, told, use
from trustkeep.accounts.opening import Contract, open_account
from trustkeep.accounts.roles import Role
from trustkeep.letters.models import Letter
from trustkeep.lifecycle.systems import calling, ports
from trustkeep.lifecycle.systems.delivery import deliver
from trustkeep.lifecycle.systems.models import Delivery, System
from trustkeep.lifecycle.systems.ports import Answer, Count, Outcome, Plan, Scope, Trouble

UNAUTHORISED = Answer(Outcome.STALLED, trouble=Trouble.UNAUTHORISED, detail="HTTP 401")
GONE = Answer(Outcome.ALREADY_GONE)


@pytest.fixture
def simulator() -> Iterator[Simulator]:
    before = ports.joined.kinds
    found = Simulator([CONFIRMED])
    use({"Product": found})
    yield found
    ports.joined.kinds = before


@pytest.fixture
def browser(staff: SignedIn) -> Client:
    return staff(Role.SECURITY_LEAD)


def added(browser: Client, **changes: str) -> str:
    given = {"name": "Product", "url": "https://product.example/hook", "expects_data": "on"}
    answer = browser.post("/console/systems/new/webhook/", {**given, **changes})
    assert answer.status_code == 200
    return answer.content.decode()


def page_of(browser: Client, path: str = "") -> str:
    answer = browser.get(f"/console/systems/{System.objects.get().id}/{path}")
    assert answer.status_code == 200
    html5lib.HTMLParser(strict=True).parse(answer.content)
    return answer.content.decode()


def stalled(answer: Answer, simulator: Simulator) -> Delivery:
    simulator.answers = [answer]
    simulator.planned = Plan(trouble=Trouble.UNSUPPORTED)
    deliver(system_id=System.objects.get().id, instruction=told(), now=NOW)
    return Delivery.objects.get()


def test_empty_list__says_what_belongs_here_and_offers_the_first_act(
    browser: Client, simulator: Simulator
) -> None:
    shown = browser.get("/console/systems/").content.decode()

    assert "No system is connected yet" in shown
    assert "/console/systems/new/webhook/" in shown


@pytest.mark.asvs("13.3.1")
def test_secret__is_shown_once_and_never_again(browser: Client, simulator: Simulator) -> None:
    first = added(browser, token="vendor-token")
    secret = re.search(r"whsec_[A-Za-z0-9+/=]+", first)

    assert secret
    for path in ("", "change/"):
        shown = page_of(browser, path)
        assert secret[0] not in shown
        assert "whsec_" not in shown
        assert "vendor-token" not in shown
    assert b"vendor-token" not in bytes(System.objects.get().sealed)


def test_rotation__shows_another_secret_once(browser: Client, simulator: Simulator) -> None:
    first = re.search(r"whsec_[A-Za-z0-9+/=]+", added(browser))
    system = System.objects.get().id

    answer = browser.post(f"/console/systems/{system}/rotate/")
    second = re.findall(r"whsec_[A-Za-z0-9+/=]+", answer.content.decode())

    assert first
    assert len(second) == 1
    assert second[0] != first[0]


def test_form__puts_a_fault_beside_its_field(browser: Client, simulator: Simulator) -> None:
    added(browser)

    twice = added(browser)
    missing = browser.post("/console/systems/new/webhook/", {"name": "Other"}).content.decode()
    unknown = browser.get("/console/systems/new/pigeon/")

    assert "Another system is called" in twice
    assert "This field is required" in missing
    assert unknown.status_code == 404


def test_form__names_the_field_by_its_label(browser: Client) -> None:
    given = {"name": "P", "url": "http://product.example"}

    shown = browser.post("/console/systems/new/webhook/", given).content.decode()

    assert "“http://product.example” in “Address for instructions” is no address" in shown


def test_change__keeps_secrets_that_are_left_empty(browser: Client, simulator: Simulator) -> None:
    added(browser, token="vendor-token")
    system = System.objects.get().id
    given = {"name": "Product", "url": "https://other.example", "enabled": "on"}

    answer = browser.post(f"/console/systems/{system}/change/", given)

    assert answer.status_code == 302
    shown = page_of(browser)
    assert "https://other.example" in shown
    row = System.objects.get()
    assert (row.expects_data, row.enabled) == (False, True)


def test_trial__tells_what_it_saw(browser: Client, simulator: Simulator) -> None:
    added(browser)
    system = System.objects.get().id

    shown = browser.post(f"/console/systems/{system}/try/").content.decode()

    assert "The test found no fault." in shown
    assert simulator.asked == []


def test_dry_run__counts_an_account_by_its_reference(browser: Client, simulator: Simulator) -> None:
    added(browser)
    system = System.objects.get().id
    open_account(contract=Contract("Acme GmbH", "C-77", NOW.date()), by="alice", now=NOW)
    simulator.planned = Plan((Count("orders", 1234),))

    counted = browser.post(f"/console/systems/{system}/dry-run/", {"account": "C-77"})
    unknown = browser.post(f"/console/systems/{system}/dry-run/", {"account": "C-78"})
    simulator.planned = Plan(trouble=Trouble.UNREACHABLE)
    failed = browser.post(f"/console/systems/{system}/dry-run/", {"account": str(uuid.uuid4())})

    assert "1,234" in counted.content.decode()
    assert "There is no account “C-78”." in unknown.content.decode()
    assert "It cannot be reached." in failed.content.decode()
    assert Delivery.objects.count() == 0


def test_stalled__is_shown_with_its_attempts_and_asked_again(
    browser: Client, simulator: Simulator
) -> None:
    added(browser)
    row = stalled(UNAUTHORISED, simulator)
    path = f"deliveries/{row.id}/"

    home = browser.get("/console/").content.decode()
    shown = page_of(browser, path)
    answer = browser.post(f"/console/systems/{row.system_id}/{path}again/")

    assert "It refuses our credentials" in home
    assert "HTTP 401" in shown
    assert "Ask again" in shown
    assert "The account never used it" not in shown
    assert answer.status_code == 302
    row.refresh_from_db()
    assert row.state == "due"
    assert browser.post(f"/console/systems/{row.system_id}/{path}again/").status_code == 409


def test_empty_finding__may_be_explained(browser: Client, simulator: Simulator) -> None:
    added(browser)
    row = stalled(GONE, simulator)

    shown = page_of(browser, f"deliveries/{row.id}/")
    browser.post(f"/console/systems/{row.system_id}/deliveries/{row.id}/explain/")

    assert "The account never used it" in shown
    row.refresh_from_db()
    assert (row.state, row.reason) == ("not-applicable", "account-never-used-it")
    assert row.settled_by


def test_delivery__of_another_system_is_not_found(browser: Client, simulator: Simulator) -> None:
    added(browser)
    row = stalled(GONE, simulator)

    answer = browser.get(f"/console/systems/{uuid.uuid4()}/deliveries/{row.id}/")

    assert answer.status_code == 404


def test_retiring__asks_once_more_and_waits_for_open_instructions(
    browser: Client, simulator: Simulator
) -> None:
    added(browser)
    row = stalled(UNAUTHORISED, simulator)
    path = f"/console/systems/{row.system_id}/retire/"

    asked = browser.get(path)
    refused = browser.post(path, {"sure": "yes"})
    Delivery.objects.update(state="not-applicable")
    done = browser.post(path, {"sure": "yes"})

    assert (asked.status_code, refused.status_code, done.status_code) == (200, 409, 302)
    assert "retired on" in page_of(browser)


def test_list__is_searched_and_filtered_in_the_address(
    browser: Client, simulator: Simulator
) -> None:
    added(browser)
    stalled(UNAUTHORISED, simulator)
    system = System.objects.get().id

    assert "Nothing matches." in browser.get("/console/systems/?q=xyz").content.decode()
    assert ">Product<" in browser.get("/console/systems/?q=prod").content.decode()
    assert "Nothing matches." in page_of(browser, "?state=done")
    assert "It refuses our credentials" in page_of(browser, "?state=stalled")
    assert browser.get(f"/console/systems/{system}/?state=wrong").status_code == 200


def test_reader__sees_everything_and_may_change_nothing(
    staff: SignedIn, simulator: Simulator
) -> None:
    added(staff(Role.SECURITY_LEAD))
    auditor = staff(Role.AUDITOR)

    shown = page_of(auditor)

    assert "Test the connection" not in shown
    assert "Retire" not in shown


def test_call__writes_one_letter_a_day_to_those_who_can_help(
    browser: Client, simulator: Simulator
) -> None:
    added(browser)
    system = System.objects.get().id
    stalled(UNAUTHORISED, simulator)
    deliver(system_id=system, instruction=told(key="k/2", scope=Scope(uuid.uuid4())), now=NOW)
    same_day = Letter.objects.filter(kind="system-stalled").count()
    later = NOW + timedelta(days=1)

    deliver(system_id=system, instruction=told(key="k/3"), now=later)

    assert same_day == 1
    assert Letter.objects.filter(kind="system-stalled").count() == 2
    assert resolve(calling.PAGE.format(system=system)).url_name == "system"
