"""Reading the log: what a stranger gets verifies, and what is not there says so."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from tests.evidence.conftest import lift_the_guards
from tests.evidence.logs import BODY, KEY
from trustkeep.evidence import queries, tiles, tree
from trustkeep.evidence.actions import Appended, Draft, append, append_many, publish_checkpoint
from trustkeep.evidence.kinds import Kind
from trustkeep.evidence.models import LogNode
from trustkeep.evidence.nodes import LogDamaged
from trustkeep.evidence.tiles import TILE_WIDTH, NoSuchTile, Tile
from trustkeep.evidence.verify import verify_receipt

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
SIZE = 2 * TILE_WIDTH + 3


def add(count: int, promise_id: str = "backups") -> list[Appended]:
    return append_many([Draft(Kind.CHECK_RESULT, BODY, promise_id)] * count, now=NOON)


@pytest.mark.usefixtures("log")
def test_receipt__of_every_entry_verifies_offline() -> None:
    appended = add(9)
    publish_checkpoint(NOON)

    for one in appended:
        verified = verify_receipt(queries.receipt(one.index, BODY, one.salt), [KEY])
        assert (verified.index, verified.checkpoint.size) == (one.index, 9)
        assert verified.body == BODY
        assert verify_receipt(queries.receipt(one.index), [KEY]).body is None


@pytest.mark.usefixtures("log")
def test_receipt__of_an_unsigned_entry_says_to_wait() -> None:
    add(1)
    with pytest.raises(queries.NotSignedYet, match="Entry 0 is not covered"):
        queries.receipt(0)

    publish_checkpoint(NOON)
    add(1)
    with pytest.raises(queries.NotSignedYet, match="Entry 1 is not covered"):
        queries.receipt(1)


@pytest.mark.usefixtures("log")
@pytest.mark.parametrize("index", [-1, 1, 10**12])
def test_entry__that_does_not_exist_says_how_many_there_are(index: int) -> None:
    add(1)

    with pytest.raises(queries.NoSuchEntry, match="it has 1 entries"):
        queries.entry(index)
    with pytest.raises(queries.NoSuchEntry):
        queries.receipt(index)
    with pytest.raises(queries.NoSuchEntry):
        queries.inclusion_proof(index, 1)


@pytest.mark.usefixtures("log")
def test_entries__come_newest_first_by_promise_and_page() -> None:
    add(3, "backups")
    add(2, "https-only")
    append(kind=Kind.ACCESS, body=BODY, now=NOON)

    def found(**wanted: object) -> list[int]:
        return [row.index for row in queries.entries(**wanted)]  # type: ignore[arg-type]

    assert found() == [5, 4, 3, 2, 1, 0]
    assert found(promise_id="backups") == [2, 1, 0]
    assert found(promise_id="backups", before=2, limit=1) == [1]
    assert found(before=0) == []


@pytest.mark.usefixtures("log")
def test_proofs__between_any_sizes_verify() -> None:
    add(11)

    for size in range(1, 12):
        for index in range(size):
            inclusion = queries.inclusion_proof(index, size)
            tree.verify_inclusion(index, size, inclusion.leaf_hash, inclusion.path, inclusion.root)
        consistency = queries.consistency_proof(size, 11)
        tree.verify_consistency(
            size, 11, consistency.old_root, consistency.new_root, consistency.path
        )


@pytest.mark.usefixtures("log")
@pytest.mark.parametrize(("old", "new"), [(0, 1), (-1, 1), (2, 1), (1, 3)])
def test_consistency__of_impossible_sizes_says_which_are_possible(old: int, new: int) -> None:
    add(2)

    with pytest.raises(queries.NotSuchSizes, match="≤ 2"):
        queries.consistency_proof(old, new)


@pytest.mark.usefixtures("log")
def test_proof__from_a_tree_with_holes_says_that_the_log_is_damaged() -> None:
    add(4)
    lift_the_guards()
    LogNode.objects.all().delete()

    with pytest.raises(LogDamaged, match="level 2, number 0 is missing"):
        queries.consistency_proof(4, 4)


@pytest.mark.usefixtures("log")
def test_inclusion__in_a_tree_that_is_still_to_grow_says_how_many_there_are() -> None:
    add(4)

    with pytest.raises(queries.NoSuchEntry, match="4 entries"):
        queries.inclusion_proof(2, 9)


@pytest.mark.usefixtures("log")
def test_inclusion__from_a_tree_with_holes_says_that_the_log_is_damaged() -> None:
    add(4)
    lift_the_guards()
    LogNode.objects.all().delete()

    with pytest.raises(LogDamaged, match="is missing"):
        queries.inclusion_proof(0, 4)


@pytest.mark.usefixtures("log")
def test_tiles__rebuild_the_signed_root() -> None:
    add(SIZE)
    checkpoint = publish_checkpoint(NOON)
    assert checkpoint

    leaves = b"".join(
        queries.tile_bytes(tiles.parse(path)) for path in ("0/000", "0/001", "0/002.p/3")
    )
    bundles = b"".join(
        queries.tile_bytes(Tile(None, number, width))
        for number, width in ((0, TILE_WIDTH), (1, TILE_WIDTH), (2, 3))
    )

    entries = list(unpacked(bundles))
    assert leaves == b"".join(map(tree.leaf_hash, entries))
    known = dict(tree.grown(0, map(tree.leaf_hash, entries), {}))
    known |= {(0, number): tree.leaf_hash(entry) for number, entry in enumerate(entries)}
    assert tree.root(SIZE, lambda places: known) == checkpoint.root
    assert queries.tile_bytes(Tile(1, 0, 2)) == known[8, 0] + known[8, 1]


def unpacked(bundle: bytes) -> list[bytes]:
    entries, position = [], 0
    while position < len(bundle):
        length = int.from_bytes(bundle[position : position + 2], "big")
        entries.append(bundle[position + 2 : position + 2 + length])
        position += 2 + length
    return entries


@pytest.mark.usefixtures("log")
def test_tiles__show_nothing_that_is_not_signed_yet() -> None:
    add(3)
    with pytest.raises(NoSuchTile):
        queries.tile_bytes(Tile(0, 0, 1))

    publish_checkpoint(NOON)
    add(1)
    assert len(queries.tile_bytes(Tile(0, 0, 3))) == 96
    with pytest.raises(NoSuchTile):
        queries.tile_bytes(Tile(0, 0, 4))


@pytest.mark.usefixtures("log")
def test_verifier_key__is_the_one_line_that_readers_need() -> None:
    assert queries.verifier_key() == KEY.encode()
    assert queries.origin() == KEY.name
