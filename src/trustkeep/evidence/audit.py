"""Recomputing the whole log from its leaves: whether what rests is what was written and signed.

Proofs are made from stored hashes, so somebody who lifted the triggers could change a leaf and its
proofs would still be made, though none would verify. An audit reads every leaf instead and compares
it with all that was derived from it: its columns, the hashes of the tree, and every checkpoint.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.db import connection

from trustkeep.evidence import checkpoint as checkpoints
from trustkeep.evidence import entry as entries
from trustkeep.evidence import signing, tree
from trustkeep.evidence.checkpoint import Checkpoint, CheckpointInvalid
from trustkeep.evidence.entry import EntryInvalid
from trustkeep.evidence.models import LogEntry, LogNode, SignedCheckpoint
from trustkeep.evidence.nodes import LogDamaged, log_size, stored
from trustkeep.evidence.tree import Place
from trustkeep.kernel.clock import isoformat

BATCH = 2048
_TABLES = (LogEntry, LogNode, SignedCheckpoint)
_GUARDED = {
    "sqlite": "SELECT tbl_name FROM sqlite_master WHERE type = 'trigger'",
    "postgresql": "SELECT tgrelid::regclass::text FROM pg_trigger WHERE NOT tgisinternal",
}
_GUARDS_A_TABLE = {"sqlite": 3, "postgresql": 2}


@dataclass(frozen=True, slots=True)
class Audited:
    """What was found in order: so many entries under this root, and so many checkpoints."""

    size: int
    root: bytes
    checkpoints: int


def audit() -> Audited:
    """Recompute everything; raises LogDamaged naming the first thing that is not as it was.

    Reads each leaf once, in batches; takes about a minute for a million entries.
    """
    _require_guards()
    size = log_size()
    for start in range(0, size, BATCH):
        leaves = list(_leaf_hashes(start, min(start + BATCH, size)))
        known = stored(tree.waiting(start, len(leaves)))
        _require_stored(dict(tree.grown(start, leaves, known)))
    if LogNode.objects.count() != _inner_nodes(size):
        raise LogDamaged(what="there are hashes that belong to no entry")
    return Audited(size, tree.root(size, stored), _check_checkpoints(size))


def _require_guards() -> None:
    with connection.cursor() as cursor:
        cursor.execute(_GUARDED[connection.vendor])
        guarded = [row[0] for row in cursor.fetchall()]
    for model in _TABLES:
        table = model._meta.db_table
        if guarded.count(table) < _GUARDS_A_TABLE[connection.vendor]:
            raise LogDamaged(what=f"a trigger that keeps {table} append-only is missing")


def _leaf_hashes(start: int, end: int) -> Iterator[bytes]:
    rows = LogEntry.objects.filter(index__gte=start, index__lt=end).order_by("index")
    for expected, row in enumerate(rows, start):
        if row.index != expected:
            raise LogDamaged(what=f"entry {expected} is missing")
        _require_leaf(row)
        yield bytes(row.leaf_hash)


def _require_leaf(row: LogEntry) -> None:
    leaf = bytes(row.leaf)
    try:
        entry = entries.parse(leaf)
    except EntryInvalid as error:
        raise LogDamaged(what=f"entry {row.index} is unreadable, {error}") from error
    if tree.leaf_hash(leaf) != bytes(row.leaf_hash) or entry.seq != row.index:
        raise LogDamaged(what=f"entry {row.index} is not the one that was written")
    said = (entry.type, entry.promise_id, entry.at)
    if said != (row.kind, row.promise, isoformat(row.at)):
        raise LogDamaged(what=f"entry {row.index} is filed under another kind, promise or time")


def _require_stored(expected: dict[Place, bytes]) -> None:
    found = stored(list(expected))
    for place, value in expected.items():
        if found[place] != value:
            level, number = place
            raise LogDamaged(what=f"the hash at level {level}, number {number} was changed")


def _inner_nodes(size: int) -> int:
    """Return how many complete subtrees above the leaves a tree of `size` has."""
    return size - size.bit_count()


def _check_checkpoints(size: int) -> int:
    key = signing.verifier_key()
    signed = SignedCheckpoint.objects.order_by("size")
    for row in signed:
        try:
            found, _ = checkpoints.verify(row.note, [key])
        except CheckpointInvalid as error:
            raise LogDamaged(what=f"checkpoint {row.size} is not valid, {error}") from error
        if row.size > size or bytes(row.root) != tree.root(row.size, stored):
            raise LogDamaged(what=f"checkpoint {row.size} was signed for another log")
        if found != Checkpoint(key.name, row.size, bytes(row.root)):
            raise LogDamaged(what=f"checkpoint {row.size} is filed under another size or root")
    return len(signed)
