"""Reading the log: entries, proofs, checkpoints and tiles."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

from trustkeep.evidence import signing, tiles, tree
from trustkeep.evidence.checkpoint import Checkpoint
from trustkeep.evidence.models import LogEntry, LogNode, SignedCheckpoint, place_of
from trustkeep.evidence.receipt import Receipt
from trustkeep.evidence.tiles import TILE_HEIGHT, TILE_WIDTH, Tile
from trustkeep.kernel.errors import TrustkeepError

_SIZE = 'SELECT COALESCE(MAX("index"), -1) + 1 FROM evidence_logentry'
_NODE = "SELECT hash FROM evidence_lognode WHERE place = %s"


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

    @property
    def checkpoint(self) -> Checkpoint:
        return Checkpoint(origin(), self.size, self.root)


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


def log_size() -> int:
    """Return how many entries the log has."""
    with connection.cursor() as cursor:
        cursor.execute(_SIZE)
        return int(cursor.fetchone()[0])


def nodes(level: int, index: int) -> bytes:
    """Return the hash of a complete subtree, by primary key; KeyError where there is none."""
    with connection.cursor() as cursor:
        cursor.execute(_NODE, [place_of(level, index)])
        row = cursor.fetchone()
    if row is None:
        raise KeyError((level, index))
    return bytes(row[0])


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
    if not 0 <= index < size <= log_size():
        raise NoSuchEntry(index=index, size=min(size, log_size()))
    path = tree.inclusion_path(index, size, nodes)
    return Inclusion(index, size, nodes(0, index), tuple(path), tree.root(size, nodes))


def consistency_proof(old: int, new: int) -> Consistency:
    """Return the proof that the log only grew from `old` to `new`; raises NotSuchSizes."""
    if not 0 < old <= new <= log_size():
        raise NotSuchSizes(old=old, new=new, size=log_size())
    path = tree.consistency_path(old, new, nodes)
    return Consistency(old, new, tuple(path), tree.root(old, nodes), tree.root(new, nodes))


def receipt(index: int, body: Mapping[str, Any] | None = None, salt: bytes | None = None) -> str:
    """Return the receipt of an entry against the newest checkpoint.

    Raises NoSuchEntry, and NotSignedYet for an entry of the last seconds.
    """
    found = entry(index)
    signed = latest_checkpoint()
    if signed is None or index >= signed.size:
        raise NotSignedYet(index=index)
    path = tree.inclusion_path(index, signed.size, nodes)
    return Receipt(index, tuple(path), signed.note, found.leaf, salt, body).encode()


def tile_bytes(tile: Tile) -> bytes:
    """Return the content of a tile that a published checkpoint covers; raises NoSuchTile."""
    signed = latest_checkpoint()
    tiles.require_published(tile, signed.size if signed else 0)
    first = tile.number * TILE_WIDTH
    if tile.level is None:
        return _entries_tile(first, tile.width)
    level = tile.level * TILE_HEIGHT
    start = place_of(level, first)
    rows = LogNode.objects.filter(place__gte=start, place__lt=start + tile.width)
    hashes = rows.order_by("place").values_list("hash", flat=True)
    return b"".join(bytes(one) for one in hashes)


def _entries_tile(first: int, width: int) -> bytes:
    rows = LogEntry.objects.filter(index__gte=first, index__lt=first + width).order_by("index")
    leaves = (bytes(leaf) for leaf in rows.values_list("leaf", flat=True))
    return b"".join(len(leaf).to_bytes(2, "big") + leaf for leaf in leaves)


def _row(row: LogEntry) -> EntryRow:
    return EntryRow(row.index, row.kind, row.promise, row.at, bytes(row.leaf))
