"""Accounts are opened and contracts changed by the API, in the name of who may do that."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from tests.api.conftest import Program
from tests.customers import customer
from trustkeep.accounts.customers import account
from trustkeep.accounts.models import Account
from trustkeep.accounts.roles import Role
from trustkeep.identity.scopes import Scope

WANTED = {"legal_name": "Harbour GmbH", "reference": "C-7", "dpo_contact": "dpo@harbour.example"}


@pytest.fixture
def desk(in_person: Program) -> Client:
    return in_person(Role.ADMINISTRATOR, Scope.ACCOUNTS_MANAGE)


def sent(desk: Client, told: Any, path: str = "", method: str = "post", **headers: str) -> Any:
    address = f"/api/v1/accounts{path}"
    return getattr(desk, method)(address, told, content_type="application/json", headers=headers)


def test_account__is_opened_once_with_a_key_of_its_own(desk: Client) -> None:
    key = {"Idempotency-Key": "crm-17"}
    made = sent(desk, WANTED, **key)
    again = sent(desk, WANTED, **key)

    assert made.status_code == 201
    assert again.json() == made.json()
    one = Account.objects.get()
    assert account(one.id).dpo_contact == "dpo@harbour.example"
    assert sent(desk, WANTED).status_code == 409
    assert sent(desk, {**WANTED, "reference": "C-8", "dpo_contact": "x"}).status_code == 422


def test_contract__changes_where_something_is_told_and_stays_elsewhere(desk: Client) -> None:
    known = customer(synthetic=True)

    changed = sent(desk, {"domains": ["harbour.example"]}, f"/{known.id}", "patch").json()

    assert changed["domains"] == ["harbour.example"]
    assert changed["dpo_contact"] == known.dpo_contact
    assert Account.objects.get().synthetic
    assert sent(desk, {"dpo_contact": ""}, f"/{known.id}", "patch").json()["dpo_contact"] == ""
    assert sent(desk, {"time_zone": "Mars/One"}, f"/{known.id}", "patch").status_code == 422


def test_opening__is_not_for_who_may_not(in_person: Program) -> None:
    reader = in_person(Role.DPO, Scope.ACCOUNTS_READ)

    assert sent(reader, WANTED).status_code == 403
    assert sent(Client(), WANTED).status_code == 401
