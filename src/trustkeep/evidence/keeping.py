"""Whether this database is the newest one, and catching up where it is an old copy.

Every checkpoint goes into the ledger, with the leaves it covers, before anybody can see it. So a
database whose log is shorter than the ledger is an old copy, however it came here: restored, or
copied as a file. Nothing is appended to such a log, because what was published at those places is
something else; first the leaves are entered again from the ledger, so that the one log goes on
(ADR 15). From then on the database is quarantined until all else has been reconciled.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from pathlib import Path

from trustkeep.evidence.ledger import (
    Facts,
    Ledger,
    LedgerCheckpoint,
    LedgerExists,
    LedgerMissing,
)
from trustkeep.evidence.models import LedgerMark, LogEntry
from trustkeep.evidence.nodes import last_leaf
from trustkeep.evidence.tree import leaf_hash
from trustkeep.kernel.errors import OutOfOrder


class DatabaseGone(OutOfOrder):
    """There is a ledger, and a database without a log."""

    sentence = (
        "The database is empty, but this installation has published {published} entries. Restore "
        "the newest backup with `trustkeep backup restore`; nothing was changed."
    )


class DatabaseOld(OutOfOrder):
    """The log is shorter than what was published: the database is an old copy."""

    sentence = (
        "This database is an old copy: it has {size} entries, and {published} were published. "
        "Start the server: it re-applies what has happened since, and opens then. Nothing was "
        "changed."
    )


class DatabaseQuarantined(OutOfOrder):
    """The log has caught up, and not everything else has yet."""

    sentence = (
        "This database was restored and is not reconciled yet. Start the server, or let the one "
        "that runs come to its end: it re-applies what has happened since. Nothing was changed."
    )


class LogForked(OutOfOrder):
    """The log has another entry where one was published."""

    sentence = (
        "The evidence log has another entry {place} than the one that was published: this database "
        "is no copy of this installation, or somebody wrote to an old one. Put the right database "
        "or ledger {path} in place; nothing was changed."
    )


class LedgerForeign(OutOfOrder):
    """The database knows another ledger than the one that is there."""

    sentence = (
        "The ledger {path} belongs to another installation. Put the one of this database in its "
        "place; nothing was changed."
    )


class Stand(StrEnum):
    """Where a database stands towards the ledger."""

    UNKEPT = "unkept"
    CURRENT = "current"
    OLD = "old"
    QUARANTINED = "quarantined"


@dataclass(slots=True)
class Joined:
    """Where this process finds the ledger, and what else has to outlive the database.

    ``facts`` gets the kinds of the entries that came since the last time; it returns None where
    none of them can have changed a fact. Without ``path`` nothing is kept, as in tests.
    """

    path: Path | None = None
    facts: Callable[[Collection[str]], Facts | None] | None = None
    trusted: bool = field(default=False)


joined = Joined()


def install(path: Path | None, facts: Callable[[Collection[str]], Facts | None] | None) -> None:
    """Keep the ledger at `path` from now on, in this process."""
    joined.path, joined.facts, joined.trusted = path, facts, False


def ledger() -> Ledger | None:
    """Return the ledger of this process; None before there is one.

    Raises LedgerMissing where the database knows one, and LedgerForeign where it knows another.
    """
    if joined.path is None:
        return None
    known = LedgerMark.objects.values_list("ledger", flat=True).first()
    if not joined.path.exists():
        if known is not None:
            raise LedgerMissing(path=joined.path)
        return None
    found = Ledger(joined.path)
    if known is not None and known != found.id:
        raise LedgerForeign(path=joined.path)
    return found


def stand() -> Stand:
    """Return where the database stands; raises DatabaseGone, LogForked or what `ledger` raises."""
    found = ledger()
    if found is None:
        return Stand.UNKEPT
    size, published, last = _sizes(found)
    if published and not size:
        raise DatabaseGone(published=published)
    _require_common(found, size, published, last)
    if size < published:
        return Stand.OLD
    mark = LedgerMark.objects.first()
    return Stand.QUARANTINED if mark and mark.quarantined_since else Stand.CURRENT


def require_current() -> None:
    """Refuse an old or quarantined database; looks once in a process.

    Raises DatabaseOld, DatabaseQuarantined, or what `stand` raises.
    """
    if joined.trusted or joined.path is None:
        return
    match stand():
        case Stand.OLD:
            found = Ledger(joined.path)
            size, published, _ = _sizes(found)
            raise DatabaseOld(size=size, published=published)
        case Stand.QUARANTINED:
            raise DatabaseQuarantined
    joined.trusted = True


@contextmanager
def reconciling() -> Iterator[None]:
    """Let this process append while the database is quarantined; `catch_up` comes before."""
    before, joined.trusted = joined.trusted, True
    try:
        yield
    finally:
        joined.trusted = before


def keep(checkpoint: LedgerCheckpoint) -> None:
    """Put a checkpoint and what it covers into the ledger, before it is public.

    Call it in a transaction that writes and has nothing else in it; raises what `ledger` raises.
    """
    if joined.path is None:
        return
    require_current()
    found = ledger() or Ledger.create(joined.path, now=checkpoint.at)
    remember(found)
    start = found.size()
    new = LogEntry.objects.filter(index__gte=start, index__lt=checkpoint.size)
    kinds = frozenset(new.values_list("kind", flat=True).distinct())
    # An empty ledger is told everything.
    told = frozenset({""}) if not start else kinds
    facts = joined.facts(told) if joined.facts else None
    leaves = new.order_by("index").values_list("leaf", flat=True).iterator()
    found.keep(checkpoint, map(bytes, leaves), facts)


def remember(found: Ledger) -> None:
    """Let the database know its ledger."""
    LedgerMark.objects.get_or_create(pk=1, defaults={"ledger": found.id})


def quarantined_since() -> datetime | None:
    """Return since when the database has been quarantined; None where it is not."""
    mark = LedgerMark.objects.first()
    return mark.quarantined_since if mark else None


def release() -> None:
    """Let the database out of quarantine, in the caller's transaction."""
    LedgerMark.objects.update(quarantined_since=None)


def begin_anew(*, now: datetime) -> uuid.UUID:
    """Begin a new ledger because the old one is lost; raises LedgerExists.

    Only somebody who knows that this database is the newest may ask for it.
    """
    if joined.path is None or joined.path.exists():
        raise LedgerExists(path=joined.path)
    LedgerMark.objects.all().delete()
    found = Ledger.create(joined.path, now=now)
    LedgerMark.objects.create(pk=1, ledger=found.id)
    return found.id


def _sizes(found: Ledger) -> tuple[int, int, bytes | None]:
    last = last_leaf()
    return (last[0] + 1 if last else 0), found.size(), last[1] if last else None


def _require_common(found: Ledger, size: int, published: int, last: bytes | None) -> None:
    common = min(size, published)
    if not common:
        return
    kept = found.leaf(common - 1)
    if size > common:
        row = LogEntry.objects.filter(index=common - 1).values_list("leaf_hash", flat=True).first()
        last = bytes(row) if row is not None else None
    if kept is None or leaf_hash(kept) != last:
        raise LogForked(place=common - 1, path=found.path)
