"""Whoever of the staff looks leaves a note that the customer reads."""

from __future__ import annotations

import uuid

import pytest

from tests.promises.world import NOW
from trustkeep.accounts.customers import AccountShown
from trustkeep.accounts.gate import AccountClosed
from trustkeep.accounts.models import Account
from trustkeep.accounts.states import AccountState
from trustkeep.accounts.trail import acts
from trustkeep.holdings import looks
from trustkeep.holdings.looks import LASTS, Look, LookOver, ReasonMissing, Staff

JONAS = Staff("user-7", "Jonas Weber")
REASON = "Ticket 4711: the upload of the offer does not end."


def begun(account: AccountShown, reason: str = REASON) -> Look:
    return looks.begin_look(account_id=account.id, staff=JONAS, reason=reason, now=NOW)


def test_look__is_told_to_the_customer_with_its_reason(harbour: AccountShown) -> None:
    one = begun(harbour)
    looks.note_seen(look=one, staff=JONAS, what="file", about="Offer.pdf", now=NOW)

    told = looks.notes(harbour.id)
    assert {(n.name, n.what, n.about, n.reason) for n in told} == {
        ("Jonas Weber", "file", "Offer.pdf", REASON),
        ("Jonas Weber", looks.BEGAN, "", REASON),
    }


def test_look__leaves_an_entry_without_name_and_reason(harbour: AccountShown) -> None:
    begun(harbour)

    entry = acts(harbour.id)[-1]
    assert entry.kind == "customer-data-seen"
    assert "Jonas" not in str(entry.body)
    assert "4711" not in str(entry.body)


@pytest.mark.parametrize("reason", ["", "  test  ", "x" * 501])
def test_look__needs_a_reason(harbour: AccountShown, reason: str) -> None:
    with pytest.raises(ReasonMissing):
        begun(harbour, reason)


def test_look__is_over_after_its_time_and_nobody_elses(harbour: AccountShown) -> None:
    one = begun(harbour)
    assert looks.look(look_id=one.id, staff=JONAS, now=NOW) == one

    with pytest.raises(LookOver):
        looks.look(look_id=one.id, staff=JONAS, now=NOW + LASTS)
    with pytest.raises(LookOver):
        looks.look(look_id=one.id, staff=Staff("user-8", "Eve"), now=NOW)
    with pytest.raises(LookOver):
        looks.look(look_id=uuid.uuid4(), staff=JONAS, now=NOW)


def test_look__ends_with_the_contract(harbour: AccountShown) -> None:
    one = begun(harbour)
    Account.objects.update(state=AccountState.TERMINATING, ends_at=NOW)

    with pytest.raises(LookOver):
        looks.look(look_id=one.id, staff=JONAS, now=NOW)
    with pytest.raises(AccountClosed):
        looks.note_seen(look=one, staff=JONAS, what="file", now=NOW)
    with pytest.raises(AccountClosed):
        begun(harbour)
