"""The encrypted database: what opens it, what does not, and what lies on the disk."""

from __future__ import annotations

import datetime
import decimal
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, OperationalError, models
from django.db.utils import ConnectionHandler
from django.test.utils import isolate_apps

from trustkeep.controls.canary import _holds
from trustkeep.vault.sqlcipher.base import DatabaseWrapper
from trustkeep.vault.sqlcipher.creation import DatabaseCreation
from trustkeep.vault.sqlcipher.opening import (
    DatabaseDamaged,
    DatabaseKeyMalformed,
    DatabaseKeyMissing,
    DatabaseKeyWrong,
    DatabaseNotEncrypted,
    DatabaseUnusable,
)

KEY = "0f" * 32
MARK = "a sentence that must not lie on the disk"
Opener = Callable[..., DatabaseWrapper]


@pytest.fixture
def opened(django_db_blocker: Any) -> Iterator[Opener]:
    """A function that makes a connection to a database file; all are closed at the end."""
    made: list[DatabaseWrapper] = []

    def connect(path: Path | str, **options: Any) -> DatabaseWrapper:
        handler = ConnectionHandler(
            {
                "default": {
                    "ENGINE": "trustkeep.vault.sqlcipher",
                    "NAME": path,
                    "OPTIONS": {"key": KEY, **options},
                }
            }
        )
        connection = handler["default"]
        assert isinstance(connection, DatabaseWrapper)
        made.append(connection)
        return connection

    with django_db_blocker.unblock():
        yield connect
        for connection in made:
            connection.close()


@pytest.fixture
def database(tmp_path: Path, opened: Opener) -> Path:
    """A database file of some pages with one table, closed."""
    path = tmp_path / "trustkeep.db"
    connection = opened(path)
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE note (id integer PRIMARY KEY, text text NOT NULL)")
        cursor.executemany("INSERT INTO note (text) VALUES (%s)", [(MARK * 20,)] * 50)
    connection.close()
    return path


def _value(connection: DatabaseWrapper, query: str, *params: str) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(query, params)
        return cursor.fetchone()[0]


@pytest.mark.asvs("14.2.4")
def test_database__holds_nothing_in_the_clear(tmp_path: Path, opened: Opener) -> None:
    connection = opened(tmp_path / "trustkeep.db")
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE note (text text)")
        cursor.execute("INSERT INTO note VALUES (%s)", [MARK])

    files = {path.name: path.read_bytes() for path in tmp_path.iterdir()}

    assert {"trustkeep.db", "trustkeep.db-wal"} <= set(files)
    for name, content in files.items():
        assert MARK.encode() not in content, name
        assert b"CREATE TABLE" not in content, name
        assert (tmp_path / name).stat().st_mode & 0o777 == 0o600, name


def test_database__is_durable_and_wipes_what_is_deleted(tmp_path: Path, opened: Opener) -> None:
    connection = opened(tmp_path / "trustkeep.db")

    assert _value(connection, "PRAGMA journal_mode") == "wal"
    assert _value(connection, "PRAGMA synchronous") == 2
    assert _value(connection, "PRAGMA secure_delete") == 1
    assert _value(connection, "PRAGMA foreign_keys") == 1
    assert _value(connection, "PRAGMA cache_size") == -64000
    assert _value(connection, "PRAGMA cipher_version").startswith("4.")


def test_key__may_be_asked_for_at_each_opening(database: Path, opened: Opener) -> None:
    connection = opened(database, key=lambda: KEY)

    assert _value(connection, "SELECT count(*) FROM note") == 50


@pytest.mark.parametrize("key", [None, "", lambda: ""], ids=["none", "empty", "asked"])
def test_key__that_is_missing_is_told(database: Path, opened: Opener, key: object) -> None:
    _refuses(database, opened, DatabaseKeyMissing, "no key was given", key=key)


@pytest.mark.parametrize("key", ["secret", KEY[:-2], KEY + "00", KEY[:-1] + "x"])
def test_key__of_the_wrong_length_is_told(database: Path, opened: Opener, key: str) -> None:
    _refuses(database, opened, DatabaseKeyMalformed, "must be 64 hexadecimal digits", key=key)


def test_key__of_another_installation_is_told(database: Path, opened: Opener) -> None:
    _refuses(database, opened, DatabaseKeyWrong, "another installation", key="f0" * 32)


