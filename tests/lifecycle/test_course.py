"""From the end of a contract to the last trace: the whole course, in the real order."""

from __future__ import annotations

import base64
import hashlib
import json
from datetime import timedelta

import pytest

from tests.lifecycle.world import (
    A_DAY,
    A_MINUTE,
    ended,
    harbour,
    house,
    pass_time,
    purged,
    stage,
    state,
    step_of,
    turn,
)
from tests.promises.world import NOW
from trustkeep.accounts import gate
from trustkeep.accounts.models import Account, AccountAct, Member
from trustkeep.holdings import returning
from trustkeep.identity.models import User
from trustkeep.kernel.build import commit
from trustkeep.letters.models import Letter
from trustkeep.letters.sealing import as_mail
from trustkeep.lifecycle.deadlines import DELETE_AFTER, DELETE_MARGIN, LOCK_WITHIN, WATCH_FOR
from trustkeep.lifecycle.doors import DOORS
from trustkeep.lifecycle.issuing import issued
from trustkeep.lifecycle.models import Deed, Step
from trustkeep.lifecycle.receipts import Condition, Look, Met, Method
from trustkeep.lifecycle.stages import OPEN, StepKind
from trustkeep.vault.keys import installed
from trustkeep.vault.keystore import KeyState

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.when("floor-ceiling")
def test_end__writes_floor_and_ceiling_from_the_constants() -> None:
    row = ended(harbour())

    assert row.lock_by == NOW + LOCK_WITHIN
    assert row.not_before == NOW + DELETE_AFTER
    assert row.done_by == NOW + DELETE_AFTER + DELETE_MARGIN


@pytest.mark.when("lock-proved")
def test_lock__ends_sessions_and_tries_every_door() -> None:
    house()
    account = harbour()
    row = ended(account)

    turn(NOW)

    row.refresh_from_db()
    assert state(account) == "locked"
    assert row.proved_at == NOW
    assert step_of(row, StepKind.PROBE).told["refused"] == [door.name for door in DOORS]
    assert Account.objects.get(pk=account.id).generation == 2


def test_deletion__waits_for_the_floor_and_then_leaves_nothing() -> None:
    house()
    account, other = harbour(), harbour("Lagoon")
    row = ended(account)
    turn(NOW)
    pass_time(row.not_before - A_MINUTE, NOW)
    assert stage(account) == "locked"
    assert Member.objects.filter(account=account.id).count() == 2

    for minute in range(4):
        turn(row.not_before + minute * A_MINUTE)

    row.refresh_from_db()
    assert (row.stage, state(account)) == ("purged", "purged")
    assert row.erased_at
    assert row.erased_at < row.done_by
    assert not Member.objects.filter(account=account.id).exists()
    assert not AccountAct.objects.filter(account=account.id).exists()
    assert not User.objects.filter(member__account=account.id).exists()
    assert set(installed().versions(account.id).values()) == {KeyState.DESTROYED}
    assert Member.objects.filter(account=other.id).count() == 2


@pytest.mark.when("receipts")
def test_receipt__tells_what_was_erased_and_what_proves_it() -> None:
    house()
    row = purged(harbour())

    receipt = issued(row).receipt

    assert receipt.complete
    assert {one.look for one in receipt.verifications} >= {Look.SECOND_READER, Look.KEY_REFUSED}
    assert {one.name for one in receipt.stores} >= {"accounts_member", "identity_user"}
    assert [key.name for key in receipt.keys] == ["account key 1"]
    assert receipt.lock
    assert receipt.lock.revoked_at == NOW
    assert "Alice" not in str(receipt)


def test_receipt__says_why_the_destroyed_key_counts_and_what_stays_of_the_contract() -> None:
    house()
    row = purged(harbour())

    receipt = issued(row).receipt

    met = {one.condition: one.met for one in receipt.conditions}
    assert met.keys() == set(Condition)
    seen = {one for one, how in met.items() if how is Met.LOOKED_AT}
    assert seen == {Condition.EVERY_COPY_DESTROYED, Condition.DECRYPTION_REFUSED}
    assert Met.NOT_MET not in met.values()
    assert receipt.tool.commit == commit()
    [contract] = [one for one in receipt.stores if one.name == "accounts_account"]
    assert contract.method is Method.FIELDS_EMPTIED


@pytest.mark.usefixtures("asked_house")
def test_receipt__goes_out_with_what_names_the_account_in_the_log() -> None:
    account = harbour()
    row = purged(account)
    turn(row.not_before + 10 * A_MINUTE)

    letter = Letter.objects.filter(kind="account-deleted").order_by("pk")[0]
    told = next(one for one in as_mail(letter).enclosures if one.name.endswith(".json"))

    named = json.loads(told.content)["account"]
    salt = base64.b64decode(named["salt"])
    assert named["id"] == str(account.id)
    assert hashlib.sha256(salt + account.id.bytes).digest() == bytes(row.commitment)


def test_receipt__tells_what_the_customer_was_given_before() -> None:
    house()
    account = harbour()
    way = gate.require_open(account.id, now=NOW)
    given = returning.begin_export(
        passage=way, more=(), recipient="", by="alice", clock=lambda: NOW
    )
    digest = hashlib.sha256(b"".join(given)).hexdigest()

    row = purged(account)

    [told] = issued(row).receipt.returned
    assert (told.what, told.at, told.digest) == ("export", NOW, digest)


def test_watch__closes_after_a_week() -> None:
    house()
    account = harbour()
    row = purged(account)
    assert row.erased_at

    pass_time(row.erased_at + WATCH_FOR + timedelta(hours=2), row.erased_at + A_MINUTE, A_DAY)

    row.refresh_from_db()
    assert (row.stage, state(account)) == ("closed", "closed")
    assert bytes(row.sealed) == b""
    assert not Step.objects.filter(obligation=row, state__in=OPEN).exists()


@pytest.mark.when("exactly-once")
def test_every_change__leaves_one_entry_in_the_order_of_commits() -> None:
    house()
    row = purged(harbour())

    indexes = list(Deed.objects.filter(obligation=row).values_list("entry_index", flat=True))

    assert indexes == sorted(indexes)
    assert len(indexes) == len(set(indexes))
