"""The demo company's own product: it keeps conversations by account, and does what it is told.

A connected system has to be a real one, or nobody could see what happens when it locks, erases or
is out of reach. So the demo brings a small one: a database of its own, a server of its own
(`archive_server`), and nothing in common with Trustkeep but what any connected product gets. Its
database is encrypted under a key beside it, for the company promises that of all its servers.
"""

from __future__ import annotations

import json
import os
import secrets
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlcipher3 import dbapi2

from trustkeep.vault.sqlcipher.opening import KEY_BYTES

BUSY_TIMEOUT_S = 10
_SCHEMA = """
CREATE TABLE IF NOT EXISTS setting (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS conversation (account TEXT NOT NULL, reference TEXT NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS locked (account TEXT PRIMARY KEY) STRICT;
CREATE TABLE IF NOT EXISTS done (message TEXT PRIMARY KEY, report TEXT NOT NULL) STRICT;
"""
_MEANT = "FROM conversation WHERE account = :account AND :reference IN ('', reference)"
_COUNT, _ERASE = f"SELECT count(*) {_MEANT}", f"DELETE {_MEANT}"

type Report = Mapping[str, Any]
"""What the product says to an instruction."""


@dataclass(frozen=True, slots=True)
class Archive:
    """The product's database; every call is one transaction."""

    path: Path

    def found(self) -> None:
        """Make the database where there is none."""
        self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not self._key_file.exists():
            descriptor = os.open(self._key_file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o400)
            with os.fdopen(descriptor, "w", encoding="ascii") as file:
                file.write(secrets.token_hex(KEY_BYTES))
        with self._opened() as rows:
            rows.executescript(_SCHEMA)
        self.path.chmod(0o600)

    def setting(self, name: str) -> str:
        """Return a setting; empty where it was never set."""
        with self._opened() as rows:
            row = rows.execute("SELECT value FROM setting WHERE name = ?", (name,)).fetchone()
        return row[0] if row else ""

    def set(self, **settings: str) -> None:
        """Keep settings; the old values are gone."""
        with self._opened() as rows:
            rows.executemany("INSERT OR REPLACE INTO setting VALUES (?, ?)", settings.items())

    def keep(self, account: str, references: Sequence[str]) -> None:
        """Keep a conversation of an account for each of these references."""
        with self._opened() as rows:
            found = [(account, reference) for reference in references]
            rows.executemany("INSERT INTO conversation VALUES (?, ?)", found)

    def count(self, account: str, reference: str = "") -> int:
        """Count the conversations of an account, or those of one reference."""
        with self._opened() as rows:
            return _count(rows, account, reference)

    def is_locked(self, account: str) -> bool:
        """Tell whether nobody of the account gets in."""
        with self._opened() as rows:
            found = rows.execute("SELECT 1 FROM locked WHERE account = ?", (account,))
            return found.fetchone() is not None

    def obey(self, message: str, kind: str, told: Mapping[str, Any]) -> Report:
        """Do what a message says, once however often it comes, and return what to answer."""
        with self._opened() as rows:
            rows.execute("BEGIN IMMEDIATE")
            known = rows.execute("SELECT report FROM done WHERE message = ?", (message,)).fetchone()
            if known:
                answered: Report = json.loads(known[0])
                return answered
            report = {**_done(rows, kind, told), "key": told["key"], "account": told["account"]}
            rows.execute("INSERT INTO done VALUES (?, ?)", (message, json.dumps(report)))
            return report

    @property
    def _key_file(self) -> Path:
        return self.path.with_suffix(".key")

    @contextmanager
    def _opened(self) -> Iterator[Any]:
        key = self._key_file.read_text(encoding="ascii")
        with closing(dbapi2.connect(str(self.path), timeout=BUSY_TIMEOUT_S)) as rows:
            rows.execute(f"PRAGMA key = \"x'{key}'\"")
            with rows:
                yield rows


def _done(rows: Any, kind: str, told: Mapping[str, Any]) -> Report:
    account, reference = str(told["account"]), str(told.get("reference", ""))
    match kind:
        case "account.lock":
            rows.execute("INSERT OR IGNORE INTO locked VALUES (?)", (account,))
        case "account.unlock":
            rows.execute("DELETE FROM locked WHERE account = ?", (account,))
        case "account.erase":
            return _erased(rows, account, reference)
        case _:
            return {"status": "refused", "reason": "This product does not know that."}
    return {"status": "done"}


def _erased(rows: Any, account: str, reference: str) -> Report:
    found = _count(rows, account, reference)
    rows.execute(_ERASE, {"account": account, "reference": reference})
    left = _count(rows, account, reference)
    return {"status": "done", "matched": found, "deleted": found - left, "remaining": left}


def _count(rows: Any, account: str, reference: str) -> int:
    counted = rows.execute(_COUNT, {"account": account, "reference": reference})
    return int(counted.fetchone()[0])
