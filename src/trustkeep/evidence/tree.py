"""The Merkle tree of RFC 6962 section 2.1: hashes, proofs and their verification.

A tree of n leaves is cut into complete subtrees, the largest first (the bits of n). A `Place` is
the level and the number of a complete subtree: 2**level leaves wide, level 0 are the leaves. Proofs
are made from the hashes at such places alone: at a million leaves some thirty, asked for at once.
Pure: no database and no framework, for auditors. The algorithms of verification are those of
RFC 9162 sections 2.1.3.2 and 2.1.4.2, which hash the same tree.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

HASH_SIZE = 32
EMPTY_ROOT = hashlib.sha256(b"").digest()

type Place = tuple[int, int]
type Nodes = Callable[[Sequence[Place]], Mapping[Place, bytes]]


class ProofInvalid(Exception):
    """A proof does not prove what it is given for; the message says where it fails."""


def leaf_hash(entry: bytes) -> bytes:
    """Return the hash of a leaf: SHA-256 of 0x00 and the entry."""
    return hashlib.sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Return the hash of an inner node: SHA-256 of 0x01 and both children."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def subtrees(start: int, end: int) -> Iterator[Place]:
    """Yield the places of the complete subtrees that make up the leaves [start, end).

    ``start`` has to be a multiple of the width of the largest subtree that fits, as it is for
    every range that a split of the tree at a power of two produces.
    """
    while start < end:
        level = (end - start).bit_length() - 1
        yield level, start >> level
        start += 1 << level


def root(size: int, nodes: Nodes) -> bytes:
    """Return the root of the first `size` leaves."""
    return _hashes([(0, size)], nodes)[0] if size else EMPTY_ROOT


def inclusion_path(index: int, size: int, nodes: Nodes) -> list[bytes]:
    """Return the audit path of leaf `index` in a tree of `size`, from its sibling to the root.

    Raises ValueError unless 0 <= index < size.
    """
    if not 0 <= index < size:
        raise ValueError(f"there is no leaf {index} in a tree of {size}")
    ranges: list[tuple[int, int]] = []
    start, end = 0, size
    while end - start > 1:
        middle = start + _split(end - start)
        if index < middle:
            ranges.append((middle, end))
            end = middle
        else:
            ranges.append((start, middle))
            start = middle
    return _hashes(ranges[::-1], nodes)


def consistency_path(old: int, new: int, nodes: Nodes) -> list[bytes]:
    """Return the proof that the tree of `old` leaves is the beginning of that of `new`.

    Raises ValueError unless 0 < old <= new.
    """
    if not 0 < old <= new:
        raise ValueError(f"a tree of {old} cannot be the beginning of a tree of {new}")
    ranges: list[tuple[int, int]] = []
    start, end = 0, new
    while old != end:
        middle = start + _split(end - start)
        if old <= middle:
            ranges.append((middle, end))
            end = middle
        else:
            ranges.append((start, middle))
            start = middle
    # Where the old tree is itself a subtree, its root is known to whoever asks and is left out.
    if start:
        ranges.append((start, end))
    return _hashes(ranges[::-1], nodes)


def _split(size: int) -> int:
    """Return the largest power of two below `size`."""
    return 1 << ((size - 1).bit_length() - 1)


def _hashes(ranges: Iterable[tuple[int, int]], nodes: Nodes) -> list[bytes]:
    """Return the hash over each range of leaves, asking for all their subtrees at once."""
    cuts = [list(subtrees(start, end)) for start, end in ranges]
    known = nodes([place for cut in cuts for place in cut])
    return [_joined([known[place] for place in cut]) for cut in cuts]


def _joined(parts: list[bytes]) -> bytes:
    joined = parts.pop()
    while parts:
        joined = node_hash(parts.pop(), joined)
    return joined


def waiting(size: int, count: int) -> list[Place]:
    """Return the places whose right neighbours `count` more leaves will complete."""
    return [
        (level, number)
        for level, number in subtrees(0, size)
        if size + count >= (number + 2) << level
    ]


def grown(
    size: int, leaves: Iterable[bytes], known: Mapping[Place, bytes]
) -> Iterator[tuple[Place, bytes]]:
    """Yield the subtrees that adding `leaves` (their hashes) to a tree of `size` completes.

    ``known`` holds the hashes at the places that `waiting` names. The leaves themselves are not
    repeated.
    """
    left = {level: value for (level, _), value in known.items()}
    for index, leaf in enumerate(leaves, size):
        level, number, current = 0, index, leaf
        while number & 1:
            current = node_hash(left[level], current)
            level, number = level + 1, number >> 1
            yield (level, number), current
        left[level] = current


def verify_inclusion(
    index: int, size: int, leaf: bytes, path: Sequence[bytes], expected_root: bytes
) -> None:
    """Return if `leaf` (a leaf's hash) is at `index` in the tree; raises ProofInvalid if not."""
    _require_hashes([expected_root])
    if root_by(index, size, leaf, path) != expected_root:
        raise ProofInvalid("the proof leads to another root: entry, place or proof was changed")


def root_by(index: int, size: int, leaf: bytes, path: Sequence[bytes]) -> bytes:
    """Return the root to which `path` leads from `leaf`; raises ProofInvalid if it leads nowhere.

    RFC 6962 section 2.1.1, read from the leaf upwards.
    """
    _require_hashes([leaf, *path])
    if not 0 <= index < size:
        raise ProofInvalid(f"the tree has {size} entries, so it has no entry {index}")
    position, last, found = index, size - 1, leaf
    for step in path:
        if last == 0:
            raise ProofInvalid("the proof is longer than the tree is high")
        if position & 1 or position == last:
            found = node_hash(step, found)
            while not position & 1 and position:
                position, last = position >> 1, last >> 1
        else:
            found = node_hash(found, step)
        position, last = position >> 1, last >> 1
    if last:
        raise ProofInvalid("the proof is shorter than the tree is high")
    return found


def verify_consistency(
    old: int, new: int, old_root: bytes, new_root: bytes, path: Sequence[bytes]
) -> None:
    """Return if the tree of `old` leaves begins that of `new`; raises ProofInvalid if not."""
    if not 0 < old <= new:
        raise ProofInvalid(f"a tree of {old} entries cannot begin a tree of {new}")
    if old == new:
        if path:
            raise ProofInvalid("trees of one size need an empty proof")
        if old_root != new_root:
            raise ProofInvalid("two trees of one size have different roots")
        return
    _require_hashes([old_root, new_root, *path])
    if not path:
        raise ProofInvalid("the proof is empty though the tree has grown")
    steps = list(path) if old & (old - 1) else [old_root, *path]
    _walk_consistency(old, new, old_root, new_root, steps)


def _walk_consistency(
    old: int, new: int, old_root: bytes, new_root: bytes, steps: Sequence[bytes]
) -> None:
    position, last = old - 1, new - 1
    while position & 1:
        position, last = position >> 1, last >> 1
    first = second = steps[0]
    for step in steps[1:]:
        if last == 0:
            raise ProofInvalid("the proof is longer than the tree is high")
        if position & 1 or position == last:
            first, second = node_hash(step, first), node_hash(step, second)
            while not position & 1 and position:
                position, last = position >> 1, last >> 1
        else:
            second = node_hash(second, step)
        position, last = position >> 1, last >> 1
    if last:
        raise ProofInvalid("the proof is shorter than the tree is high")
    if first != old_root:
        raise ProofInvalid("the proof does not lead to the old root")
    if second != new_root:
        raise ProofInvalid("the proof does not lead to the new root")


def _require_hashes(hashes: Iterable[bytes]) -> None:
    for value in hashes:
        if len(value) != HASH_SIZE:
            raise ProofInvalid(f"a hash has {len(value)} bytes instead of {HASH_SIZE}")
