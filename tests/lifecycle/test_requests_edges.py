"""Requests at their edges: what comes back, what is too much, what nobody may do any more."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError

from tests.lifecycle.requesting import (
    approved,
    carried_out,
    erasure,
    file_of,
    obligation,
    of_things,
    on_disk,
    pair_within,
    planned,
    turned,
)
from tests.lifecycle.test_requests_at_once import hold, one_file
from tests.lifecycle.world import JONAS, pass_time
from tests.promises.world import NOW
from tests.requests.asking import DPO, decided, in_progress, read
from trustkeep.holdings.models import File
from trustkeep.lifecycle import on_request, owing, parts, stores
from trustkeep.lifecycle.deadlines import WATCH_FOR
from trustkeep.lifecycle.edges import NothingUnderWay
from trustkeep.lifecycle.holding import place_hold
from trustkeep.lifecycle.owing import BegunAlready, NewPart, TooManyThings
from trustkeep.lifecycle.requests import execution, things
from trustkeep.lifecycle.requests.kinds import Category
from trustkeep.lifecycle.requests.models import Request
from trustkeep.lifecycle.requests.states import NotNow
from trustkeep.lifecycle.requests.things import ThingUnreadable
from trustkeep.lifecycle.stages import Stage, StepKind, StepState, Trouble
from trustkeep.vault.shelf import sealed_files

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("asked_house")]
LATER = NOW + timedelta(minutes=10)


def test_file__that_comes_back_after_its_deletion_is_found_by_the_watch_and_goes_again() -> None:
    harbour, _, _, maker = pair_within()
    gone = file_of(harbour, maker)
    made = of_things(harbour, f"file:{gone.id}")
    path = next(sealed_files().place_of(harbour.id).glob("*/*"))
    body = path.read_bytes()
    at = carried_out(made)
    path.write_bytes(body)

    pass_time(at + WATCH_FOR, at)
    pass_time(at + WATCH_FOR + timedelta(minutes=10), at + WATCH_FOR, timedelta(minutes=1))

    assert on_disk(harbour) == []
    assert obligation(made).stage == Stage.PURGED
    watch = obligation(made).steps.get(kind=StepKind.WATCH)
    assert (watch.state, watch.trouble) == (StepState.DUE, Trouble.REMAINING)


def test_rows__that_something_refers_to_wait_for_it(monkeypatch: pytest.MonkeyPatch) -> None:
    made, _ = one_file()
    planned(made)
    approved(made)
    delete = stores.delete_rows
    refused: list[str] = []

    def referred_once(table: str, ids: Any) -> int:
        if table == "holdings_file" and not refused:
            refused.append(table)
            raise IntegrityError
        return delete(table, ids)

    monkeypatch.setattr(stores, "delete_rows", referred_once)
    turned(minutes=1)
    assert Trouble.REFERRED in erasure(made).troubles

    turned(NOW + timedelta(minutes=2))
    assert erasure(made).is_done


def test_hold__that_is_placed_between_two_batches_stops_the_next(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    made, file = one_file()
    planned(made)
    approved(made)
    unlink = parts._unlink
    placed: list[uuid.UUID] = []

    def and_held(*rest: Any) -> int:
        if not placed:
            placed.append(place_hold(account_id=file.account_id, new=hold(), by=JONAS, now=NOW))
        return unlink(*rest)

    monkeypatch.setattr(parts, "_unlink", and_held)
    turned()

    assert Trouble.HELD in erasure(made).troubles
    assert File.objects.filter(pk=file.pk).exists()


def test_plan__can_be_counted_again_until_it_is_approved() -> None:
    harbour, _, _, maker = pair_within()
    gone = file_of(harbour, maker)
    made = of_things(harbour, f"file:{gone.id}")
    first = planned(made).plan
    file_of(harbour, maker, body=b"one more version")

    digest = owing.count_again(obligation_id=erasure(made).id, by=DPO, now=NOW)

    assert first is not None
    assert digest != first.digest
    assert erasure(made).waits_for_approval
    approved(made)
    turned()
    with pytest.raises(BegunAlready):
        owing.count_again(obligation_id=erasure(made).id, by=DPO, now=LATER)
    owing.give_more_time(obligation_id=erasure(made).id, due_at=NOW + timedelta(days=90), now=LATER)
    assert obligation(made).done_by < NOW + timedelta(days=90)


def test_parts__that_nobody_owes_cannot_be_called_off() -> None:
    with pytest.raises(NothingUnderWay):
        owing.call_off_part(obligation_id=uuid.uuid4(), by=DPO, now=NOW)


def test_things__are_named_by_kind_and_id_and_not_without_end() -> None:
    known = str(uuid.uuid4())

    assert things.read([f" file:{known} ", "", f"file:{known}"]) == [f"file:{known}"]
    for told in ("folder:1", "file:1", known):
        with pytest.raises(ThingUnreadable):
            things.read([told])
    many = [f"record:{uuid.uuid4()}" for _ in range(owing.MOST_THINGS + 1)]
    with pytest.raises(TooManyThings):
        things.read(many)
    new = NewPart(
        scope="object",
        reference="r",
        account_id=None,
        granted=(Category.CONTENT,),
        refused=(),
        cause="request-dpo",
        request="r",
        trusted_at=NOW,
        due_at=LATER,
        records=tuple(uuid.uuid4() for _ in many),
    )
    with pytest.raises(TooManyThings):
        owing._require_known(new)


def test_approval__of_what_nobody_has_counted_is_refused() -> None:
    made = in_progress()
    decided(made, Category.LETTERS)

    with pytest.raises(NotNow):
        execution.approve(request_id=made.id, digest="0" * 64, by=DPO, now=NOW)
    with pytest.raises(NotNow):
        execution.confirm(token=made.status_token, typed="Harbour GmbH", now=NOW)


def test_following__twice_at_once_says_it_is_done_once() -> None:
    made, _ = one_file()
    carried_out(made)

    assert not execution.advance(request_id=made.id, now=LATER)
    assert [one.what for one in read(made).story].count("executed") == 1


def test_whole_account__begun_before_the_engine_knew_requests_is_joined_to_its_end() -> None:
    from tests.lifecycle.test_requests_at_once import end, whole
    from trustkeep.accounts.models import Account

    made = whole()
    Request.objects.filter(pk=made.id).update(executing_at=NOW)
    turned(minutes=1)
    assert read(made).erasure is None
    row = end(Account.objects.get())

    turned(minutes=1)

    assert erasure(made).id == row.id


def test_member__that_is_gone_already_is_known_by_who_asked() -> None:
    harbour, _, bob, _ = pair_within()
    made = in_progress(account=harbour, member=bob, email="nora@example.org")
    decided(made, Category.LETTERS)
    Request.objects.filter(pk=made.id).update(subject=str(uuid.uuid4()))

    planned(made)

    from trustkeep.lifecycle.telling import address_of

    assert address_of(obligation(made)) == "nora@example.org"


def test_check__does_not_count_what_a_hold_keeps_as_late() -> None:
    made, file = one_file()
    planned(made)
    place_hold(account_id=file.account_id, new=hold(), by=JONAS, now=NOW)

    late = on_request.deletions(obligation(made).done_by + timedelta(days=3))

    assert late.late == ()
    assert late.next_due_at is None
