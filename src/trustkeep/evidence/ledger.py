"""The ledger: what has to outlive every copy of the database, in a small file outside its backups.

A restored database has forgotten what happened since: entries that were published, and accounts
that were locked, erased, held or shut out. The ledger has not. It keeps every leaf that a published
checkpoint covers, those checkpoints, and the facts that a restored copy has to catch up with before
it serves. Leaves name nobody; facts hold opaque ids, instants and counts. Triggers refuse every
change of what is written; the newest fact about a subject counts. A plain SQLite file in
rollback-journal mode, so that a copy of the one file is whole while nobody writes.
"""

from __future__ import annotations

import json
import os
import sqlite3
import uuid
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from trustkeep.kernel.clock import isoformat
from trustkeep.kernel.errors import OutOfOrder, TrustkeepError

APPLICATION_ID = 0x54_4B_4C_44  # "TKLD"
BUSY_TIMEOUT_S = 20
READ_AT_ONCE = 1000
_FORMAT = 1
_TABLES = ("ledger", "leaf", "checkpoint", "fact")

_SCHEMA = f"""
PRAGMA application_id = {APPLICATION_ID};
PRAGMA user_version = {_FORMAT};
CREATE TABLE ledger (
    one INTEGER PRIMARY KEY CHECK (one = 1), id TEXT NOT NULL, since TEXT NOT NULL
) STRICT;
CREATE TABLE leaf (place INTEGER PRIMARY KEY, leaf BLOB NOT NULL) STRICT;
CREATE TABLE checkpoint (
    size INTEGER PRIMARY KEY, root BLOB NOT NULL, note TEXT NOT NULL, at TEXT NOT NULL
) STRICT;
CREATE TABLE fact (
    number INTEGER PRIMARY KEY, kind TEXT NOT NULL, subject TEXT NOT NULL, told TEXT NOT NULL,
    size INTEGER NOT NULL, at TEXT NOT NULL
) STRICT;
CREATE INDEX fact_by_subject ON fact (kind, subject, number);
""" + "".join(
    f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table}"
    " BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;\n"
    for table in _TABLES
    for verb in ("UPDATE", "DELETE")
)
_PRAGMAS = "PRAGMA synchronous = EXTRA; PRAGMA trusted_schema = OFF;"
_FACTS = (
    "SELECT kind, subject, told FROM fact WHERE number IN"
    " (SELECT max(number) FROM fact GROUP BY kind, subject)"
)

type Facts = Mapping[tuple[str, str], Mapping[str, Any]]
"""What is true by kind and subject: opaque ids, instants, counts, never a name or an address."""

GONE: Mapping[str, Any] = {"gone": True}
"""What is told of a subject that was known and is there no more."""


class LedgerMissing(OutOfOrder):
    """The database knows a ledger, and there is no file at its path."""

    sentence = (
        "The ledger {path} is missing. Put it back from its replica; without it nobody can tell "
        "what was erased since this database was copied. If it is lost for good, see "
        "`trustkeep backup new-ledger --help`. Nothing was changed."
    )


class LedgerUnusable(OutOfOrder):
    """The file is no ledger, or the machine keeps SQLite from using it."""

    sentence = (
        "The ledger {path} cannot be used: {reason}. Make room or put it back from its replica; "
        "nothing was published."
    )


class LedgerExists(TrustkeepError):
    """A new ledger would hide what an old one knows."""

    sentence = "There is a ledger at {path} already. Nothing was changed."


@dataclass(frozen=True, slots=True)
class LedgerCheckpoint:
    """A checkpoint that was published."""

    size: int
    root: bytes
    note: str
    at: datetime


