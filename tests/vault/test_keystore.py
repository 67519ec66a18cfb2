"""The key store's file: only wrapped keys, whole or refused."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.vault.conftest import ALICE, NOON
from trustkeep.vault.keys import KeyRing
from trustkeep.vault.keystore import (
    KeyDestroyed,
    KeyRecord,
    KeyState,
    KeyStore,
    KeyStoreDamaged,
    KeyStoreMissing,
    KeyStoreUnusable,
    KeyUnknown,
    RootRecord,
)

OWNER = "account/alice"


@pytest.fixture
def store(tmp_path: Path) -> KeyStore:
    root = RootRecord(1, b"proof", "2026-11-23T12:00:00.000Z")
    KeyStore.create(tmp_path / "keys.db", root, [KeyRecord(OWNER, 1, b"wrapped one")])
    return KeyStore(tmp_path / "keys.db")


def test_store__returns_the_current_version_unless_told(store: KeyStore) -> None:
    store.add(KeyRecord(OWNER, 2, b"wrapped two"), NOON)

    assert store.key(OWNER) == KeyRecord(OWNER, 2, b"wrapped two")
    assert store.key(OWNER, 1) == KeyRecord(OWNER, 1, b"wrapped one")
    assert store.versions(OWNER) == {1: KeyState.RETIRED, 2: KeyState.CURRENT}


def test_store__never_falls_back_to_an_older_version(store: KeyStore) -> None:
    store.add(KeyRecord(OWNER, 2, b"wrapped two"), NOON)
    store.destroy(OWNER, 2, NOON)

    with pytest.raises(KeyDestroyed, match="can never be read again"):
        store.key(OWNER)
    assert store.key(OWNER, 1).wrapped == b"wrapped one"


def test_store__does_not_know_what_was_never_there(store: KeyStore) -> None:
    with pytest.raises(KeyUnknown, match="account/bob"):
        store.key("account/bob")
    with pytest.raises(KeyUnknown):
        store.key(OWNER, 9)


def test_store__leaves_no_byte_of_a_destroyed_key(store: KeyStore) -> None:
    assert b"wrapped one" in store.path.read_bytes()

    assert store.destroy(OWNER, None, NOON) == 1

    assert b"wrapped one" not in store.path.read_bytes()
    assert [path.name for path in store.path.parent.iterdir()] == ["keys.db"]
    assert store.destroy(OWNER, None, NOON) == 0
    assert store.owners() == 0
    assert store.counts()[KeyState.DESTROYED] == 1


def test_store__moves_its_counter_with_every_change_of_anyone(store: KeyStore) -> None:
    before = store.change_counter()

    KeyStore(store.path).destroy(OWNER, None, NOON)

    assert store.change_counter() != before


def test_store__rewraps_all_or_nothing(store: KeyStore) -> None:
    store.add(KeyRecord(OWNER, 2, b"wrapped two"), NOON)

    def failing(record: KeyRecord) -> bytes:
        if record.version == 2:
            raise RuntimeError("the machine stops here")
        return b"rewrapped"

    with pytest.raises(RuntimeError):
        store.rewrap(RootRecord(2, b"other proof", "later"), failing)

    assert store.root().epoch == 1
    assert store.key(OWNER, 1).wrapped == b"wrapped one"


def test_store__that_is_missing_is_told_and_not_made(tmp_path: Path) -> None:
    with pytest.raises(KeyStoreMissing, match="missing"):
        KeyStore(tmp_path / "keys.db")

    assert list(tmp_path.iterdir()) == []


def test_store__that_cannot_be_reached_is_called_unusable(tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    with pytest.raises(KeyStoreUnusable, match="Not a directory"):
        KeyStore(tmp_path / "file" / "keys.db")


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"not a database, but long enough to look at " * 200,
        b"SQLite format 3\x00" + bytes(4080),
    ],
    ids=["empty", "text", "header only"],
)
def test_store__that_is_no_key_store_is_refused_and_left_alone(
    tmp_path: Path, content: bytes
) -> None:
    path = tmp_path / "keys.db"
    path.write_bytes(content)

    with pytest.raises(KeyStoreDamaged, match="damaged or is no key store"):
        KeyStore(path)

    assert path.read_bytes() == content


def test_store__with_a_broken_page_is_refused(store: KeyStore) -> None:
    content = bytearray(store.path.read_bytes())
    content[4096:] = b"\xa5" * (len(content) - 4096)
    store.path.write_bytes(content)

    with pytest.raises(KeyStoreDamaged):
        KeyStore(store.path).key(OWNER)


def test_store__of_another_program_is_refused(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "keys.db")) as other:
        other.execute("CREATE TABLE keys (owner TEXT)")

    with pytest.raises(KeyStoreDamaged):
        KeyStore(tmp_path / "keys.db")


def test_store__without_its_root_record_is_refused(store: KeyStore) -> None:
    with closing(sqlite3.connect(store.path)) as intruder, intruder:
        intruder.execute("DELETE FROM root")

    with pytest.raises(KeyStoreDamaged):
        store.root()


def test_store__that_is_taken_away_is_called_unusable(store: KeyStore) -> None:
    store.path.unlink()

    with pytest.raises(KeyStoreUnusable, match="cannot be used"):
        store.root()


def test_store__refuses_states_that_cannot_be(store: KeyStore) -> None:
    with closing(sqlite3.connect(store.path)) as intruder:
        with pytest.raises(sqlite3.IntegrityError):
            intruder.execute("UPDATE keys SET state = 'destroyed'")
        with pytest.raises(sqlite3.IntegrityError):
            intruder.execute("INSERT INTO keys VALUES (?, 2, 'current', x'00', '', '')", (OWNER,))


def test_store__holds_no_key_in_the_clear(data: Path) -> None:
    ring = KeyRing.open(data)
    ring.create_account_key(ALICE, now=NOON)
    secrets = [ring.account_key(ALICE).secret, ring.system_key("database")]

    content = (data / "keys.db").read_bytes()

    assert not any(secret in content or secret.hex().encode() in content for secret in secrets)
    assert (data / "keys.db").stat().st_mode & 0o777 == 0o600
