"""What programs read and write, who may, and what they are told when they may not."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from tests.api.conftest import Program
from tests.promises.world import NOW
from trustkeep.api.models import KeptAnswer
from trustkeep.api.once import KEPT_FOR
from trustkeep.api.urls import description
from trustkeep.controls import catalogue, queries
from trustkeep.controls.record_kinds import BY_SLUG
from trustkeep.evidence import queries as log
from trustkeep.evidence import tree, verify
from trustkeep.evidence.checkpoint import VerifierKey
from trustkeep.identity.scopes import OF_COMPANY, Scope
from trustkeep.identity.tokens import make_token, revoke_token
from trustkeep.kernel.clock import frozen
from trustkeep.records import queries as records
from trustkeep.ui.plain import plain

V1 = "/api/v1"
POLICY = {
    "title": "Incident response",
    "version": "2",
    "owner": "Henrik Vogel",
    "author": "Henrik Vogel",
    "approver": "Sofia Brandt",
    "approved_date": "2026-10-01",
    "reviewed_date": "2026-10-01",
}
ALL_OPERATIONS = {
    (method, path): told
    for path, methods in description()["paths"].items()
    for method, told in methods.items()
}
# Systems prove themselves by a signature, or are not believed at all.
WITHOUT_TOKEN = {
    ("post", "/api/v1/systems/{system}/confirmations"),
    ("post", "/api/v1/systems/{system}/status-calls"),
}
OPERATIONS = [one for one in ALL_OPERATIONS if one not in WITHOUT_TOKEN]


def filled(path: str) -> str:
    for gap, value in {
        "{slug}": "security-lead",
        "{index}": "3",
        "{kind}": "policy",
        "{record}": "00000000-0000-0000-0000-000000000000",
        "{account}": "00000000-0000-0000-0000-000000000000",
        "{system}": "00000000-0000-0000-0000-000000000000",
    }.items():
        path = path.replace(gap, value)
    return path


def sent(client: Client, path: str, body: Any, key: str = "", method: str = "post") -> Any:
    headers = {"idempotency-key": key} if key else {}
    send = getattr(client, method)
    return send(f"{V1}{path}", json.dumps(body), content_type="application/json", headers=headers)


def test_operations__that_take_no_token_are_few_and_named() -> None:
    without = {one for one, told in ALL_OPERATIONS.items() if "security" not in told}

    assert without == WITHOUT_TOKEN


@pytest.mark.asvs("8.2.1", "8.3.1", "4.1.4")
@pytest.mark.parametrize(("method", "path"), OPERATIONS)
def test_operations__take_a_token_and_nothing_less(published: None, method: str, path: str) -> None:
    token, secret = make_token(name="old", scopes=tuple(OF_COMPANY), by="alice", now=NOW)
    revoke_token(token_id=token.id, now=NOW)
    for header in ({}, {"authorization": "Bearer tk_wrong"}, {"authorization": f"Bearer {secret}"}):
        answer = getattr(Client(headers=header), method)(filled(path))

        assert answer.status_code == 401
        assert answer["Content-Type"] == "application/problem+json"
        assert answer["WWW-Authenticate"].startswith("Bearer")


@pytest.mark.asvs("8.2.1", "10.4.11")
def test_operations__take_the_scope_that_they_need(program: Program, reading: Client) -> None:
    needs = {
        "/promises/security-lead/check": Scope.RUN_CHECKS,
        "/records/policy": Scope.WRITE_RECORDS,
    }
    for path, scope in needs.items():
        refused = sent(reading, path, {"values": {}})

        assert (refused.status_code, scope.value in refused.json()["detail"]) == (403, True)
    assert program(Scope.WRITE_RECORDS).get(f"{V1}/promises").status_code == 403


@pytest.mark.asvs("9.2.1")
def test_tokens__end_with_their_lifetime(published: None) -> None:
    lifetime = timedelta(days=1)
    _, secret = make_token(
        name="short", scopes=[Scope.READ], by="alice", now=NOW, lifetime=lifetime
    )
    client = Client(headers={"authorization": f"Bearer {secret}"})

    assert client.get(f"{V1}/state").status_code == 200
    with frozen(NOW + lifetime):
        assert client.get(f"{V1}/state").status_code == 401


def test_promises__say_what_the_page_says_in_the_language_asked_for(reading: Client) -> None:
    answer = reading.get(f"{V1}/promises", headers={"accept-language": "fr"})
    page = queries.page("fr", NOW)

    assert answer.json()["items"] == plain(page.statements)
    assert answer["Content-Language"] == "fr"


def test_promises__come_by_the_page_and_by_state(reading: Client) -> None:
    seen: list[str] = []
    address = f"{V1}/promises?limit=10"
    while address:
        answer = reading.get(address)
        seen += [one["slug"] for one in answer.json()["items"]]
        address = answer.get("Link", "").partition(">")[0].removeprefix("<http://testserver")

    assert seen == [one.slug for one in queries.page("en", NOW).statements]
    broken = reading.get(f"{V1}/promises?state=not-kept").json()["items"]
    assert [one["slug"] for one in broken] == ["security-policies"]


@pytest.mark.parametrize(
    ("path", "status", "pointer"),
    [
        ("/promises?limit=0", 422, "/limit"),
        ("/promises?limit=x", 422, "/limit"),
        ("/promises?cursor=nowhere", 422, None),
        ("/promises?state=fine", 422, "/state"),
        ("/promises/nothing", 404, None),
        ("/promises/nothing/history", 404, None),
        ("/evidence/99999", 404, None),
        ("/evidence/-1", 422, "/index"),
        ("/evidence/99999999999999999999999", 422, "/index"),
        ("/evidence?cursor=x", 422, None),
        ("/log/consistency?old=5&new=2", 422, None),
        ("/page?day=tomorrow", 422, "/day"),
        ("/records/nothing", 404, None),
        ("/records/policy/00000000-0000-0000-0000-000000000000", 404, None),
        ("/nothing", 404, None),
    ],
)
@pytest.mark.asvs("2.2.1", "16.5.1")
def test_questions__that_make_no_sense_get_a_problem(
    reading: Client, path: str, status: int, pointer: str | None
) -> None:
    answer = reading.get(V1 + path)
    told = answer.json()

    assert (answer.status_code, answer["Content-Type"]) == (status, "application/problem+json")
    assert (told["status"], bool(told["title"])) == (status, True)
    assert [fault["pointer"] for fault in told.get("errors", [])] == ([pointer] if pointer else [])


@pytest.mark.asvs("4.1.1", "4.1.4")
def test_methods__that_do_not_exist_get_a_problem(reading: Client) -> None:
    answer = reading.delete(f"{V1}/promises")

    assert answer.status_code == 405
    assert answer["Content-Type"] == "application/problem+json"
    assert answer["Allow"]


def test_history__day_and_changes_agree_with_the_page(reading: Client) -> None:
    slug = "security-policies"

    assert reading.get(f"{V1}/promises/{slug}/history").json() == plain(
        queries.history(slug, "en", NOW)
    )
    day = NOW.date().isoformat()
    assert reading.get(f"{V1}/page?day={day}").json()["counts"] == plain(
        queries.page("en", NOW).counts
    )
    before = reading.get(f"{V1}/page?day=2020-01-01").json()["sections"]
    assert [one for section in before for one in section["statements"]] == []
    assert reading.get(f"{V1}/changes?limit=3").json()["items"] == plain(
        queries.changes("en", NOW)[:3]
    )
    assert reading.get(f"{V1}/state").json()["counts"]["not-kept"] == 1


def test_check__runs_now_and_tells_what_came_out(program: Program) -> None:
    answer = program(Scope.RUN_CHECKS).post(f"{V1}/promises/industry-standards/check")

    [ran] = answer.json()
    assert (ran["outcome"], ran["entry_index"]) == ("fails", log.log_size() - 1)


def test_evidence__is_proved_to_who_asks_nobody(reading: Client) -> None:
    index = log.entries(promise_id="security-lead")[0].index
    key = VerifierKey.parse(reading.get(f"{V1}/log").json()["verifier_key"])

    text = reading.get(f"{V1}/evidence/{index}/receipt").content.decode()
    proof = reading.get(f"{V1}/evidence/{index}/proof").json()
    entry = reading.get(f"{V1}/evidence/{index}").json()

    assert verify.verify_receipt(text, [key]).index == index
    tree.verify_inclusion(
        index,
        proof["size"],
        bytes.fromhex(proof["leaf_hash"]),
        [bytes.fromhex(step) for step in proof["path"]],
        bytes.fromhex(proof["root"]),
    )
    assert (entry["promise"], entry["signed"]) == ("security-lead", True)


def test_log__shows_that_it_only_grew(reading: Client) -> None:
    newest = reading.get(f"{V1}/log/checkpoint").json()
    found = reading.get(f"{V1}/log/consistency?old=3&new={newest['size']}").json()

    tree.verify_consistency(
        3,
        newest["size"],
        bytes.fromhex(found["old_root"]),
        bytes.fromhex(newest["root"]),
        [bytes.fromhex(step) for step in found["path"]],
    )
    assert found["new_root"] == newest["root"]


def test_evidence__comes_by_the_page(reading: Client) -> None:
    seen: list[int] = []
    cursor: str | None = ""
    while cursor is not None:
        more = f"&cursor={cursor}" if cursor else ""
        part = reading.get(f"{V1}/evidence?limit=20{more}").json()
        seen += [entry["index"] for entry in part["items"]]
        cursor = part["next"]

    assert seen == list(range(log.log_size()))[::-1]


def test_record__is_entered_amended_withdrawn_and_read(writing: Client) -> None:
    made = sent(writing, "/records/policy", {"values": POLICY})
    address = f"/records/policy/{made.json()['id']}"
    amended = sent(writing, address, {"values": POLICY | {"version": "3"}}, method="put")
    ended = sent(writing, f"{address}/withdraw", {"reason": "Twice."})
    again = sent(writing, f"{address}/withdraw", {"reason": "Twice."})

    assert [made.status_code, amended.status_code, ended.status_code] == [201, 200, 200]
    assert again.status_code == 404
    told = writing.get(f"{V1}{address}").json()["items"]
    assert [(one["version"], one["withdrawn"]) for one in told] == [
        (3, True),
        (2, False),
        (1, False),
    ]
    assert told[1]["values"] == POLICY | {"version": "3"}
    assert [one["id"] for one in writing.get(f"{V1}/records/policy").json()["items"]] != []


def test_record__with_faults_names_each_and_is_not_entered(writing: Client) -> None:
    before = records.count(BY_SLUG["policy"])

    answer = sent(
        writing,
        "/records/policy",
        {"values": {**POLICY, "reviewed_date": "soon", "owner": "", "colour": "red"}},
    )

    assert answer.status_code == 422
    assert {fault["pointer"] for fault in answer.json()["errors"]} == {
        "/values/reviewed_date",
        "/values/owner",
        "/values/colour",
    }
    assert records.count(BY_SLUG["policy"]) == before


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b'{"values": 1}', b'{"values": {"a": NaN}}'])
def test_record__that_cannot_be_read_is_refused(writing: Client, body: bytes) -> None:
    answer = writing.post(f"{V1}/records/policy", body, content_type="application/json")

    assert answer.status_code in (400, 422)
    assert answer["Content-Type"] == "application/problem+json"


def test_record__sent_twice_with_one_key_is_entered_once(writing: Client) -> None:
    before = records.count(BY_SLUG["policy"])
    first = sent(writing, "/records/policy", {"values": POLICY}, "key-1")
    second = sent(writing, "/records/policy", {"values": POLICY}, "key-1")
    other = sent(writing, "/records/policy", {"values": POLICY | {"version": "9"}}, "key-1")

    assert (second.status_code, second.json()) == (201, first.json())
    assert other.status_code == 422
    assert records.count(BY_SLUG["policy"]) == before + 1
    assert "Henrik" not in json.dumps(KeptAnswer.objects.get().body)


def test_key__belongs_to_its_token_and_fades(program: Program) -> None:
    before = records.count(BY_SLUG["policy"])
    one, two = program(Scope.WRITE_RECORDS), program(Scope.WRITE_RECORDS)
    for client in (one, two):
        assert sent(client, "/records/policy", {"values": POLICY}, "key-1").status_code == 201
    with frozen(NOW + KEPT_FOR + timedelta(seconds=1)):
        sent(one, "/records/policy", {"values": POLICY}, "key-1")

    assert records.count(BY_SLUG["policy"]) == before + 3


def test_record__that_is_refused_leaves_its_key_free(writing: Client) -> None:
    assert sent(writing, "/records/policy", {"values": {}}, "key-2").status_code == 422
    assert sent(writing, "/records/policy", {"values": POLICY}, "key-2").status_code == 201


def test_kinds__tell_their_fields(reading: Client) -> None:
    items = reading.get(f"{V1}/record-kinds?limit=100").json()["items"]

    assert {one["slug"] for one in items} == set(BY_SLUG)
    assert all(set(one["promises"]) <= set(catalogue.BY_SLUG) for one in items)