class Ledger:
    """One ledger file; every method opens a connection of its own, since uses are rare."""

    def __init__(self, path: Path) -> None:
        """Open a ledger that is there; raises `LedgerMissing` or `LedgerUnusable`."""
        self.path = path
        if not path.is_file():
            raise LedgerMissing(path=path)
        with self._connection() as connection:
            self.id = uuid.UUID(connection.execute("SELECT id FROM ledger").fetchone()[0])

    @classmethod
    def create(cls, path: Path, *, now: datetime) -> Ledger:
        """Begin a ledger, whole or not at all; raises `LedgerExists` or `LedgerUnusable`."""
        if path.exists():
            raise LedgerExists(path=path)
        partial = path.with_name(f"{path.name}.part")
        try:
            partial.unlink(missing_ok=True)
            partial.touch(mode=0o600)
            with closing(sqlite3.connect(partial, isolation_level=None)) as connection:
                connection.executescript(f"{_PRAGMAS} BEGIN; {_SCHEMA}")
                told = (str(uuid.uuid4()), isoformat(now))
                connection.execute("INSERT INTO ledger VALUES (1, ?, ?)", told)
                connection.execute("COMMIT")
            partial.replace(path)
            _sync_directory(path.parent)
        except (OSError, sqlite3.Error) as error:
            raise LedgerUnusable(path=path, reason=error) from error
        return cls(path)

    def size(self) -> int:
        """Return how many leaves are kept."""
        with self._connection() as connection:
            return _size(connection)

    def leaf(self, place: int) -> bytes | None:
        """Return one leaf; None beyond what is kept."""
        with self._connection() as connection:
            row = connection.execute("SELECT leaf FROM leaf WHERE place = ?", (place,)).fetchone()
        return bytes(row[0]) if row else None

    def leaves(self, start: int) -> Iterator[bytes]:
        """Return the leaves from a place on, in order."""
        with self._connection() as connection:
            query = "SELECT leaf FROM leaf WHERE place >= ? ORDER BY place"
            rows = connection.execute(query, (start,))
            rows.arraysize = READ_AT_ONCE
            for (leaf,) in rows:
                yield bytes(leaf)

    def checkpoints(self, above: int) -> list[LedgerCheckpoint]:
        """Return the checkpoints of more than so many entries, the smallest first."""
        query = "SELECT size, root, note, at FROM checkpoint WHERE size > ? ORDER BY size"
        with self._connection() as connection:
            rows = connection.execute(query, (above,)).fetchall()
        return [
            LedgerCheckpoint(size, bytes(root), note, datetime.fromisoformat(at))
            for size, root, note, at in rows
        ]

    def facts(self) -> Facts:
        """Return the newest fact about every subject, also about those that are gone."""
        with self._connection() as connection:
            return _facts(connection)

    def keep(
        self, checkpoint: LedgerCheckpoint, leaves: Iterable[bytes], facts: Facts | None
    ) -> None:
        """Add what a checkpoint is about to make public, in one durable transaction.

        `leaves` are those from `size` on. `facts` are all that are true now: what differs is
        added, and what is true no more is told to be gone; None leaves them as they are.
        """
        at = isoformat(checkpoint.at)
        with self._connection() as connection:
            connection.execute("BEGIN IMMEDIATE")
            start = _size(connection)
            rows = enumerate(leaves, start)
            connection.executemany("INSERT INTO leaf VALUES (?, ?)", rows)
            connection.execute(
                "INSERT OR IGNORE INTO checkpoint VALUES (?, ?, ?, ?)",
                (checkpoint.size, checkpoint.root, checkpoint.note, at),
            )
            if facts is not None:
                changed = _changed(_facts(connection), facts)
                connection.executemany(
                    "INSERT INTO fact (kind, subject, told, size, at) VALUES (?, ?, ?, ?, ?)",
                    [(*key, _spelled(told), checkpoint.size, at) for key, told in changed],
                )
            connection.execute("COMMIT")

    def copy_to(self, path: Path) -> None:
        """Write a consistent copy to a new file."""
        with self._connection() as connection:
            connection.execute("VACUUM INTO ?", (str(path),))

    @contextmanager
    def _connection(self) -> Iterator[sqlite3.Connection]:
        # Named as a file that has to be there, since SQLite would make an empty one.
        address = f"{self.path.absolute().as_uri()}?mode=rw"
        try:
            with closing(
                sqlite3.connect(address, uri=True, timeout=BUSY_TIMEOUT_S, isolation_level=None)
            ) as connection:
                if connection.execute("PRAGMA application_id").fetchone() != (APPLICATION_ID,):
                    raise LedgerUnusable(path=self.path, reason="it is no ledger")
                connection.executescript(_PRAGMAS)
                yield connection
        except sqlite3.Error as error:
            raise LedgerUnusable(path=self.path, reason=error) from error


def _size(connection: sqlite3.Connection) -> int:
    (last,) = connection.execute("SELECT max(place) FROM leaf").fetchone()
    return 0 if last is None else int(last) + 1


def _facts(connection: sqlite3.Connection) -> dict[tuple[str, str], dict[str, Any]]:
    rows = connection.execute(_FACTS)
    return {(kind, subject): json.loads(told) for kind, subject, told in rows}


def _changed(known: Facts, present: Facts) -> list[tuple[tuple[str, str], Mapping[str, Any]]]:
    changed = [(key, told) for key, told in present.items() if known.get(key) != told]
    gone = [(key, GONE) for key in known if key not in present and known[key] != GONE]
    return changed + gone


def _spelled(told: Mapping[str, Any]) -> str:
    return json.dumps(told, sort_keys=True, separators=(",", ":"))


def _sync_directory(directory: Path) -> None:
    handle = os.open(directory, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