def test_file__that_is_plain_sqlite_is_told(tmp_path: Path, opened: Opener) -> None:
    path = tmp_path / "plain.db"
    with closing(sqlite3.connect(path)) as plain:
        plain.execute("CREATE TABLE note (text)")

    _refuses(path, opened, DatabaseNotEncrypted, "is not encrypted")


@pytest.mark.parametrize("spoiled", [range(100, 200), range(24, 25), range(4000, 4090)])
def test_file__with_a_damaged_first_page_is_told(
    database: Path, opened: Opener, spoiled: range
) -> None:
    content = bytearray(database.read_bytes())
    for position in spoiled:
        content[position] ^= 0xFF
    database.write_bytes(content)

    _refuses(database, opened, DatabaseDamaged, "damaged and cannot be read")


def test_file__that_was_cut_off_within_a_page_is_told(database: Path, opened: Opener) -> None:
    database.write_bytes(database.read_bytes()[:-100])

    _refuses(database, opened, DatabaseDamaged, "Restore it from the newest backup")


def test_file__damaged_further_back_fails_where_it_is_read(
    database: Path, opened: Opener, capfd: pytest.CaptureFixture[str]
) -> None:
    content = bytearray(database.read_bytes())
    content[5 * 4096 + 50] ^= 0xFF
    database.write_bytes(content)

    with pytest.raises(DatabaseError, match=r"malformed|not a database"):
        _value(opened(database), "SELECT group_concat(text) FROM note")

    # The library would write about it by itself, past every rule of our logs.
    assert capfd.readouterr() == ("", "")


def test_file__with_a_damaged_start_may_be_of_another_installation(
    database: Path, opened: Opener
) -> None:
    database.write_bytes(bytes(16) + database.read_bytes()[16:])

    _refuses(database, opened, DatabaseKeyWrong, "or the start of the file is damaged")


def _refuses(
    path: Path, opened: Opener, error: type[DatabaseUnusable], words: str, **options: object
) -> None:
    before = {found: found.read_bytes() for found in path.parent.iterdir()}

    with pytest.raises(error, match=words) as refused:
        opened(path, **options).ensure_connection()

    assert "\n" not in str(refused.value)
    assert str(path) in str(refused.value)
    assert KEY not in str(refused.value)
    assert {found: found.read_bytes() for found in path.parent.iterdir()} == before


def test_opening__a_missing_directory_makes_nothing(tmp_path: Path, opened: Opener) -> None:
    with pytest.raises(OperationalError, match="unable to open"):
        opened(tmp_path / "nowhere" / "trustkeep.db").ensure_connection()

    assert list(tmp_path.iterdir()) == []


def test_opening__runs_the_given_commands(database: Path, opened: Opener) -> None:
    connection = opened(database, init_command="PRAGMA cache_size = -10; PRAGMA query_only = ON;")

    assert _value(connection, "PRAGMA cache_size") == -10
    assert _value(connection, "PRAGMA query_only") == 1


def test_database__may_lie_in_memory(opened: Opener) -> None:
    connection = opened("file:memory?mode=memory&cache=shared")

    assert _value(connection, "SELECT %s", "here") == "here"


def test_values__come_back_with_their_types(opened: Opener) -> None:
    connection = opened(":memory:")
    noon = datetime.datetime(2026, 11, 23, 12, 30)  # noqa: DTZ001  # as Django stores it
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE v (d date, t time, at datetime, b bool, n decimal)")
        cursor.execute(
            "INSERT INTO v VALUES (%(d)s, '12:30', %(at)s, 1, %(n)s)",
            {"d": noon.date(), "at": noon, "n": decimal.Decimal("1.5")},
        )
        cursor.execute("SELECT d, t, at, b, n FROM v WHERE '100%%' = '100' || '%%'", ())
        found = cursor.fetchone()

    assert found[:4] == (noon.date(), noon.time(), noon, True)


def test_executemany__takes_nothing_one_style_or_the_other(opened: Opener) -> None:
    connection = opened(":memory:")
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE v (a)")
        cursor.executemany("INSERT INTO v VALUES (%s)", [])
        cursor.executemany("INSERT INTO v VALUES (%s)", [(1,), (2,)])
        cursor.executemany("INSERT INTO v VALUES (%(a)s)", [{"a": 3}])

    assert _value(connection, "SELECT sum(a) FROM v") == 6


def test_features__are_those_of_the_linked_sqlite(opened: Opener) -> None:
    connection = opened(":memory:")

    assert connection.features.max_query_params == 250_000
    assert connection.features.supports_aggregate_order_by_clause
    assert connection.ops.force_group_by() == []
    assert connection.display_name == "SQLCipher"


