"""The gate for the company's product, and what connected systems say by themselves."""

from __future__ import annotations

import json
import uuid
from datetime import timedelta

import pytest
from django.test import Client

from tests.api.conftest import Program
from tests.promises.world import NOW
from tests.systems.simulator import Simulator, connected_with_secret, told, use
from trustkeep.accounts.models import Account
from trustkeep.accounts.opening import Contract, open_account
from trustkeep.accounts.states import AccountState
from trustkeep.api.routes.systems import GATE_FRESH_S
from trustkeep.identity.scopes import Scope
from trustkeep.kernel.clock import now
from trustkeep.lifecycle.systems import ports
from trustkeep.lifecycle.systems.delivery import deliver
from trustkeep.lifecycle.systems.models import Delivery
from trustkeep.lifecycle.systems.ports import Answer, Outcome
from trustkeep.lifecycle.systems.signing import new_secret, signed
from trustkeep.lifecycle.terminating import end_contract


@pytest.fixture
def account(published: None) -> uuid.UUID:
    contract = Contract("Acme GmbH", "C-1", NOW.date())
    return open_account(contract=contract, by="alice", now=NOW).id


@pytest.fixture
def asking(program: Program) -> Client:
    return program(Scope.READ_GATE)


def at_gate(asking: Client, account: uuid.UUID) -> dict[str, object]:
    answer = asking.get(f"/api/v1/gate/{account}")
    assert answer.status_code == 200
    told: dict[str, object] = answer.json()
    return told


def test_gate__is_open_until_the_contract_ends(asking: Client, account: uuid.UUID) -> None:
    before = at_gate(asking, account)
    ends = NOW - timedelta(seconds=1)
    Account.objects.update(ends_at=ends, state=AccountState.TERMINATING)

    after = at_gate(asking, account)

    assert before == {"account": str(account), "open": True, "since": "2026-11-23T12:00:00.000Z"}
    assert (after["open"], after["since"]) == (False, "2026-11-23T11:59:59.000Z")


def test_gate__is_not_remembered_past_an_end_that_is_known(
    asking: Client, account: uuid.UUID
) -> None:
    end_contract(account_id=account, by="jonas", now=now(), ends_at=now() + timedelta(seconds=3))

    answer = asking.get(f"/api/v1/gate/{account}")

    assert answer.json()["open"]
    assert answer["Cache-Control"] in {f"private, max-age={left}" for left in (1, 2, 3)}


def test_gate__answers_for_seconds_only_and_takes_a_scope_of_its_own(
    asking: Client, program: Program, account: uuid.UUID
) -> None:
    answer = asking.get(f"/api/v1/gate/{account}")
    other = program(Scope.READ, Scope.READ_SYSTEMS).get(f"/api/v1/gate/{account}")

    assert answer["Cache-Control"] == f"private, max-age={GATE_FRESH_S}"
    assert GATE_FRESH_S <= 10
    assert other.status_code == 403
    assert Client().get(f"/api/v1/gate/{account}").status_code == 401
    assert asking.get("/api/v1/systems").status_code == 403


def test_gate__is_closed_for_an_account_that_nobody_knows(asking: Client) -> None:
    assert at_gate(asking, uuid.uuid4())["open"] is False


@pytest.fixture
def waiting(published: None) -> tuple[uuid.UUID, str]:
    """A system that has accepted an instruction, and its secret."""
    before = ports.joined.kinds
    use({"Product": Simulator([Answer(Outcome.ACCEPTED, tracking="request-1")])})
    shown, secret = connected_with_secret("Product")
    deliver(system_id=shown.id, instruction=told(), now=NOW)
    ports.joined.kinds = before
    return shown.id, secret


def confirm(
    system: uuid.UUID, secret: str, body: dict[str, object]
) -> tuple[int, dict[str, object]]:
    raw = json.dumps(body).encode()
    headers = signed([secret], f"msg_{uuid.uuid4().hex}", raw, NOW)
    answer = Client(headers=headers).post(
        f"/api/v1/systems/{system}/confirmations", raw, content_type="application/json"
    )
    return answer.status_code, answer.json()


DONE = {"key": "obligation/step/1", "status": "done", "matched": 3, "deleted": 3, "remaining": 0}


@pytest.mark.asvs("4.1.5")
def test_confirmation__needs_no_token_but_the_systems_signature(
    waiting: tuple[uuid.UUID, str],
) -> None:
    system, secret = waiting

    stranger = confirm(system, new_secret(), DONE)
    unknown = confirm(system, secret, {**DONE, "key": "other"})
    nonsense = confirm(system, secret, {"status": "done"})
    done = confirm(system, secret, DONE)

    assert (stranger[0], unknown[0], nonsense[0]) == (401, 404, 422)
    assert done == (200, {"key": DONE["key"], "state": "done", "outcome": "confirmed"})


def test_status_call__is_taken_from_anybody_and_only_brings_the_question_forward(
    waiting: tuple[uuid.UUID, str],
) -> None:
    system, _ = waiting
    row = Delivery.objects.get()
    Delivery.objects.update(next_at=NOW + timedelta(hours=6))
    row.tries.update(at=NOW - timedelta(hours=1))

    for body in (b"", b"[]", b'{"subject_request_id": 1}', b'{"subject_request_id":"request-1"}'):
        answer = Client().post(
            f"/api/v1/systems/{system}/status-calls", body, content_type="application/json"
        )
        assert (answer.status_code, answer.content) == (202, b"")

    row.refresh_from_db()
    assert (row.next_at, row.state) == (NOW, "awaiting")


def test_systems__are_listed_without_settings(
    program: Program, waiting: tuple[uuid.UUID, str]
) -> None:
    system, _ = waiting
    reading = program(Scope.READ_SYSTEMS)

    listed = reading.get("/api/v1/systems").json()["items"]
    one = reading.get(f"/api/v1/systems/{system}").json()
    deliveries = reading.get(f"/api/v1/systems/{system}/deliveries").json()["items"]

    assert listed == [one]
    assert (one["name"], one["waiting"], one["stalled"]) == ("Product", 1, 0)
    assert "settings" not in one
    assert [(row["act"], row["state"]) for row in deliveries] == [("erase", "awaiting")]
    assert reading.get(f"/api/v1/systems/{uuid.uuid4()}").status_code == 404
