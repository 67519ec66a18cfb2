"""Accounts from contract to receipt by the API: the same acts as the pages, in somebody's name."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from tests.api.conftest import Program
from tests.customers import customer, member
from tests.lifecycle.world import A_MINUTE, pass_time, turn
from tests.promises.world import NOW
from trustkeep.accounts.customers import AccountShown
from trustkeep.accounts.roles import MemberRole, Role
from trustkeep.accounts.states import AccountState
from trustkeep.identity.models import AccessEvent
from trustkeep.identity.scopes import Scope
from trustkeep.kernel.clock import frozen
from trustkeep.lifecycle.models import Approval, Obligation

ALL = (
    Scope.ACCOUNTS_READ,
    Scope.ACCOUNTS_END,
    Scope.ACCOUNTS_DELETE,
)
NAMED = {"reference": "HARBOUR-1"}


@pytest.fixture
def harbour(published: None) -> AccountShown:
    return customer()


@pytest.fixture
def dpo(in_person: Program) -> Client:
    return in_person(Role.DPO, *ALL, Scope.ACCOUNTS_HOLD)


@pytest.fixture
def manager(in_person: Program) -> Client:
    return in_person(Role.ACCOUNT_MANAGER, *ALL)


def sent(program: Client, account: AccountShown, act: str, told: Any, **headers: str) -> Any:
    address = f"/api/v1/accounts/{account.id}/{act}"
    return program.post(address, told, content_type="application/json", headers=headers)


def life(program: Client, account: AccountShown) -> Any:
    return program.get(f"/api/v1/accounts/{account.id}").json()


def test_contract__ends_with_a_day_in_its_own_time_zone(harbour: AccountShown, dpo: Client) -> None:
    answer = sent(dpo, harbour, "end", {**NAMED, "last_day": "2026-12-31"})

    assert answer.json()["ends_at"] == "2026-12-31T23:00:00.000Z"
    assert life(dpo, harbour)["state"] == AccountState.TERMINATING
    [listed] = dpo.get("/api/v1/accounts?q=harb").json()["items"]
    assert listed["due_at"] == answer.json()["lock_by"]
    assert sent(dpo, harbour, "end", NAMED).status_code == 409
    assert sent(dpo, harbour, "call-off", NAMED).json()["state"] == AccountState.ACTIVE


@pytest.mark.parametrize(
    "told",
    [
        {"reference": "QUARRY-1"},
        {"last_day": "2026-12-31"},
        {**NAMED, "last_day": "2026-01-01"},
        {**NAMED, "last_day": "9999-12-31"},
        {**NAMED, "last_day": "soon"},
    ],
)
def test_contract__does_not_end_by_mistake(
    harbour: AccountShown, dpo: Client, told: dict[str, str]
) -> None:
    answer = sent(dpo, harbour, "end", told)

    assert answer.status_code == 422
    assert answer["Content-Type"] == "application/problem+json"
    assert life(dpo, harbour)["state"] == AccountState.ACTIVE


def test_contract__ends_once_however_often_it_is_sent(harbour: AccountShown, dpo: Client) -> None:
    key = {"Idempotency-Key": "end-1"}

    first = sent(dpo, harbour, "end", NAMED, **key)
    again = sent(dpo, harbour, "end", NAMED, **key)

    assert first.status_code == again.status_code == 200
    assert first.json() == again.json()
    assert sent(dpo, harbour, "end", {"reference": "x"}, **key).status_code == 422


def test_act__is_that_of_the_person_and_stands_in_their_trail(
    harbour: AccountShown, dpo: Client
) -> None:
    sent(dpo, harbour, "end", NAMED)

    row = Obligation.objects.get()
    event = AccessEvent.objects.get(what="acted-by-token")
    assert str(event.user_id) == row.made_by
    assert event.detail.startswith("accounts/end ")


@pytest.mark.asvs("2.3.5", "8.2.1")
def test_reinstatement__takes_two_people_and_not_two_programs(
    harbour: AccountShown, dpo: Client, manager: Client, in_person: Program
) -> None:
    sent(dpo, harbour, "end", NAMED)
    turn(NOW)

    with frozen(NOW + A_MINUTE):
        assert sent(dpo, harbour, "reinstate", NAMED).json()["reinstated"] is False
        other = in_person(Role.DPO, *ALL)
        assert sent(other, harbour, "reinstate", NAMED).status_code == 403
        assert sent(manager, harbour, "reinstate", NAMED).json()["reinstated"] is True
        assert life(dpo, harbour)["state"] == AccountState.ACTIVE


def test_hold__is_placed_confirmed_and_released(harbour: AccountShown, dpo: Client) -> None:
    told = {"basis": "litigation", "reason": "Claim 7 O 12/26", "review_date": "2027-03-01"}

    made = sent(dpo, harbour, "holds", told)
    assert made.status_code == 201, made.json()
    address = f"holds/{made.json()['id']}"
    reviewed = sent(dpo, harbour, f"{address}/review", {"review_date": "2027-06-01"})
    assert reviewed.json()["review_date"] == "2027-06-01"
    assert sent(dpo, harbour, f"{address}/release", NAMED).json()["released_at"]
    assert sent(dpo, harbour, f"{address}/release", NAMED).status_code == 404
    late = sent(dpo, harbour, "holds", {**told, "review_date": "2030-01-01"})
    assert late.status_code == 422


def test_hold__of_another_account_is_unknown(harbour: AccountShown, dpo: Client) -> None:
    told = {"basis": "litigation", "reason": "Claim", "review_date": "2027-03-01"}
    made = sent(dpo, harbour, "holds", told).json()
    quarry = customer("Quarry")

    answer = sent(dpo, quarry, f"holds/{made['id']}/release", {"reference": "QUARRY-1"})

    assert answer.status_code == 404


@pytest.mark.asvs("2.3.5")
def test_deletion__starts_with_the_second_persons_yes_to_that_plan(
    harbour: AccountShown, dpo: Client, manager: Client
) -> None:
    sent(dpo, harbour, "end", NAMED)
    asked = {**NAMED, "cause": "request-dpo", "request": "R-17"}
    assert sent(dpo, harbour, "deletion", asked).status_code == 409
    turn(NOW)

    with frozen(NOW + A_MINUTE):
        plan = sent(dpo, harbour, "deletion", asked).json()
        yes = {**NAMED, "digest": plan["digest"]}
        assert sent(dpo, harbour, "approval", yes).status_code == 403
        stale = {**NAMED, "digest": "0" * 64}
        assert sent(manager, harbour, "approval", stale).status_code == 409
        assert sent(manager, harbour, "approval", yes).status_code == 200

    assert Approval.objects.filter(what="plan").count() == 1
    pass_time(NOW + timedelta(minutes=5), NOW + A_MINUTE, A_MINUTE)
    assert Obligation.objects.get().begun_at


@pytest.mark.asvs("8.2.1", "8.2.2")
def test_program__does_what_scope_and_role_say_and_no_more(
    harbour: AccountShown, manager: Client, in_person: Program, program: Program
) -> None:
    told = {"basis": "litigation", "reason": "Claim", "review_date": "2027-03-01"}

    assert sent(manager, harbour, "holds", told).status_code == 403
    auditor = in_person(Role.AUDITOR, Scope.ACCOUNTS_READ)
    assert auditor.get("/api/v1/accounts").status_code == 200
    assert sent(auditor, harbour, "end", NAMED).status_code == 403
    assert program(Scope.READ).get("/api/v1/accounts").status_code == 403
    assert Client().get("/api/v1/accounts").status_code == 401


def test_owner__ends_the_contract_of_the_account(harbour: AccountShown, of_member: Program) -> None:
    owner = of_member(member(harbour), Scope.CONTRACT_END)
    ended = {"legal_name": "Harbour GmbH", "last_day": "2026-12-31"}

    def post(act: str, told: Any) -> Any:
        return owner.post(f"/api/v1/account/contract/{act}", told, content_type="application/json")

    assert owner.get("/api/v1/account/contract").json()["course"] is None
    assert post("end", {**ended, "legal_name": "Quarry"}).status_code == 422
    assert post("end", ended).status_code == 200
    course = owner.get("/api/v1/account/contract").json()["course"]
    assert course["ends_at"] == "2026-12-31T23:00:00.000Z"
    assert course["delete_by"] > course["delete_not_before"] > course["lock_by"]
    assert post("call-off", {}).json()["course"] is None
    post("end", {"legal_name": "Harbour GmbH"})
    assert owner.get("/api/v1/account/contract").status_code == 401


@pytest.mark.asvs("8.2.1")
def test_contract__is_ended_by_nobody_but_an_owner(
    harbour: AccountShown, of_member: Program
) -> None:
    member(harbour)
    bob = of_member(member(harbour, "Bob", MemberRole.ADMINISTRATOR), Scope.FILES_READ)

    answer = bob.post(
        "/api/v1/account/contract/end",
        {"legal_name": "Harbour GmbH"},
        content_type="application/json",
    )

    assert answer.status_code == 403
    assert bob.get("/api/v1/account/contract").json()["state"] == AccountState.ACTIVE


def test_account__that_a_program_reads_leaves_a_line(harbour: AccountShown, dpo: Client) -> None:
    dpo.get("/api/v1/accounts")
    assert not AccessEvent.objects.filter(what="read").exists()

    assert life(dpo, harbour)["reference"] == harbour.reference

    row = AccessEvent.objects.get(what="read")
    assert row.detail == f"account {harbour.id}"
    assert row.entry_index is not None


def test_account__that_is_not_there_leaves_none(published: None, dpo: Client) -> None:
    assert dpo.get(f"/api/v1/accounts/{uuid.uuid4()}").status_code == 404
    assert not AccessEvent.objects.filter(what="read").exists()
