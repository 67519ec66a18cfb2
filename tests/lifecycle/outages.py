"""A disk that is full and a database that another process keeps to itself, both for real."""

from __future__ import annotations

import resource
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.db import connection

from trustkeep.lifecycle.backups.ports import database_key
from trustkeep.vault.sqlcipher import base

ROOT = Path(__file__).parents[2]
_WANTS_ROOM = (
    "CREATE TRIGGER filler_{verb}_{table} AFTER {verb} ON {table}"
    " BEGIN INSERT INTO filler VALUES (zeroblob(4000000)); END"
)


@contextmanager
def full_database(patch: pytest.MonkeyPatch) -> Iterator[None]:
    """Let SQLite find no room for another page, which every row that is written wants.

    The error is SQLite's own, with the roll-back that it does by itself.
    """
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE filler (bytes BLOB)")
        cursor.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        tables = [name for (name,) in cursor.fetchall() if not name.startswith(("sqlite", "fil"))]
        for table in tables:
            for verb in ("INSERT", "UPDATE"):
                cursor.execute(_WANTS_ROOM.format(table=table, verb=verb))
        cursor.execute("PRAGMA page_count")
        limit = f"max_page_count = {cursor.fetchone()[0]}"
    # Requests begin with a connection of their own.
    connection.close()
    try:
        with patch.context() as changed:
            changed.setattr(base, "_PRAGMAS", (*base._PRAGMAS, limit))
            yield
    finally:
        connection.close()
        with connection.cursor() as cursor:
            for table in tables:
                for verb in ("INSERT", "UPDATE"):
                    cursor.execute(f"DROP TRIGGER filler_{verb}_{table}")
            cursor.execute("DROP TABLE filler")


@contextmanager
def locked_database(patch: pytest.MonkeyPatch) -> Iterator[None]:
    """Let another process keep the database to itself, for longer than anybody waits."""
    connection.close()
    call = [
        sys.executable,
        "-m",
        "tests.lifecycle.held_lock",
        str(connection.settings_dict["NAME"]),
    ]
    with subprocess.Popen(
        call, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as other:
        assert other.stdin
        assert other.stdout
        other.stdin.write(f"{database_key()}\n")
        other.stdin.flush()
        assert other.stdout.readline() == "locked\n"
        try:
            with patch.context() as changed:
                changed.setattr(base, "BUSY_TIMEOUT_S", 0.1)
                yield
        finally:
            other.stdin.close()
            other.wait()
            connection.close()


@contextmanager
def full_disk(room: int = 0) -> Iterator[None]:
    """Let the system refuse every byte of a file beyond `room`, as a quota does."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (room, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
