"""Customers' accounts: opened with a key of their own, changed, found again."""

from __future__ import annotations

import dataclasses
import uuid
from datetime import timedelta
from typing import Any

import pytest

from tests.customers import customer
from tests.promises.world import NOW, days_ago, person
from trustkeep.accounts import trail
from trustkeep.accounts.customers import NoSuchAccount, account, account_by_reference, accounts
from trustkeep.accounts.models import Account, AccountAct
from trustkeep.accounts.opening import (
    AccountExists,
    AccountInvalid,
    Contract,
    change_account,
)
from trustkeep.accounts.queries import NoSuchPerson
from trustkeep.accounts.states import AccountState
from trustkeep.evidence.models import LogEntry
from trustkeep.vault.keys import installed
from trustkeep.vault.keystore import KeyDestroyed
from trustkeep.vault.sealing import SealedValueRefused

pytestmark = pytest.mark.django_db


def contract(**changes: Any) -> Contract:
    told = Contract("Harbour GmbH", "HARBOUR-1", days_ago(300))
    return dataclasses.replace(told, **changes)


def test_account__is_opened_with_a_key_and_an_entry_that_names_nobody() -> None:
    one = customer()

    assert account(one.id) == one == account_by_reference("harbour-1")
    assert one.state is AccountState.ACTIVE
    assert one.dpo_contact == "privacy@harbour.example"
    assert installed().versions(one.id) == {1: "current"}
    [act] = trail.acts(one.id)
    leaf = bytes(LogEntry.objects.get(index=act.entry_index).leaf)
    assert b"HARBOUR" not in leaf.upper()
    assert str(one.id).encode() not in leaf


def test_account__is_known_to_the_log_by_one_commitment_of_its_own() -> None:
    harbour, quarry = (Account.objects.get(pk=customer(n).id) for n in ("Harbour", "Quarry"))

    assert trail.commitment(harbour) == trail.commitment(harbour)
    assert trail.commitment(harbour) != trail.commitment(quarry)
    assert len(trail.commitment(harbour)) == 32


def test_account__keeps_what_belongs_to_it_unreadable_without_its_key() -> None:
    one = customer()
    installed().destroy_account_key(one.id, now=NOW)

    # The row is read on, since the rest of an erasure follows the key; what was sealed is gone.
    assert account(one.id).dpo_contact == ""
    with pytest.raises(KeyDestroyed):
        trail.acts(one.id)


def test_account__does_not_open_with_what_was_sealed_for_another() -> None:
    harbour, quarry = customer("Harbour"), customer("Quarry")
    foreign = Account.objects.get(pk=harbour.id).sealed
    Account.objects.filter(pk=quarry.id).update(sealed=foreign)

    with pytest.raises(SealedValueRefused):
        account(quarry.id)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("legal_name", " "),
        ("reference", ""),
        ("language", "it"),
        ("time_zone", "Europe/Atlantis"),
        ("domains", ("not a domain",)),
        ("dpo_contact", "nobody"),
    ],
)
def test_account__is_not_opened_with_what_cannot_be(field: str, value: object) -> None:
    with pytest.raises(AccountInvalid, match=field):
        customer(name="Harbour", **{field: value})

    assert not Account.objects.exists()


def test_account__needs_a_reference_of_its_own_and_a_manager_who_exists() -> None:
    customer()

    with pytest.raises(AccountExists):
        customer("Other", reference="harbour-1")
    with pytest.raises(NoSuchPerson):
        customer("Third", manager_id=uuid.uuid4())


def test_change__is_logged_by_the_names_of_the_fields() -> None:
    one = customer()
    manager = person("Jonas")
    changed = contract(
        legal_name="Harbour Freight GmbH", manager_id=manager.id, dpo_contact=one.dpo_contact
    )

    after = change_account(account_id=one.id, contract=changed, by="jonas", now=NOW)

    assert (after.legal_name, after.manager) == ("Harbour Freight GmbH", "Jonas")
    assert trail.acts(one.id)[-1].body["fields"] == ["legal_name", "manager"]


def test_change__of_nothing_leaves_no_entry() -> None:
    one = customer()
    before = AccountAct.objects.count()

    same = contract(dpo_contact=one.dpo_contact)
    change_account(account_id=one.id, contract=same, by="jonas", now=NOW + timedelta(days=1))

    assert AccountAct.objects.count() == before


def test_change__of_an_unknown_account_is_refused() -> None:
    with pytest.raises(NoSuchAccount):
        change_account(account_id=uuid.uuid4(), contract=contract(), by="jonas", now=NOW)
    with pytest.raises(NoSuchAccount):
        account_by_reference("NOBODY")


def test_accounts__are_listed_by_name_and_by_state() -> None:
    second, first = customer("Quarry"), customer("Harbour")

    assert [one.id for one in accounts()] == [first.id, second.id]
    assert accounts([AccountState.LOCKED]) == []
