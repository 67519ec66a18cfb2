"""Adding to the log, and signing where it stands.

An append joins the caller's transaction: what happened and its entry are committed together or not
at all, and an index that was rolled back is used again. Writers take turns: SQLite's immediate
transactions, or an advisory lock on PostgreSQL, so indexes have no gaps and follow commit order.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from trustkeep.evidence import checkpoint as checkpoints
from trustkeep.evidence import signing, tree
from trustkeep.evidence.checkpoint import Checkpoint
from trustkeep.evidence.entry import SALT_SIZE, Entry, commit, to_base64
from trustkeep.evidence.kinds import Kind
from trustkeep.evidence.models import SignedCheckpoint, place_of
from trustkeep.evidence.queries import log_size, nodes
from trustkeep.kernel.clock import isoformat
from trustkeep.kernel.errors import TrustkeepError

_LOCK = 0x7472757374  # any number, the same for every writer of the log
_INSERT_ENTRY = (
    'INSERT INTO evidence_logentry ("index", leaf, kind, promise, at) VALUES (%s, %s, %s, %s, %s)'
)
_INSERT_NODE = "INSERT INTO evidence_lognode (place, hash) VALUES (%s, %s)"


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


@dataclass(frozen=True, slots=True)
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
    """Append one entry that commits to `body`; raises EntryInvalid if it cannot be committed to."""
    return append_many([Draft(kind, body, promise_id, account)], now=now)[0]


def append_many(drafts: Sequence[Draft], *, now: datetime) -> list[Appended]:
    """Append entries in order, in one transaction and with few statements; all or none."""
    with transaction.atomic(savepoint=False), connection.cursor() as cursor:
        _take_turn(cursor)
        start = log_size()
        appended = [
            _leaf(draft, start + offset, isoformat(now)) for offset, draft in enumerate(drafts)
        ]
        at = connection.ops.adapt_datetimefield_value(now)
        rows = [
            (one.index, one.leaf, draft.kind.value, draft.promise_id, at)
            for one, draft in zip(appended, drafts, strict=True)
        ]
        cursor.executemany(_INSERT_ENTRY, rows)
        cursor.executemany(_INSERT_NODE, list(_new_nodes(appended)))
    return appended


def _leaf(draft: Draft, index: int, at: str) -> Appended:
    salt = os.urandom(SALT_SIZE)
    entry = Entry(
        type=draft.kind.value,
        at=at,
        seq=index,
        body_digest=commit(salt, draft.body),
        promise_id=draft.promise_id,
        account=draft.account,
    )
    leaf = entry.encode()
    return Appended(index, leaf, tree.leaf_hash(leaf), salt)


def _new_nodes(appended: Iterable[Appended]) -> Iterable[tuple[int, bytes]]:
    made: dict[tuple[int, int], bytes] = {}

    def known(level: int, index: int) -> bytes:
        return made.get((level, index)) or nodes(level, index)

    for one in appended:
        for level, index, value in tree.completed(one.index, one.leaf_hash, known):
            made[level, index] = value
            yield place_of(level, index), value


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
    a log never signs two trees of which one is not the beginning of the other.
    """
    with transaction.atomic():
        size = log_size()
        last = SignedCheckpoint.objects.order_by("-size").first()
        if last:
            _require_continuation(last, size)
            if last.size == size:
                return None
        if not size:
            return None
        signer = signing.installed()
        checkpoint = Checkpoint(signer.origin, size, tree.root(size, nodes))
        note = checkpoints.sign(checkpoint, [signer])
        SignedCheckpoint.objects.create(size=size, root=checkpoint.root, note=note, at=now)
    return checkpoint


def _require_continuation(last: SignedCheckpoint, size: int) -> None:
    if size < last.size or tree.root(last.size, nodes) != bytes(last.root):
        raise LogWentBack(signed=last.size, size=size, log=to_base64(bytes(last.root)))
