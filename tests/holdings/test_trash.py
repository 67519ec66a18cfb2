"""What is thrown away comes back as it was, or goes for good."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.holdings.conftest import ALICE, kept, objects
from tests.promises.world import NOW
from trustkeep.accounts.customers import AccountShown
from trustkeep.accounts.gate import Passage, require_open
from trustkeep.holdings import folders, queries, trash
from trustkeep.holdings.models import File, Folder
from trustkeep.holdings.queries import NoSuchFile


def names(way: Passage) -> list[str]:
    return [one.name for one in queries.listing(way.account_id).files]


def test_file__that_was_thrown_away_comes_back(way: Passage) -> None:
    one = kept(way)
    trash_id = trash.throw_file(passage=way, file_id=one.id, now=NOW)

    assert names(way) == []
    assert [t.name for t in queries.trashed(way.account_id)] == ["plan.txt"]
    trash.take_back(passage=way, trash_id=trash_id, now=NOW)
    assert names(way) == ["plan.txt"]


def test_file__comes_back_beside_the_one_that_took_its_name(way: Passage) -> None:
    trash_id = trash.throw_file(passage=way, file_id=kept(way).id, now=NOW)
    kept(way)

    trash.take_back(passage=way, trash_id=trash_id, now=NOW)

    assert names(way) == ["plan (2).txt", "plan.txt"]


def test_folder__takes_everything_along_and_brings_back_only_that(way: Passage) -> None:
    outer = folders.make_folder(passage=way, name="A", parent_id=None, by=ALICE, now=NOW)
    inner = folders.make_folder(passage=way, name="B", parent_id=outer.id, by=ALICE, now=NOW)
    before = kept(way, "before", folder_id=inner.id)
    kept(way, "with", folder_id=inner.id)
    trash.throw_file(passage=way, file_id=before.id, now=NOW)

    trash_id = trash.throw_folder(passage=way, folder_id=outer.id, now=NOW)

    assert queries.listing(way.account_id).folders == ()
    assert [t.name for t in queries.trashed(way.account_id)] == ["before", "A"]
    trash.take_back(passage=way, trash_id=trash_id, now=NOW)
    assert [f.name for f in queries.listing(way.account_id, inner.id).files] == ["with"]


def test_file__whose_folder_is_gone_comes_back_at_the_top(way: Passage) -> None:
    outer = folders.make_folder(passage=way, name="A", parent_id=None, by=ALICE, now=NOW)
    trash_id = trash.throw_file(passage=way, file_id=kept(way, folder_id=outer.id).id, now=NOW)
    trash.throw_folder(passage=way, folder_id=outer.id, now=NOW)

    trash.take_back(passage=way, trash_id=trash_id, now=NOW)

    assert names(way) == ["plan.txt"]


def test_file__deleted_for_good_leaves_no_object(way: Passage) -> None:
    kept(way, body=b"one")
    one = kept(way, body=b"two")
    trash_id = trash.throw_file(passage=way, file_id=one.id, now=NOW)

    assert trash.delete_for_good(passage=way, trash_id=trash_id, now=NOW) == 1

    assert objects(way.account_id) == []
    assert not File.objects.exists()


def test_trash__is_emptied_after_its_time_and_not_before(way: Passage) -> None:
    outer = folders.make_folder(passage=way, name="A", parent_id=None, by=ALICE, now=NOW)
    folders.make_folder(passage=way, name="B", parent_id=outer.id, by=ALICE, now=NOW)
    kept(way, folder_id=outer.id)
    trash.throw_folder(passage=way, folder_id=outer.id, now=NOW)

    assert trash.empty_old(now=NOW + trash.KEPT_FOR - timedelta(seconds=1)) == 0
    assert trash.empty_old(now=NOW + trash.KEPT_FOR) == 1
    assert not Folder.objects.exists()
    assert objects(way.account_id) == []


def test_trash__of_another_account_is_unknown(way: Passage, quarry: AccountShown) -> None:
    trash_id = trash.throw_file(passage=way, file_id=kept(way).id, now=NOW)
    other = require_open(quarry.id, now=NOW)

    for act in (trash.take_back, trash.delete_for_good):
        with pytest.raises(NoSuchFile):
            act(passage=other, trash_id=trash_id, now=NOW)
