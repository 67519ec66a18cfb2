"""Erasing empties one account, in any number of steps, and leaves the others untouched."""

from __future__ import annotations

import io
import uuid

from tests.holdings.conftest import ALICE, at, kept, objects
from tests.promises.world import NOW
from trustkeep.accounts.customers import AccountShown
from trustkeep.accounts.gate import Passage, require_open
from trustkeep.holdings import (
    collections,
    erasing,
    folders,
    looks,
    queries,
    returning,
    sharing,
    trash,
    uploads,
)
from trustkeep.holdings.files import NewFile


def filled(way: Passage) -> None:
    parent: uuid.UUID | None = None
    for name in ("A", "B", "C"):
        made = folders.make_folder(passage=way, name=name, parent_id=parent, by=ALICE, now=NOW)
        parent = made.id
        for number in range(3):
            one = kept(way, f"{number}", b"x", parent)
            kept(way, f"{number}", b"y", parent)
    sharing.share(passage=way, file_id=one.id, lives=sharing.LIVES_AT_MOST, by=ALICE, now=NOW)
    trash.throw_file(passage=way, file_id=one.id, now=NOW)
    begun = uploads.begin_upload(
        passage=way, new=NewFile("u", parent), size_bytes=9, by=ALICE, now=NOW
    )
    uploads.add_piece(
        passage=way, upload_id=begun.id, offset=0, source=io.BytesIO(b"123"), clock=at(NOW)
    )
    for number in range(5):
        collections.enter_record(
            passage=way, collection=f"c{number % 2}", values={"n": number}, by=ALICE, now=NOW
        )
    b"".join(returning.begin_export(passage=way, more=[], recipient="", by=ALICE, clock=at(NOW)))
    staff = looks.Staff("u", "Jonas")
    looks.begin_look(account_id=way.account_id, staff=staff, reason="because of a test", now=NOW)


def test_erasing__empties_every_store_and_no_other_account(
    way: Passage, quarry: AccountShown
) -> None:
    other = require_open(quarry.id, now=NOW)
    filled(way)
    filled(other)
    before = dict(erasing.remaining(quarry.id))
    planned = dict(erasing.plan(way.account_id))
    assert all(planned.values())
    assert set(planned) == set(erasing.STORES)

    gone = erasing.erase(account_id=way.account_id, most=2)

    assert dict(gone) == planned
    assert not any(erasing.remaining(way.account_id).values())
    assert objects(way.account_id) == []
    assert dict(erasing.remaining(quarry.id)) == before
    assert len(queries.search(quarry.id, "")) == 8


def test_erasing__goes_on_after_a_kill_and_is_done_twice_without_harm(way: Passage) -> None:
    filled(way)
    erasing.erase_some(account_id=way.account_id, most=3)

    erasing.erase(account_id=way.account_id)

    assert not any(erasing.erase(account_id=way.account_id).values())
    assert not any(erasing.remaining(way.account_id).values())


def test_remaining__sees_an_object_that_no_row_knows(way: Passage) -> None:
    from trustkeep.holdings.files import sealed

    sealed(way.account_id, io.BytesIO(b"straggler"))

    assert erasing.remaining(way.account_id)[erasing.OBJECTS] == 1
    erasing.erase(account_id=way.account_id)
    assert erasing.remaining(way.account_id)[erasing.OBJECTS] == 0
