"""Folders lie in each other, not in themselves, and not without end."""

from __future__ import annotations

import pytest

from tests.holdings.conftest import ALICE
from tests.promises.world import NOW
from trustkeep.accounts.gate import Passage
from trustkeep.holdings import folders, queries
from trustkeep.holdings.folders import MOST_DEEP, FolderInItself, FolderTooDeep
from trustkeep.holdings.places import NameTaken
from trustkeep.holdings.queries import FolderShown


def made(way: Passage, name: str, inside: FolderShown | None = None) -> FolderShown:
    parent_id = inside.id if inside else None
    return folders.make_folder(passage=way, name=name, parent_id=parent_id, by=ALICE, now=NOW)


def moved(way: Passage, one: FolderShown, inside: FolderShown | None) -> FolderShown:
    parent_id = inside.id if inside else None
    return folders.change_folder(
        passage=way, folder_id=one.id, name=one.name, parent_id=parent_id, now=NOW
    )


def test_folder__shows_the_way_from_the_top(way: Passage) -> None:
    inner = made(way, "2026", made(way, "Contracts"))

    assert [one.name for one in queries.listing(way.account_id, inner.id).trail] == [
        "Contracts",
        "2026",
    ]


def test_folder__has_a_name_of_its_own_in_its_place(way: Passage) -> None:
    outer = made(way, "Contracts")
    made(way, "contracts", outer)

    with pytest.raises(NameTaken):
        made(way, "CONTRACTS")


def test_folder__is_not_moved_into_itself_or_below(way: Passage) -> None:
    outer = made(way, "a")
    inner = made(way, "b", outer)

    for into in (outer, inner):
        with pytest.raises(FolderInItself):
            moved(way, outer, into)
    assert moved(way, inner, None).parent_id is None


def test_folders__lie_so_deep_and_not_deeper(way: Passage) -> None:
    inside = None
    for number in range(MOST_DEEP):
        inside = made(way, str(number), inside)

    with pytest.raises(FolderTooDeep):
        made(way, "one more", inside)


def test_path__is_made_where_it_is_missing(way: Passage) -> None:
    known = made(way, "Contracts")

    found = folders.folder_at(passage=way, path=["contracts", "2026"], by=ALICE, now=NOW)

    assert found is not None
    assert queries.listing(way.account_id, found).trail[0].id == known.id
