"""Entering again, from the ledger, what an old copy of the database has not seen."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from itertools import batched

from django.db import connection, transaction

from trustkeep.evidence import entry as entries
from trustkeep.evidence import keeping, tree
from trustkeep.evidence.actions import INSERT_ENTRY, INSERT_NODE, Appended, new_nodes
from trustkeep.evidence.ledger import Ledger
from trustkeep.evidence.models import LedgerMark, SignedCheckpoint
from trustkeep.evidence.nodes import LogDamaged, last_leaf, log_size, stored

BATCH = 2048


def quarantine(*, now: datetime) -> int:
    """Quarantine an old database and enter again what its log lacks; return how many entries.

    Both are one transaction, so a kill leaves an old database or a quarantined one.
    """
    found = keeping.ledger()
    if found is None:
        return 0
    with transaction.atomic():
        keeping.remember(found)
        LedgerMark.objects.filter(quarantined_since__isnull=True).update(quarantined_since=now)
        return replay(found)


def replay(ledger: Ledger) -> int:
    """Add the leaves and checkpoints that the log lacks; return how many leaves.

    Joins the caller's transaction. Raises LogDamaged where they do not continue the log, or where
    a checkpoint of the ledger was signed for another one.
    """
    before = log_size()
    for leaves in batched(ledger.leaves(before), BATCH):
        _enter(leaves)
    last = SignedCheckpoint.objects.order_by("-size").first()
    for one in ledger.checkpoints(last.size if last else 0):
        if tree.root(one.size, stored) != one.root:
            raise LogDamaged(what=f"checkpoint {one.size} was signed for another log")
        SignedCheckpoint.objects.create(size=one.size, root=one.root, note=one.note, at=one.at)
    return log_size() - before


def _enter(leaves: Iterable[bytes]) -> None:
    last = last_leaf()
    size = last[0] + 1 if last else 0
    appended, rows = [], []
    for index, leaf in enumerate(leaves, size):
        entry = entries.parse(leaf)
        if entry.seq != index:
            raise LogDamaged(what=f"the ledger has entry {entry.seq} at the place of {index}")
        one = Appended(index, leaf, tree.leaf_hash(leaf), b"")
        at = connection.ops.adapt_datetimefield_value(datetime.fromisoformat(entry.at))
        appended.append(one)
        rows.append((index, one.leaf_hash, leaf, entry.type, entry.promise_id, at))
    with connection.cursor() as cursor:
        cursor.executemany(INSERT_ENTRY, rows)
        cursor.executemany(INSERT_NODE, list(new_nodes(size, last, appended)))
