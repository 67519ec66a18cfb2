"""The backend: ``ENGINE = "trustkeep.vault.sqlcipher"``.

``OPTIONS["key"]`` is the raw key as hexadecimal digits, or a function that returns it; a function
is asked at every new connection, so the key need not stand in the settings.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.db.backends.sqlite3._functions import (  # type: ignore[import-untyped]
    register as register_functions,
)
from django.db.backends.sqlite3.base import DatabaseWrapper as PlainWrapper
from django.utils.asyncio import async_unsafe
from sqlcipher3 import dbapi2

from trustkeep.vault.sqlcipher.connection import Connection, Cursor
from trustkeep.vault.sqlcipher.creation import DatabaseCreation
from trustkeep.vault.sqlcipher.features import DatabaseFeatures
from trustkeep.vault.sqlcipher.opening import DatabaseDamaged, check_file, raw_key
from trustkeep.vault.sqlcipher.operations import DatabaseOperations

BUSY_TIMEOUT_S = 20
CACHE_KIB = 64_000
_PRAGMAS = (
    f"cache_size = -{CACHE_KIB}",
    "synchronous = FULL",
    # A deleted row is overwritten with zeros in its page instead of staying there.
    "secure_delete = ON",
    "foreign_keys = ON",
    "legacy_alter_table = OFF",
)


class DatabaseWrapper(PlainWrapper):
    """Django's SQLite backend over SQLCipher: encrypted, durable, one writer at a time."""

    display_name = "SQLCipher"
    Database = dbapi2
    creation_class = DatabaseCreation
    features_class = DatabaseFeatures
    ops_class = DatabaseOperations
    transaction_mode: str | None
    init_commands: list[str]

    def get_connection_params(self) -> dict[str, Any]:
        params = super().get_connection_params()
        # A transaction that begins by reading and writes later would fail at once, without waiting,
        # where another one wrote in between; so every transaction is a writer from its start.
        self.transaction_mode = self.transaction_mode or "IMMEDIATE"
        detect_types = dbapi2.PARSE_DECLTYPES | dbapi2.PARSE_COLNAMES
        return {
            "timeout": BUSY_TIMEOUT_S,
            **params,
            "factory": Connection,
            "detect_types": detect_types,
        }

    @async_unsafe
    def get_new_connection(self, conn_params: dict[str, Any]) -> Connection:
        """Open and key the database.

        Raises one of the errors of `trustkeep.vault.sqlcipher.opening`, before anything is opened
        where the file or the key is at fault.
        """
        name = str(conn_params["database"])
        without_key = {option: conn_params[option] for option in conn_params if option != "key"}
        key = raw_key(conn_params.get("key"), name)
        if not self.is_in_memory_db():
            path = Path(name.removeprefix("file:").partition("?")[0])
            check_file(path, key)
            _make_private(path)
        connection: Connection = dbapi2.connect(**without_key)
        try:
            self._prepare(connection, key)
        except dbapi2.DatabaseError as error:
            connection.close()
            if isinstance(error, dbapi2.OperationalError):
                raise
            raise DatabaseDamaged(path=name) from error
        return connection

    def _prepare(self, connection: Connection, key: str) -> None:
        # SQLCipher would otherwise write its own lines, with parts of statements, to stderr.
        connection.execute("PRAGMA cipher_log_level = NONE")
        connection.execute(f"PRAGMA key = \"x'{key}'\"")
        # The first read is the first use of the key; until then nothing was decrypted.
        connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
        for pragma in _PRAGMAS:
            connection.execute(f"PRAGMA {pragma}")
        _write_ahead(connection)
        register_functions(connection)
        for command in filter(None, map(str.strip, self.init_commands)):
            connection.execute(command)

    def create_cursor(self, name: str | None = None) -> Cursor:  # noqa: ARG002  # Django's signature
        cursor: Cursor = self.connection.cursor(factory=Cursor)
        return cursor


def _make_private(path: Path) -> None:
    # SQLite gives its logs the mode of the main file, and a new file that of the umask.
    if path.parent.is_dir() and not path.exists():
        path.touch(mode=0o600, exist_ok=True)


def _write_ahead(connection: Connection) -> None:
    # Asked first, since the change itself needs the file alone while the question does not.
    if connection.execute("PRAGMA journal_mode").fetchone() != ("wal",):
        connection.execute("PRAGMA journal_mode = WAL")