@isolate_apps("trustkeep.vault")
def test_models__keep_their_constraints(opened: Opener) -> None:
    class Owner(models.Model):
        class Meta:
            app_label = "vault"

    class Thing(models.Model):
        owner = models.ForeignKey(Owner, on_delete=models.CASCADE)
        size = models.PositiveIntegerField()

        class Meta:
            app_label = "vault"

    connection = opened(":memory:")
    with connection.schema_editor() as editor:
        editor.create_model(Owner)
        editor.create_model(Thing)

    with connection.cursor() as cursor:
        for values in ((1, -1), (9, 1)):
            with pytest.raises(IntegrityError):
                cursor.execute("INSERT INTO vault_thing (owner_id, size) VALUES (%s, %s)", values)


def test_writers__wait_for_each_other(database: Path, opened: Opener) -> None:
    opened(database).ensure_connection()
    failures: list[BaseException] = []

    def write() -> None:
        connection = opened(database)
        connection.inc_thread_sharing()
        try:
            for _ in range(10):
                with connection.cursor() as cursor:
                    cursor.execute("BEGIN IMMEDIATE")
                    cursor.execute("SELECT count(*) FROM note")
                    count = cursor.fetchone()[0]
                    cursor.execute("INSERT INTO note (id, text) VALUES (%s, 'x')", [count + 1])
                    cursor.execute("COMMIT")
        except DatabaseError as error:
            failures.append(error)

    threads = [threading.Thread(target=write) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert failures == []
    assert _value(opened(database), "SELECT count(*) FROM note") == 90


def test_opening__while_another_has_the_file_alone_says_so(database: Path, opened: Opener) -> None:
    owner = opened(database, init_command="PRAGMA locking_mode = EXCLUSIVE")
    with owner.cursor() as cursor:
        cursor.execute("INSERT INTO note (text) VALUES ('mine')")

    with pytest.raises(OperationalError, match="locked"):
        opened(database, timeout=0).ensure_connection()


def test_transactions__are_writers_from_their_start(database: Path, opened: Opener) -> None:
    assert opened(database).get_connection_params()
    assert opened(database, transaction_mode="DEFERRED").get_connection_params()
    first, second = opened(database), opened(database, timeout=0)
    first.ensure_connection()
    second.ensure_connection()

    assert first.transaction_mode == "IMMEDIATE"
    with first.cursor() as cursor:
        cursor.execute(f"BEGIN {first.transaction_mode}")
        with pytest.raises(OperationalError, match="locked"), second.cursor() as other:
            other.execute(f"BEGIN {second.transaction_mode}")
        cursor.execute("ROLLBACK")


def test_test_databases__are_cloned_whole_and_removed_whole(tmp_path: Path, opened: Opener) -> None:
    connection = opened(tmp_path / "test.db")
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE note (text)")
        cursor.execute("INSERT INTO note VALUES ('in the log only')")

    connection.creation.clone_test_db("1", verbosity=0)

    assert _value(opened(tmp_path / "test_1.db"), "SELECT text FROM note") == "in the log only"
    connection.close()
    DatabaseCreation(connection)._destroy_test_db(str(tmp_path / "test.db"), 0)
    assert [path.name for path in tmp_path.glob("test.db*")] == []


OTHER_PROCESS = f"""
import sys
from sqlcipher3 import dbapi2

connection = dbapi2.connect(sys.argv[1])
connection.execute("PRAGMA key = \\"x'{KEY}'\\"")
print(connection.execute("SELECT count(*) FROM thing").fetchone()[0])
connection.close()
"""


def seen_by_another_process(path: Path) -> str:
    command = [sys.executable, "-c", OTHER_PROCESS, str(path)]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()


def test_database__that_is_read_as_a_file_stays_one_for_all_processes(
    opened: Opener, tmp_path: Path
) -> None:
    """Closing a descriptor of the log or its index would drop the locks of this process."""
    path = tmp_path / "shared.db"
    ours = opened(path)
    with ours.cursor() as cursor:
        cursor.execute("CREATE TABLE thing (name TEXT)")
        cursor.execute("INSERT INTO thing VALUES ('kept')")
    for file in tmp_path.glob("shared.db*"):
        assert not _holds(file, [b"never there"])
    opened(path).ensure_connection()

    assert seen_by_another_process(path) == "1"
    with ours.cursor() as cursor:
        cursor.execute("INSERT INTO thing VALUES ('kept too')")

    assert seen_by_another_process(path) == "2"
