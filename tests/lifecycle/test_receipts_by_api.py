"""Receipts by the API, in each form, while and after an account goes."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from django.test import Client

from tests.lifecycle.world import harbour, house, purged
from tests.promises.world import days_ago
from trustkeep.accounts.actions import NewPerson, add_person
from trustkeep.accounts.roles import Role
from trustkeep.identity.actions import admit
from trustkeep.identity.scopes import Scope
from trustkeep.identity.tokens import NewToken, issue
from trustkeep.kernel.clock import frozen, now
from trustkeep.vault.keys import installed

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def auditor() -> Client:
    house()
    new = NewPerson("Ada", "ada@example.com", days_ago(30), roles=(Role.AUDITOR,))
    user = admit(
        person_id=add_person(new=new, now=now()).id, password="Kastanie-7-Fluss", now=now()
    )
    wanted = NewToken(name="Desk", scopes=(Scope.ACCOUNTS_READ,), lifetime=timedelta(days=90))
    _, secret = issue(new=wanted, by=str(user), now=now())
    return Client(headers={"authorization": f"Bearer {secret}"})


def test_receipt__is_fetched_in_each_form(auditor: Client) -> None:
    account = harbour()
    row = purged(account)
    assert row.erased_at

    with frozen(row.erased_at):
        life = auditor.get(f"/api/v1/accounts/{account.id}").json()
        [told] = life["receipts"]
        proof = auditor.get(f"/api/v1/receipts/{told['id']}/proof")
        receipt = auditor.get(f"/api/v1/receipts/{told['id']}/json")
        unknown = auditor.get(f"/api/v1/receipts/{told['id']}/exe")

    assert life["dpo_contact"] == ""
    assert ".tlog-proof" in proof["Content-Disposition"]
    assert json.loads(receipt.content)["receipt"]["certificate"] == told["id"]
    assert unknown.status_code == 422


def test_account__is_told_of_also_between_its_key_and_its_end(auditor: Client) -> None:
    account = harbour()
    installed().destroy_account_key(account.id, now=now())

    answer = auditor.get(f"/api/v1/accounts/{account.id}")

    assert answer.status_code == 200
    assert answer.json()["dpo_contact"] == ""
