"""Test databases: a file in WAL mode is more than one file."""

from __future__ import annotations

from pathlib import Path

from django.db.backends.sqlite3.creation import DatabaseCreation as PlainCreation


class DatabaseCreation(PlainCreation):
    def _clone_test_db(self, suffix: str, verbosity: int, keepdb: bool = False) -> None:
        # Django copies the main file alone, so the log is folded into it first.
        with self.connection.cursor() as cursor:
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        super()._clone_test_db(suffix, verbosity, keepdb)  # type: ignore[misc]  # missing in stubs

    def _destroy_test_db(self, test_database_name: str, verbosity: int) -> None:
        super()._destroy_test_db(test_database_name, verbosity)  # type: ignore[misc]  # likewise
        for ending in ("-wal", "-shm", "-journal"):
            Path(f"{test_database_name}{ending}").unlink(missing_ok=True)
