"""Rules and attestations of sign-ins, and letters that came back, by the API."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from django.test import Client

from tests.api.conftest import Program
from tests.customers import customer
from tests.letters.test_bounces import report
from tests.requests.asking import received
from trustkeep.accounts.roles import Role
from trustkeep.identity.attestations import counts
from trustkeep.identity.scopes import Scope
from trustkeep.identity.sign_in_rules import rule_of
from trustkeep.kernel.clock import now
from trustkeep.letters.models import Letter

TENANT = "72f988bf-86f1-41af-91ab-2d7cd011db47"
RULE = {"provider_only": True, "factor_demanded": True, "tenants": [TENANT]}


def put(program: Client, account: uuid.UUID, told: Any) -> Any:
    address = f"/api/v1/accounts/{account}/sign-in-rule"
    return program.put(address, told, content_type="application/json")


def test_rule__is_read_and_replaced(in_person: Program) -> None:
    manager, account = in_person(Role.ACCOUNT_MANAGER, Scope.SIGN_IN_RULES), customer().id

    answer = put(manager, account, RULE)

    assert answer.json() == {**RULE, "hosted_domains": []}
    assert rule_of(account).tenants == (TENANT,)
    assert manager.get(f"/api/v1/accounts/{account}/sign-in-rule").json()["provider_only"] is True
    wrong = put(manager, account, {"tenants": ["common"]})
    assert wrong.status_code == 422
    assert "common" in wrong.json()["detail"]
    assert put(manager, uuid.uuid4(), RULE).status_code == 404


@pytest.mark.usefixtures("world")
def test_attestation__counts_until_it_is_withdrawn(in_person: Program) -> None:
    administrator = in_person(Role.ADMINISTRATOR, Scope.ATTESTATIONS)
    told = {"provider": "microsoft", "tenant": TENANT, "statement": "Seen on 24 November."}

    made = administrator.post("/api/v1/attestations", told, content_type="application/json")

    assert made.status_code == 201, made.json()
    assert counts(provider="microsoft", tenant=TENANT, now=now())
    [listed] = administrator.get("/api/v1/attestations").json()["items"]
    assert listed["id"] == made.json()["id"]
    address = f"/api/v1/attestations/{listed['id']}"
    assert administrator.delete(address).status_code == 204
    assert not counts(provider="microsoft", tenant=TENANT, now=now())
    assert administrator.delete(address).status_code == 404
    unknown = {**told, "provider": "nobody"}
    answer = administrator.post("/api/v1/attestations", unknown, content_type="application/json")
    assert answer.status_code == 422


@pytest.mark.asvs("8.2.1")
def test_rules_and_attestations__are_for_who_may(in_person: Program) -> None:
    manager = in_person(Role.ACCOUNT_MANAGER, Scope.SIGN_IN_RULES)

    assert manager.get("/api/v1/attestations").status_code == 403


def test_letter__that_came_back_counts_as_failed(program: Program) -> None:
    received()
    letter = Letter.objects.get()
    postmaster = program(Scope.WRITE_BOUNCES)

    def hand_over(body: bytes, kind: str = "message/rfc822") -> Any:
        return postmaster.post("/api/v1/letters/bounces", body, content_type=kind)

    first, again = hand_over(report(letter.id)), hand_over(report(letter.id))

    assert first.json() == {"letter": str(letter.id), "action": "failed", "failed": True}
    assert again.json()["failed"] is False
    letter.refresh_from_db()
    assert letter.state == Letter.State.FAILED
    assert hand_over(report(uuid.uuid4())).status_code == 422
    assert hand_over(b"Subject: hello\n\n").status_code == 422
    assert hand_over(report(letter.id), "text/plain").status_code == 415
    reading = program(Scope.READ)
    assert (
        reading.post("/api/v1/letters/bounces", b"", content_type="message/rfc822").status_code
        == 403
    )
