"""The key store: one small SQLite file that holds every wrapped key, and nothing else does.

It lies apart from the database and outside its backups: a wrapped key that came back with a
restored database would undo an erasure. It is a plain SQLite file in rollback-journal mode with
``secure_delete``, so that a destroyed key's bytes are overwritten in the same transaction that
destroys it; the keys in it are useless without the root key. SQLite's atomic commit is what keeps
every key whole. All methods open a connection of their own: uses are rare, since keys are cached.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path

from trustkeep.kernel.clock import isoformat
from trustkeep.kernel.errors import OutOfOrder, TrustkeepError

APPLICATION_ID = 0x54_4B_4B_53  # "TKKS"
BUSY_TIMEOUT_S = 20
# SQLite's file format: a counter in the first page that every transaction moves (section 1.3.7).
_CHANGE_COUNTER_AT = 24
_CHANGE_COUNTER_BYTES = 4
_FORMAT = 1

_SCHEMA = f"""
PRAGMA application_id = {APPLICATION_ID};
PRAGMA user_version = {_FORMAT};
CREATE TABLE root (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    epoch INTEGER NOT NULL CHECK (epoch > 0),
    proof BLOB NOT NULL,
    since TEXT NOT NULL
) STRICT;
CREATE TABLE keys (
    owner TEXT NOT NULL,
    version INTEGER NOT NULL CHECK (version > 0),
    state TEXT NOT NULL CHECK (state IN ('current', 'retired', 'destroyed')),
    wrapped BLOB,
    created_at TEXT NOT NULL,
    changed_at TEXT NOT NULL,
    PRIMARY KEY (owner, version),
    CHECK ((state = 'destroyed') = (wrapped IS NULL))
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX one_current_version ON keys (owner) WHERE state = 'current';
"""
_PRAGMAS = "PRAGMA synchronous = EXTRA; PRAGMA secure_delete = ON; PRAGMA trusted_schema = OFF;"


class KeyStoreMissing(OutOfOrder):
    """There is no key store at its path."""

    sentence = (
        "The key store {path} is missing. Put it back from its replica; "
        "without it nothing that was sealed can be read."
    )


class KeyStoreDamaged(OutOfOrder):
    """The file is no key store, or SQLite cannot read it."""

    sentence = (
        "The key store {path} is damaged or is no key store. Put it back from its replica; "
        "nothing was changed."
    )


class KeyStoreUnusable(OutOfOrder):
    """The machine keeps SQLite from using the store: locked for too long, disk full, read-only."""

    sentence = "The key store {path} cannot be used: {reason}. Nothing was changed."


class KeyUnknown(TrustkeepError):
    """No such key was ever made."""

    sentence = "There is no key of {owner} in the key store. Create it first."


class KeyDestroyed(TrustkeepError):
    """The key was destroyed, and with it everything it sealed."""

    sentence = "The key of {owner} was destroyed: what it sealed can never be read again."


class KeyState(StrEnum):
    """Writes use the current version, reads any that is not destroyed."""

    CURRENT = "current"
    RETIRED = "retired"
    DESTROYED = "destroyed"


@dataclass(frozen=True, slots=True)
class RootRecord:
    """The epoch of the root key, and a wrapped key that only that root opens."""

    epoch: int
    proof: bytes
    since: str


@dataclass(frozen=True, slots=True)
class KeyRecord:
    """One version of one owner's key, wrapped."""

    owner: str
    version: int
    wrapped: bytes


class KeyStore:
    """The wrapped keys of one installation; callers serialise their writes (`KeyRing` does)."""

    def __init__(self, path: Path) -> None:
        """Open an existing store; raises `KeyStoreMissing` or `KeyStoreDamaged`."""
        self.path = path
        try:
            # Kept open for good: closing it would drop the locks of SQLite's connections on it.
            self._handle = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
        except FileNotFoundError:
            raise KeyStoreMissing(path=path) from None
        except OSError as error:
            raise KeyStoreUnusable(path=path, reason=error.strerror) from error
        try:
            self.root()
        except TrustkeepError:
            os.close(self._handle)
            raise

    @staticmethod
    def create(path: Path, root: RootRecord, keys: Iterable[KeyRecord]) -> None:
        """Write a whole new store to `path`, which is not in use yet, in one transaction."""
        path.unlink(missing_ok=True)
        path.touch(mode=0o600)
        with closing(sqlite3.connect(path, isolation_level=None)) as connection:
            connection.executescript(f"{_PRAGMAS} BEGIN; {_SCHEMA}")
            connection.execute(
                "INSERT INTO root VALUES (1, ?, ?, ?)", (root.epoch, root.proof, root.since)
            )
            connection.executemany(
                _INSERT, [(k.owner, k.version, k.wrapped, root.since, root.since) for k in keys]
            )
            connection.execute("COMMIT")

    def change_counter(self) -> bytes:
        """Return what differs after every change, in whichever process it was made."""
        return os.pread(self._handle, _CHANGE_COUNTER_BYTES, _CHANGE_COUNTER_AT)

    def root(self) -> RootRecord:
        with self._connection() as connection:
            found = connection.execute("SELECT epoch, proof, since FROM root").fetchone()
        if found is None:
            raise KeyStoreDamaged(path=self.path)
        return RootRecord(*found)

    def key(self, owner: str, version: int | None = None) -> KeyRecord:
        """Return a version of a key, the current one unless told; `KeyUnknown`, `KeyDestroyed`."""
        with self._connection() as connection:
            found = connection.execute(
                "SELECT version, wrapped FROM keys WHERE owner = ? AND version = ifnull(?, version)"
                " ORDER BY state = 'current' DESC, version DESC LIMIT 1",
                (owner, version),
            ).fetchone()
        if found is None:
            raise KeyUnknown(owner=owner)
        if found[1] is None:
            raise KeyDestroyed(owner=owner)
        return KeyRecord(owner, *found)

    def versions(self, owner: str) -> dict[int, KeyState]:
        """Return the state of every version that `owner` ever had, oldest first."""
        with self._connection() as connection:
            rows = connection.execute(
                "SELECT version, state FROM keys WHERE owner = ? ORDER BY version", (owner,)
            ).fetchall()
        return {version: KeyState(state) for version, state in rows}

    def counts(self) -> dict[KeyState, int]:
        with self._connection() as connection:
            rows = connection.execute("SELECT state, count(*) FROM keys GROUP BY state").fetchall()
        return dict.fromkeys(KeyState, 0) | {KeyState(state): count for state, count in rows}

    def owners(self) -> int:
        """Return how many owners have a key that is not destroyed."""
        with self._connection() as connection:
            query = "SELECT count(DISTINCT owner) FROM keys WHERE wrapped IS NOT NULL"
            return int(connection.execute(query).fetchone()[0])

    def add(self, record: KeyRecord, now: datetime) -> None:
        """Store a key as its owner's current version; the version before it retires."""
        at = isoformat(now)
        with self._transaction() as connection:
            connection.execute(
                "UPDATE keys SET state = 'retired', changed_at = ?"
                " WHERE owner = ? AND state = 'current'",
                (at, record.owner),
            )
            connection.execute(_INSERT, (record.owner, record.version, record.wrapped, at, at))

    def destroy(self, owner: str, version: int | None, now: datetime) -> int:
        """Destroy one version, or all where `version` is None; return how many there were."""
        with self._transaction() as connection:
            done = connection.execute(
                "UPDATE keys SET state = 'destroyed', wrapped = NULL, changed_at = ?"
                " WHERE owner = ? AND version = ifnull(?, version) AND wrapped IS NOT NULL",
                (isoformat(now), owner, version),
            )
            return done.rowcount

    def rewrap(self, root: RootRecord, rewrapped: Callable[[KeyRecord], bytes]) -> int:
        """Enter a new root epoch with every key wrapped anew, in one transaction."""
        with self._transaction() as connection:
            rows = connection.execute(
                "SELECT owner, version, wrapped FROM keys WHERE wrapped IS NOT NULL"
            ).fetchall()
            connection.executemany(
                "UPDATE keys SET wrapped = ? WHERE owner = ? AND version = ?",
                [(rewrapped(KeyRecord(*row)), row[0], row[1]) for row in rows],
            )
            connection.execute(
                "UPDATE root SET epoch = ?, proof = ?, since = ?",
                (root.epoch, root.proof, root.since),
            )
        return len(rows)

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        with self._connection() as connection:
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
            except BaseException:
                connection.rollback()
                raise
            connection.execute("COMMIT")

    @contextmanager
    def _connection(self) -> Iterator[sqlite3.Connection]:
        try:
            with closing(
                sqlite3.connect(
                    f"{self.path.absolute().as_uri()}?mode=rw",
                    uri=True,
                    timeout=BUSY_TIMEOUT_S,
                    isolation_level=None,
                )
            ) as connection:
                if connection.execute("PRAGMA application_id").fetchone() != (APPLICATION_ID,):
                    raise KeyStoreDamaged(path=self.path)
                connection.executescript(_PRAGMAS)
                yield connection
        except sqlite3.OperationalError as error:
            raise KeyStoreUnusable(path=self.path, reason=error) from error
        except sqlite3.DatabaseError as error:
            raise KeyStoreDamaged(path=self.path, log=f"key store: {error}") from error


_INSERT = "INSERT INTO keys VALUES (?, ?, 'current', ?, ?, ?)"
