"""The tree: the public vectors, the definition, and what every proof must refuse."""

from __future__ import annotations

import json
from base64 import b64decode
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.evidence.logs import numbered, root
from trustkeep.evidence import tree
from trustkeep.evidence.tree import ProofInvalid

VECTORS = Path(__file__).parents[1] / "vectors" / "rfc6962"
INCLUSION = sorted((VECTORS / "inclusion").rglob("*.json"))
CONSISTENCY = sorted((VECTORS / "consistency").rglob("*.json"))
sizes = st.integers(1, 70)


def case(path: Path) -> dict[str, Any]:
    return dict(json.loads(path.read_text("utf-8")))


def hashes(texts: list[str] | None) -> list[bytes]:
    return [b64decode(text) for text in texts or []]


def named(path: Path) -> str:
    return f"{path.parent.name}/{path.stem}"


def test_vectors__are_all_there() -> None:
    assert (len(INCLUSION), len(CONSISTENCY)) == (98, 98)


@pytest.mark.parametrize("path", INCLUSION, ids=named)
def test_inclusion__agrees_with_the_public_vectors(path: Path) -> None:
    given = case(path)
    leaf, expected = b64decode(given["leafHash"] or ""), b64decode(given["root"] or "")

    def verify() -> None:
        tree.verify_inclusion(
            given["leafIdx"], given["treeSize"], leaf, hashes(given["proof"]), expected
        )

    if given["wantErr"]:
        with pytest.raises(ProofInvalid):
            verify()
    else:
        verify()


@pytest.mark.parametrize("path", CONSISTENCY, ids=named)
def test_consistency__agrees_with_the_public_vectors(path: Path) -> None:
    given = case(path)
    old_root, new_root = b64decode(given["root1"] or ""), b64decode(given["root2"] or "")

    def verify() -> None:
        tree.verify_consistency(
            given["size1"], given["size2"], old_root, new_root, hashes(given["proof"])
        )

    if given["wantErr"]:
        with pytest.raises(ProofInvalid):
            verify()
    else:
        verify()


@given(st.integers(0, 70))
def test_root__is_what_the_definition_says(size: int) -> None:
    log = numbered(size)

    assert tree.root(size, log.nodes) == root(log.entries)


@given(sizes, st.data())
def test_inclusion__of_every_entry_is_proved(size: int, data: st.DataObject) -> None:
    index = data.draw(st.integers(0, size - 1))
    log = numbered(size)

    path = tree.inclusion_path(index, size, log.nodes)

    tree.verify_inclusion(index, size, tree.leaf_hash(log.entries[index]), path, root(log.entries))


@given(sizes, st.data())
def test_inclusion__of_another_place_is_refused(size: int, data: st.DataObject) -> None:
    index, other = (data.draw(st.integers(0, size - 1)) for _ in range(2))
    log = numbered(size)
    path = tree.inclusion_path(index, size, log.nodes)
    leaf = tree.leaf_hash(log.entries[index])

    if other != index:
        with pytest.raises(ProofInvalid):
            tree.verify_inclusion(other, size, leaf, path, root(log.entries))


@given(sizes, st.data())
def test_consistency__of_every_two_sizes_is_proved(new: int, data: st.DataObject) -> None:
    old = data.draw(st.integers(1, new))
    log = numbered(new)

    path = tree.consistency_path(old, new, log.nodes)

    tree.verify_consistency(old, new, root(log.entries[:old]), root(log.entries), path)


@given(sizes, st.data())
def test_consistency__with_a_rewritten_past_is_refused(new: int, data: st.DataObject) -> None:
    old = data.draw(st.integers(1, new))
    log = numbered(new)
    signed = root(log.entries[:old])
    log.entries[data.draw(st.integers(0, old - 1))] = b"rewritten"

    path = tree.consistency_path(old, new, log.nodes)

    with pytest.raises(ProofInvalid):
        tree.verify_consistency(old, new, signed, root(log.entries), path)


@given(st.integers(0, 70), st.integers(0, 40))
def test_growing__completes_the_same_subtrees_as_the_whole_tree_has(before: int, more: int) -> None:
    log = numbered(before + more)
    known = log.nodes(tree.waiting(before, more))
    leaves = [tree.leaf_hash(entry) for entry in log.entries[before:]]

    grown = dict(tree.grown(before, leaves, known))

    assert grown == log.nodes(list(grown))
    assert set(grown) == inner_places(before + more) - inner_places(before)


def inner_places(size: int) -> set[tuple[int, int]]:
    return {
        (level, number) for level in range(1, size.bit_length()) for number in range(size >> level)
    }


def test_waiting__asks_for_no_more_than_the_next_entries_complete() -> None:
    assert tree.waiting(7, 1) == [(2, 0), (1, 2), (0, 6)]
    assert tree.waiting(6, 1) == []
    assert tree.waiting(6, 2) == [(2, 0), (1, 2)]
    assert tree.waiting(0, 100) == []


def test_proofs__at_a_million_entries_need_some_forty_hashes() -> None:
    asked: list[int] = []

    def nodes(places: Any) -> dict[tuple[int, int], bytes]:
        asked.append(len(places))
        return dict.fromkeys(places, bytes(32))

    for index in (0, 524_287, 524_288, 999_999):
        tree.inclusion_path(index, 1_000_000, nodes)

    assert len(asked) == 4, "each proof asks once"
    assert max(asked) <= 40


@pytest.mark.parametrize(("index", "size"), [(-1, 4), (4, 4), (0, 0)])
def test_inclusion__outside_the_tree_has_no_proof(index: int, size: int) -> None:
    with pytest.raises(ValueError, match="no leaf"):
        tree.inclusion_path(index, size, numbered(size).nodes)


@pytest.mark.parametrize(("old", "new"), [(0, 4), (5, 4), (-1, 4)])
def test_consistency__of_impossible_sizes_has_no_proof(old: int, new: int) -> None:
    with pytest.raises(ValueError, match="cannot be the beginning"):
        tree.consistency_path(old, new, numbered(new).nodes)


ONE, TWO = bytes(32), b"\x01" * 32


@pytest.mark.parametrize(
    ("index", "size", "path", "reason"),
    [
        (4, 4, [], "no entry 4"),
        (-1, 4, [], "no entry -1"),
        (0, 4, [ONE], "shorter"),
        (0, 1, [ONE], "longer"),
        (0, 2, [ONE], "another root"),
        (0, 2, [b"short"], "5 bytes"),
    ],
)
def test_inclusion__says_what_is_wrong(
    index: int, size: int, path: list[bytes], reason: str
) -> None:
    with pytest.raises(ProofInvalid, match=reason):
        tree.verify_inclusion(index, size, ONE, path, TWO)


@pytest.mark.parametrize(
    ("old", "new", "old_root", "path", "reason"),
    [
        (0, 4, ONE, [], "cannot begin"),
        (5, 4, ONE, [], "cannot begin"),
        (4, 4, TWO, [ONE], "empty proof"),
        (4, 4, ONE, [], "different roots"),
        (2, 4, b"", [ONE], "0 bytes"),
        (2, 4, ONE, [], "empty though"),
        (3, 7, ONE, [ONE], "shorter"),
        (2, 4, ONE, [ONE, ONE], "longer"),
        (3, 4, ONE, [TWO, ONE, ONE], "old root"),
        (2, 4, ONE, [ONE], "new root"),
    ],
)
def test_consistency__says_what_is_wrong(
    old: int, new: int, old_root: bytes, path: list[bytes], reason: str
) -> None:
    with pytest.raises(ProofInvalid, match=reason):
        tree.verify_consistency(old, new, old_root, TWO, path)
