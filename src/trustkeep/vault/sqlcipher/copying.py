"""A consistent copy of a database that is in use, and whether a copy is whole."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from sqlcipher3 import dbapi2

from trustkeep.vault.sqlcipher.opening import DatabaseDamaged, check_file, raw_key

BUSY_TIMEOUT_S = 60
_FULL = "full"


class NoRoomForCopy(OSError):
    """SQLite found no room; an OSError, as every other write would raise."""


def copy_database(source: Path, target: Path, key: str) -> None:
    """Write what was committed in `source` to the new file `target`, under the same key.

    One read transaction: writers go on meanwhile. The copy has no free pages, so it holds nothing
    that was deleted before. Raises NoRoomForCopy, or one of the errors of
    `trustkeep.vault.sqlcipher.opening`.
    """
    target.unlink(missing_ok=True)
    target.touch(mode=0o600)
    with _opened(source, key) as connection:
        try:
            connection.execute("VACUUM INTO ?", (str(target),))
        except dbapi2.OperationalError as error:
            if _FULL in str(error) or "I/O" in str(error):
                raise NoRoomForCopy(str(error)) from error
            raise


def require_whole(path: Path, key: str) -> None:
    """Read a database that nobody writes to wholly; raises DatabaseDamaged and what opening does.

    Every page is authentic, and every table and index is what it should be.
    """
    with _opened(path, key) as connection:
        broken = connection.execute("PRAGMA cipher_integrity_check").fetchall()
        if not broken:
            broken = connection.execute("PRAGMA integrity_check").fetchall()
            broken = [] if broken == [("ok",)] else broken
    if broken:
        raise DatabaseDamaged(path=path)


def table_counts(path: Path, key: str) -> dict[str, int]:
    """Return how many rows every table of a database has."""
    with _opened(path, key) as connection:
        names = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
        counts = {}
        for (name,) in names:
            if not name.startswith("sqlite_"):
                found = connection.execute(f'SELECT count(*) FROM "{name}"').fetchone()  # noqa: S608  (the schema's names)
                counts[str(name)] = int(found[0])
    return counts


@contextmanager
def _opened(path: Path, key: str) -> Iterator[Any]:
    key = raw_key(key, str(path))
    check_file(path, key)
    address = f"{path.absolute().as_uri()}?mode=rw"
    with closing(
        dbapi2.connect(address, uri=True, timeout=BUSY_TIMEOUT_S, isolation_level=None)
    ) as connection:
        connection.execute("PRAGMA cipher_log_level = NONE")
        connection.execute(f"PRAGMA key = \"x'{key}'\"")
        try:
            yield connection
        except dbapi2.OperationalError:
            raise
        except dbapi2.DatabaseError as error:
            raise DatabaseDamaged(path=path) from error
