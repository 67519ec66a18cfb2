"""The staff look into an account with a reason, for a while, and the customer reads it."""

from __future__ import annotations

import pytest

from tests.console.conftest import SignedIn
from tests.customers import customer
from tests.holdings.conftest import kept
from tests.lifecycle.world import ended, turn
from tests.promises.world import NOW
from trustkeep.accounts.customers import AccountShown
from trustkeep.accounts.gate import require_open
from trustkeep.accounts.models import Account
from trustkeep.accounts.roles import Role
from trustkeep.accounts.states import AccountState
from trustkeep.holdings import collections, looks
from trustkeep.holdings.queries import FileShown
from trustkeep.kernel.clock import frozen

REASON = "Ticket 4711: the upload of the offer does not end."


@pytest.fixture
def harbour(published: None) -> AccountShown:
    return customer("Harbour")


@pytest.fixture
def plan(harbour: AccountShown) -> FileShown:
    way = require_open(harbour.id, now=NOW)
    collections.enter_record(
        passage=way, collection="Calls", values={"caller": "Bob"}, by="a", now=NOW
    )
    return kept(way, "plan.txt", b"the plan")


def begun(staff: SignedIn, account: AccountShown, reason: str = REASON) -> str:
    answer = staff(Role.DPO).post(f"/console/looks/{account.id}/begin/", {"reason": reason})
    assert answer.status_code == 302, answer.content
    return str(answer["Location"])


def test_look__shows_files_and_records_and_notes_each(
    staff: SignedIn, harbour: AccountShown, plan: FileShown
) -> None:
    address = begun(staff, harbour)
    browser = staff(Role.DPO)

    assert "plan.txt" in browser.get(address).content.decode()
    body = browser.get(f"{address}files/{plan.id}/")
    assert b"".join(body.streaming_content) == b"the plan"  # type: ignore[attr-defined]
    assert "Bob" in browser.get(f"{address}records/?collection=Calls").content.decode()

    [told] = looks.told(harbour.id)
    assert told.reason == REASON
    assert {(one.what, one.about) for one in told.seen} == {
        (looks.LIST, ""),
        (looks.FILE, "plan.txt"),
        (looks.RECORDS, "Calls"),
    }


def test_look__without_a_reason_opens_nothing(staff: SignedIn, harbour: AccountShown) -> None:
    answer = staff(Role.DPO).post(f"/console/looks/{harbour.id}/begin/", {"reason": "test"})

    assert answer.status_code == 200
    assert "Say in 10 to" in answer.content.decode()
    assert looks.notes(harbour.id) == []


def test_look__is_nobody_elses_and_ends(
    staff: SignedIn, harbour: AccountShown, plan: FileShown
) -> None:
    address = begun(staff, harbour)

    assert staff(Role.ACCOUNT_MANAGER).get(address).status_code == 409
    # The session of a powerful role lives a shorter time than a look.
    with frozen(NOW + looks.LASTS):
        assert staff(Role.DPO).get(f"{address}files/{plan.id}/").status_code in (302, 409)


def test_look__ends_with_the_contract(
    staff: SignedIn, harbour: AccountShown, plan: FileShown
) -> None:
    address = begun(staff, harbour)
    Account.objects.update(state=AccountState.TERMINATING, ends_at=NOW)

    assert staff(Role.DPO).get(address).status_code == 409
    answer = staff(Role.DPO).post(f"/console/looks/{harbour.id}/begin/", {"reason": REASON})
    assert answer.status_code == 409


def test_look__takes_a_role_that_handles_requests(staff: SignedIn, harbour: AccountShown) -> None:
    for role in (Role.AUDITOR, Role.ADMINISTRATOR, Role.TRAINER):
        assert staff(role).get("/console/looks/").status_code == 403
        assert staff(role).get(f"/console/looks/{harbour.id}/begin/").status_code == 403
    assert "Harbour GmbH" in staff(Role.DPO).get("/console/looks/").content.decode()


def test_file__of_another_account_is_not_in_the_look(
    staff: SignedIn, harbour: AccountShown
) -> None:
    other = customer("Quarry")
    theirs = kept(require_open(other.id, now=NOW), "theirs.txt")

    answer = staff(Role.DPO).get(f"{begun(staff, harbour)}files/{theirs.id}/")

    assert answer.status_code == 404
    assert looks.notes(other.id) == []


def test_account__leads_who_may_look_to_the_question_while_it_is_open(
    staff: SignedIn, harbour: AccountShown
) -> None:
    page, question = f"/console/accounts/{harbour.id}/", f"/console/looks/{harbour.id}/begin/"

    assert question in staff(Role.DPO).get(page).content.decode()
    assert question not in staff(Role.AUDITOR).get(page).content.decode()
    ended(harbour)
    turn(NOW)
    assert question not in staff(Role.DPO).get(page).content.decode()
