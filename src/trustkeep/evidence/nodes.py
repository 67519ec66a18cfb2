"""Hashes of the stored tree, by primary key: what proofs and the next entries are made from."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import connection

from trustkeep.evidence.models import place_of
from trustkeep.evidence.tree import Place
from trustkeep.kernel.errors import TrustkeepError

_LAST = 'SELECT "index", leaf_hash FROM evidence_logentry ORDER BY "index" DESC LIMIT 1'
_LEAVES = 'SELECT "index", leaf_hash FROM evidence_logentry WHERE "index" IN ({})'
_NODES = "SELECT place, hash FROM evidence_lognode WHERE place IN ({})"


class LogDamaged(TrustkeepError):
    """What rests is not the log that was written."""

    sentence = "The evidence log is damaged: {what}. Restore the newest backup of the database."


def last_leaf() -> tuple[int, bytes] | None:
    """Return the newest entry's index and leaf hash; None for an empty log."""
    with connection.cursor() as cursor:
        cursor.execute(_LAST)
        row = cursor.fetchone()
    return (row[0], bytes(row[1])) if row else None


def log_size() -> int:
    """Return how many entries the log has."""
    last = last_leaf()
    return last[0] + 1 if last else 0


def stored(places: Sequence[Place]) -> dict[Place, bytes]:
    """Return the hashes of complete subtrees, in two statements; raises LogDamaged if one lacks."""
    leaves = {number: (0, number) for level, number in places if not level}
    above = {place_of(level, number): (level, number) for level, number in places if level}
    found = _fetched(_LEAVES, leaves) | _fetched(_NODES, above)
    for place in places:
        if place not in found:
            raise LogDamaged(what="the hash at level {}, number {} is missing".format(*place))
    return found


def _fetched(statement: str, wanted: dict[int, Place]) -> dict[Place, bytes]:
    if not wanted:
        return {}
    marks = ", ".join(["%s"] * len(wanted))
    with connection.cursor() as cursor:
        cursor.execute(statement.format(marks), list(wanted))
        return {wanted[key]: bytes(value) for key, value in cursor.fetchall()}
