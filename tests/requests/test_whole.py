"""A customer gets everything back once, after the doors are shut, sealed to a key of theirs."""

from __future__ import annotations

import hashlib
import io
import zipfile
from collections.abc import Iterator
from datetime import datetime
from uuid import UUID

import pyrage
import pytest

from tests.customers import customer, member
from tests.lifecycle.requesting import file_of
from tests.lifecycle.world import A_DAY, ended, pass_time, step_of, turn
from tests.promises.world import NOW
from tests.requests.asking import DPO, decided, in_progress, letters, read, token_in
from trustkeep.accounts.customers import AccountShown
from trustkeep.accounts.gate import AccountClosed, passage
from trustkeep.holdings import returning
from trustkeep.holdings.archive import RecipientInvalid
from trustkeep.holdings.exporting import Member
from trustkeep.lifecycle.doors import Tried
from trustkeep.lifecycle.models import Obligation
from trustkeep.lifecycle.request_letters import RequestKind
from trustkeep.lifecycle.requests import collecting, deciding, whole
from trustkeep.lifecycle.requests.collecting import DataFetched
from trustkeep.lifecycle.requests.deciding import NotDone
from trustkeep.lifecycle.requests.handling import ReturnUnclear
from trustkeep.lifecycle.requests.kinds import Category, OurRole, Scope
from trustkeep.lifecycle.requests.models import Answer
from trustkeep.lifecycle.requests.queries import Next
from trustkeep.lifecycle.requests.receiving import Received
from trustkeep.lifecycle.requests.states import NotNow
from trustkeep.lifecycle.requests.whole import NoContact, NothingLeft
from trustkeep.lifecycle.stages import StepKind

pytestmark = [pytest.mark.usefixtures("asked")]
KEY = pyrage.x25519.Identity.generate()
ALICE = "alice@harbour-1.example"


def locked() -> AccountShown:
    """An account with a file whose contract has ended."""
    account = customer()
    alice = member(account)
    file_of(account, str(alice.id), "plan.txt", b"what we planned")
    ended(account)
    turn(NOW)
    return account


def asked(account: AccountShown, email: str = ALICE, *kinds: RequestKind) -> Received:
    """The customer asks for everything, and that was granted."""
    made = in_progress(
        *(kinds or (RequestKind.EXPORT,)),
        account=account,
        role=OurRole.INSTRUCTED,
        scope=Scope.ACCOUNT,
        email=email,
    )
    decided(made, Category.CONTENT)
    return made


def answered(made: Received) -> str:
    """Prepare and answer; return the token of the link in the answer."""
    whole.prepare(request_id=made.id, recipient=str(KEY.to_public()), by=DPO, now=NOW)
    deciding.conclude(request_id=made.id, words="", by=DPO, now=NOW)
    return token_in(letters(ALICE)[-1][2])


def more(_account: UUID, now: datetime) -> Iterator[Member]:
    yield Member("account.json", now, [b"{}"])


def fetched(token: str, at: datetime = NOW) -> bytes:
    return b"".join(whole.fetch(token=token, more=more, clock=lambda: at).chunks)


def test_whole_account__is_given_once_after_the_lock_to_the_key_of_the_customer() -> None:
    account = locked()
    done_by = Obligation.objects.get().done_by
    made = asked(account)
    assert read(made).next is Next.COLLECT

    sealed = fetched(answered(made))

    archive = zipfile.ZipFile(io.BytesIO(pyrage.decrypt(sealed, [KEY])))
    assert archive.read("files/plan.txt") == b"what we planned"
    assert "account.json" in archive.namelist()
    assert not passage(account.id, now=NOW).is_open
    assert Obligation.objects.get().done_by == done_by
    [kept] = returning.exports(account.id)
    assert kept.sha256 == hashlib.sha256(sealed).hexdigest()


def test_whole_account__is_gone_from_its_link_then_and_can_be_prepared_again() -> None:
    made = asked(locked())
    token = answered(made)
    fetched(token)

    with pytest.raises(DataFetched):
        fetched(token)
    whole.prepare(request_id=made.id, recipient=str(KEY.to_public()), by=DPO, now=NOW)
    collecting.resend(request_id=made.id, by=DPO, now=NOW)

    assert fetched(token_in(letters(ALICE)[-1][2]))


@pytest.mark.parametrize("email", ["mallory@example.org", "bob@harbour-1.example"])
def test_whole_account__goes_to_nobody_who_does_not_speak_for_the_customer(email: str) -> None:
    made = asked(locked(), email)

    with pytest.raises(NoContact):
        whole.prepare(request_id=made.id, recipient=str(KEY.to_public()), by=DPO, now=NOW)


def test_whole_account__needs_a_key_and_is_not_answered_without_it() -> None:
    made = asked(locked())

    for wrong in ("", "age1wrong", str(KEY)):
        with pytest.raises(RecipientInvalid):
            whole.prepare(request_id=made.id, recipient=wrong, by=DPO, now=NOW)
    with pytest.raises(NotDone):
        deciding.conclude(request_id=made.id, words="", by=DPO, now=NOW)


def test_whole_account__is_not_given_once_the_deletion_has_begun() -> None:
    account = locked()
    made = asked(account)
    late = asked(account, ALICE, RequestKind.PORTABILITY)
    token = answered(made)
    row = Obligation.objects.get()

    pass_time(row.not_before, NOW)

    Answer.objects.update(expires_at=row.not_before + A_DAY)
    with pytest.raises(DataFetched):
        fetched(token, row.not_before)
    with pytest.raises(NothingLeft):
        whole.prepare(request_id=late.id, recipient=str(KEY.to_public()), by=DPO, now=NOW)


def test_whole_account__is_cut_off_where_the_deletion_begins_under_way() -> None:
    account = locked()
    chunks = whole.fetch(token=answered(asked(account)), more=more, clock=lambda: NOW).chunks
    row = Obligation.objects.get()
    pass_time(row.not_before, NOW)

    with pytest.raises(AccountClosed):
        b"".join(chunks)


def test_whole_account__rests_as_a_key_under_the_account_and_nowhere_in_clear() -> None:
    made = asked(locked())

    whole.prepare(request_id=made.id, recipient=str(KEY.to_public()), by=DPO, now=NOW)

    answer = Answer.objects.get(request=made.id)
    assert str(KEY.to_public()).encode() not in bytes(answer.sealed)
    assert not collecting.parts_of(made.id)


def test_whole_account__is_refused_to_who_asks_for_one_person() -> None:
    account = locked()

    with pytest.raises(ReturnUnclear):
        in_progress(RequestKind.EXPORT, account=account, scope=Scope.PERSON)
    made = in_progress(RequestKind.ACCESS, account=account, scope=Scope.PERSON)
    with pytest.raises(NotNow):
        whole.prepare(request_id=made.id, recipient=str(KEY.to_public()), by=DPO, now=NOW)


def test_letter__of_the_lock_waits_until_every_door_has_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    account = customer()
    member(account)
    ended(account)
    monkeypatch.setattr("trustkeep.lifecycle.runners.locking.doors.probe", _open)

    turn(NOW)

    kinds = [kind for kind, _, _ in letters(ALICE)]
    assert "account-locked" not in kinds
    monkeypatch.undo()
    turn(NOW + A_DAY)
    assert "account-locked" in [kind for kind, _, _ in letters(ALICE)]
    assert step_of(Obligation.objects.get(), StepKind.PROBE).settled_at


def _open(account_id: UUID, *, now: datetime) -> list[Tried]:
    return [Tried("password", False)]
