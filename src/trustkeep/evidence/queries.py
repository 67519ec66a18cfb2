"""Reading the log: entries, proofs, checkpoints and tiles."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from trustkeep.evidence import signing, tiles, tree
from trustkeep.evidence.models import LogEntry, LogNode, SignedCheckpoint, place_of
from trustkeep.evidence.nodes import LogDamaged, log_size, stored
from trustkeep.evidence.receipt import Content, Receipt
from trustkeep.evidence.tiles import TILE_HEIGHT, TILE_WIDTH, Tile
from trustkeep.evidence.tree import Place
from trustkeep.kernel.errors import TrustkeepError

__all__ = ["Consistency", "EntryRow", "Inclusion", "NoSuchEntry", "NotSignedYet", "NotSuchSizes"]
__all__ += ["PublishedCheckpoint", "consistency_proof", "entries", "entry", "inclusion_proof"]
__all__ += ["latest_checkpoint", "log_size", "origin", "receipt", "tile_bytes", "verifier_key"]


class NoSuchEntry(TrustkeepError):
    """The log has no entry of this number."""

    sentence = "The log has no entry {index}: it has {size} entries, counted from 0."


class NotSignedYet(TrustkeepError):
    """The entry is newer than the newest checkpoint."""

    sentence = (
        "Entry {index} is not covered by a checkpoint yet."
        " One is signed every few seconds: try again."
    )


class NotSuchSizes(TrustkeepError):
    """A proof was asked for sizes that the log has not had."""

    sentence = "There is no proof from {old} to {new}: choose 1 ≤ old ≤ new ≤ {size}."


@dataclass(frozen=True, slots=True)
class EntryRow:
    """One entry as it rests."""

    index: int
    kind: str
    promise: str | None
    at: datetime
    leaf: bytes


@dataclass(frozen=True, slots=True)
class PublishedCheckpoint:
    """A checkpoint with its signed note."""

    size: int
    root: bytes
    note: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Inclusion:
    """An inclusion proof of the entry at ``index`` in the tree of ``size``."""

    index: int
    size: int
    leaf_hash: bytes
    path: tuple[bytes, ...]
    root: bytes


@dataclass(frozen=True, slots=True)
class Consistency:
    """A proof that the tree of ``old`` entries is the beginning of that of ``new``."""

    old: int
    new: int
    path: tuple[bytes, ...]
    old_root: bytes
    new_root: bytes


def origin() -> str:
    """Return the log's name, a URL without its scheme."""
    return signing.installed().origin


def verifier_key() -> str:
    """Return the one-line key that readers verify with."""
    return signing.verifier_key().encode()


def latest_checkpoint() -> PublishedCheckpoint | None:
    """Return the newest signed checkpoint; None before the first."""
    row = SignedCheckpoint.objects.order_by("-size").first()
    return PublishedCheckpoint(row.size, bytes(row.root), row.note, row.at) if row else None


def entry(index: int) -> EntryRow:
    """Return one entry; raises NoSuchEntry."""
    row = LogEntry.objects.filter(index=index).first()
    if row is None:
        raise NoSuchEntry(index=index, size=log_size())
    return _row(row)


def entries(
    *, promise_id: str | None = None, before: int | None = None, limit: int = 50
) -> list[EntryRow]:
    """Return the newest entries, newest first, of one promise or of all, below index `before`."""
    rows = LogEntry.objects.order_by("-index")
    if promise_id is not None:
        rows = rows.filter(promise=promise_id)
    if before is not None:
        rows = rows.filter(index__lt=before)
    return [_row(row) for row in rows[:limit]]


def inclusion_proof(index: int, size: int) -> Inclusion:
    """Return the proof that entry `index` is in the tree of `size`; raises NoSuchEntry."""
    if not 0 <= index < size:
        raise NoSuchEntry(index=index, size=min(size, log_size()))
    found: dict[Place, bytes] = {}

    def with_the_leaf(places: Sequence[Place]) -> dict[Place, bytes]:
        found.update(stored([(0, index), *places]))
        return found

    try:
        path = tree.inclusion_path(index, size, with_the_leaf)
    except LogDamaged:
        # A path in a tree that large needs hashes that are not there yet.
        if size > (now := log_size()):
            raise NoSuchEntry(index=index, size=now) from None
        raise
    leaf_hash = found[0, index]
    root = tree.root_by(index, size, leaf_hash, path)
    return Inclusion(index, size, leaf_hash, tuple(path), root)


def consistency_proof(old: int, new: int) -> Consistency:
    """Return the proof that the log only grew from `old` to `new`; raises NotSuchSizes."""
    now = log_size()
    if not 0 < old <= new <= now:
        raise NotSuchSizes(old=old, new=new, size=now)
    path = tree.consistency_path(old, new, stored)
    return Consistency(old, new, tuple(path), tree.root(old, stored), tree.root(new, stored))


def receipt(index: int, body: Mapping[str, Any] | None = None, salt: bytes | None = None) -> str:
    """Return the receipt of an entry against the newest checkpoint.

    Raises NoSuchEntry, and NotSignedYet for an entry of the last seconds.
    """
    found = entry(index)
    signed = latest_checkpoint()
    if signed is None or index >= signed.size:
        raise NotSignedYet(index=index)
    path = tree.inclusion_path(index, signed.size, stored)
    content = Content(salt, body) if salt is not None and body is not None else None
    return Receipt(index, tuple(path), signed.note, found.leaf, content).encode()


def tile_bytes(tile: Tile) -> bytes:
    """Return the content of a tile that a published checkpoint covers; raises NoSuchTile."""
    signed = latest_checkpoint()
    tiles.require_published(tile, signed.size if signed else 0)
    first = tile.number * TILE_WIDTH
    if tile.level is None:
        return _entries_tile(first, tile.width)
    return b"".join(_tile_hashes(tile.level * TILE_HEIGHT, first, tile.width))


def _tile_hashes(level: int, first: int, width: int) -> Iterator[bytes]:
    if not level:
        leaves = LogEntry.objects.filter(index__gte=first, index__lt=first + width)
        return map(bytes, leaves.order_by("index").values_list("leaf_hash", flat=True))
    start = place_of(level, first)
    rows = LogNode.objects.filter(place__gte=start, place__lt=start + width)
    return map(bytes, rows.order_by("place").values_list("hash", flat=True))


def _entries_tile(first: int, width: int) -> bytes:
    rows = LogEntry.objects.filter(index__gte=first, index__lt=first + width).order_by("index")
    leaves = (bytes(leaf) for leaf in rows.values_list("leaf", flat=True))
    return b"".join(len(leaf).to_bytes(2, "big") + leaf for leaf in leaves)


def _row(row: LogEntry) -> EntryRow:
    return EntryRow(row.index, row.kind, row.promise, row.at, bytes(row.leaf))
