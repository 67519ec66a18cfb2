"""What programs may send as a body, and what is refused without harm."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client

from tests.api.conftest import Program
from tests.api.test_api import POLICY, V1
from tests.promises.world import NOW
from trustkeep.api.once import LONGEST_KEY
from trustkeep.evidence.models import LogEntry
from trustkeep.identity.scopes import Scope
from trustkeep.kernel.clock import frozen

RECORDS, SCIM = f"{V1}/records/policy", "/scim/v2/Users"
PERSON = {"userName": "lena@example.com", "displayName": "Lena Ott", "active": True}
HALF = "\ud800"


@pytest.fixture
def client(program: Program) -> Client:
    return program(Scope.READ, Scope.WRITE_RECORDS, Scope.SCIM)


def sent(client: Client, path: str, body: object, kind: str, method: str = "POST") -> Any:
    told = body if isinstance(body, bytes) else json.dumps(body).encode()
    with frozen(NOW):
        return client.generic(method, path, told, content_type=kind)


@pytest.mark.asvs("3.5.2")
@pytest.mark.parametrize(
    "kind",
    ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", ""],
)
@pytest.mark.parametrize(
    ("path", "body"),
    [
        (RECORDS, {"values": POLICY}),
        (f"{V1}/systems/00000000-0000-0000-0000-000000000000/confirmations", {"key": "k"}),
        (SCIM, PERSON),
    ],
    ids=["records", "confirmations", "scim"],
)
def test_body__that_a_form_can_send_is_refused(
    client: Client, path: str, body: object, kind: str
) -> None:
    before = LogEntry.objects.count()

    answer = sent(client, path, body, kind)

    assert answer.status_code == 415
    assert "application/" in answer.json()["detail"]
    assert LogEntry.objects.count() == before, "nothing was done"


@pytest.mark.parametrize("kind", ["application/json", "application/json; charset=utf-8"])
def test_body__that_is_called_json_is_read(client: Client, kind: str) -> None:
    assert sent(client, RECORDS, {"values": POLICY}, kind).status_code == 201
    assert sent(client, SCIM, PERSON, kind).status_code == 201


@pytest.mark.asvs("15.3.7", "2.2.1", "16.5.1")
@pytest.mark.parametrize(
    "body",
    [
        b'{"values": {}, "values": {"title": "x"}}',
        b'{"userName": "a@example.com", "userName": "b@example.com"}',
        json.dumps({"values": {**POLICY, "title": HALF}}).encode(),
        json.dumps({**PERSON, "displayName": HALF}).encode(),
        b'{"a":' + b"[" * 100_000,
        b"\xff",
    ],
    ids=["twice", "twice-scim", "half", "half-scim", "nested", "bytes"],
)
@pytest.mark.parametrize("path", [RECORDS, SCIM])
def test_body__without_one_meaning_is_refused(client: Client, path: str, body: bytes) -> None:
    assert sent(client, path, body, "application/json").status_code == 400


@pytest.mark.asvs("1.3.3", "2.2.1")
@pytest.mark.parametrize(
    "change",
    [
        {"displayName": "Lena\0Ott"},
        {"displayName": "Lena\r\nBcc: mallory@example.com"},
        {"displayName": "Lena \u202etto"},
        {"externalId": "\x1b[31m"},
        {"externalId": "7" * 129},
    ],
    ids=["nul", "line", "reversed", "escape", "long"],
)
def test_name__of_another_directory_is_one_line(client: Client, change: dict[str, str]) -> None:
    answer = sent(client, SCIM, {**PERSON, **change}, "application/scim+json")

    assert answer.status_code == 400


@pytest.mark.asvs("15.3.7")
def test_parameters__that_come_twice_count_as_the_last(client: Client) -> None:
    twice = client.get(f"{V1}/record-kinds?limit=1&limit=2").json()["items"]

    assert twice == client.get(f"{V1}/record-kinds?limit=2").json()["items"]


@pytest.mark.parametrize("count", ["--5", "-", "٣", "1e3", "9" * 30, "%00"])
def test_number__that_is_none_is_refused(client: Client, count: str) -> None:
    assert client.get(f"{SCIM}?count={count}").status_code == 400


@pytest.mark.asvs("2.2.1")
def test_idempotency_key__is_no_longer_than_described(client: Client) -> None:
    before = LogEntry.objects.count()

    answer = client.post(
        RECORDS,
        json.dumps({"values": POLICY}),
        content_type="application/json",
        headers={"Idempotency-Key": "k" * (LONGEST_KEY + 1)},
    )

    assert answer.status_code == 422
    assert LogEntry.objects.count() == before
