"""Adding to the log, and signing where it stands.

An append joins the caller's transaction: what happened and its entry are committed together or not
at all, and an index that was rolled back is used again. Writers take turns: SQLite's immediate
transactions, or an advisory lock on PostgreSQL, so indexes have no gaps and follow commit order.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import repeat
from typing import Any

from django.db import connection, transaction

from trustkeep.evidence import checkpoint as checkpoints
from trustkeep.evidence import keeping, signing, tree
from trustkeep.evidence.canonical import to_base64
from trustkeep.evidence.checkpoint import Checkpoint
from trustkeep.evidence.entry import SALT_SIZE, commit, leaf_of
from trustkeep.evidence.kinds import Kind
from trustkeep.evidence.ledger import LedgerCheckpoint
from trustkeep.evidence.models import SignedCheckpoint, place_of
from trustkeep.evidence.nodes import last_leaf, log_size, stored
from trustkeep.kernel.clock import isoformat
from trustkeep.kernel.errors import TrustkeepError

_LOCK = 0x7472757374  # any number, the same for every writer of the log
INSERT_ENTRY = (
    'INSERT INTO evidence_logentry ("index", leaf_hash, leaf, kind, promise, at)'
    " VALUES (%s, %s, %s, %s, %s, %s)"
)
INSERT_NODE = "INSERT INTO evidence_lognode (place, hash) VALUES (%s, %s)"


class LogWentBack(TrustkeepError):
    """The log is shorter or other than what was signed before: an old copy was restored."""

    sentence = (
        "The evidence log does not continue what was signed before: checkpoint {signed}, log {size}"
        ". Do not sign; restore the newest database or start a new log under a new name."
    )


@dataclass(frozen=True, slots=True)
class Draft:
    """What is to be appended. ``account`` is a commitment (32 bytes), never an id."""

    kind: Kind
    body: Mapping[str, Any]
    promise_id: str | None = None
    account: bytes | None = None


# Not frozen, because a batch makes many of them: freezing takes four times as long.
@dataclass(slots=True)
class Appended:
    """An entry in the log; whoever owns the body keeps ``salt`` beside it."""

    index: int
    leaf: bytes
    leaf_hash: bytes
    salt: bytes


def append(
    *,
    kind: Kind,
    body: Mapping[str, Any],
    now: datetime,
    promise_id: str | None = None,
    account: bytes | None = None,
) -> Appended:
    """Append one entry that commits to `body`.

    Raises EntryInvalid or NotCanonical if the body cannot be committed to, before anything is
    written, so that the caller's transaction stays usable.
    """
    return append_many([Draft(kind, body, promise_id, account)], now=now)[0]


def append_many(drafts: Sequence[Draft], *, now: datetime) -> list[Appended]:
    """Append entries in order, in one transaction and with few statements; all or none.

    Raises what `append` raises.
    """
    if not drafts:
        return []
    salts = _salts(len(drafts))
    digests = [commit(salt, draft.body) for salt, draft in zip(salts, drafts, strict=True)]
    at = isoformat(now)
    with transaction.atomic(savepoint=False), connection.cursor() as cursor:
        _take_turn(cursor)
        keeping.require_current()
        last = last_leaf()
        size = last[0] + 1 if last else 0
        appended = [
            _appended(draft, size + offset, at, digests[offset], salts[offset])
            for offset, draft in enumerate(drafts)
        ]
        stamp = connection.ops.adapt_datetimefield_value(now)
        cursor.executemany(INSERT_ENTRY, list(map(_row, appended, drafts, repeat(stamp))))
        cursor.executemany(INSERT_NODE, list(new_nodes(size, last, appended)))
    return appended


def _salts(count: int) -> list[bytes]:
    drawn = os.urandom(SALT_SIZE * count)
    return [drawn[start : start + SALT_SIZE] for start in range(0, len(drawn), SALT_SIZE)]


def _appended(draft: Draft, index: int, at: str, digest: bytes, salt: bytes) -> Appended:
    leaf = leaf_of(draft.kind.value, at, index, digest, draft.promise_id, draft.account)
    return Appended(index, leaf, tree.leaf_hash(leaf), salt)


def _row(one: Appended, draft: Draft, stamp: Any) -> tuple[Any, ...]:
    return one.index, one.leaf_hash, one.leaf, draft.kind.value, draft.promise_id, stamp


def new_nodes(
    size: int, last: tuple[int, bytes] | None, appended: Sequence[Appended]
) -> Iterator[tuple[int, bytes]]:
    """Return the nodes that `appended` completes in a log of `size`; `last` is its last leaf."""
    places = tree.waiting(size, len(appended))
    # The newest leaf is at hand already; every fourth append needs no other node than that.
    known = {(0, last[0]): last[1]} if last else {}
    known = stored([place for place in places if place not in known]) | known
    leaves = (one.leaf_hash for one in appended)
    for place, value in tree.grown(size, leaves, known):
        yield place_of(*place), value


def _take_turn(cursor: Any) -> None:
    if connection.vendor == "postgresql":
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])


def start_log(*, now: datetime) -> Appended | None:
    """Open the log with its first entry; None if it has one."""
    with transaction.atomic():
        if log_size():
            return None
        key = signing.verifier_key()
        body = {"origin": key.name, "verifier_key": key.encode(), "at": isoformat(now)}
        return append(kind=Kind.LOG_STARTED, body=body, now=now)


def publish_checkpoint(now: datetime) -> Checkpoint | None:
    """Sign where the log stands; None if nothing was added since the last time.

    Raises LogWentBack, and signs nothing, if the log does not continue the newest checkpoint:
    a log never signs two trees of which one is not the beginning of the other. What it covers goes
    into the ledger first, so nothing may be under way in a transaction around it.
    """
    with transaction.atomic(durable=True):
        size = log_size()
        last = SignedCheckpoint.objects.order_by("-size").first()
        if last:
            _require_continuation(last, size)
            if last.size == size:
                return None
        if not size:
            return None
        signer = signing.installed()
        checkpoint = Checkpoint(signer.origin, size, tree.root(size, stored))
        note = checkpoints.sign(checkpoint, [signer])
        keeping.keep(LedgerCheckpoint(size, checkpoint.root, note, now))
        SignedCheckpoint.objects.create(size=size, root=checkpoint.root, note=note, at=now)
    return checkpoint


def _require_continuation(last: SignedCheckpoint, size: int) -> None:
    if size < last.size or tree.root(last.size, stored) != bytes(last.root):
        raise LogWentBack(signed=last.size, size=size, log=to_base64(bytes(last.root)))
