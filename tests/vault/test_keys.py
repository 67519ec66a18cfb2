"""The key ring: who gets which key, for how long, and what a destruction reaches."""

from __future__ import annotations

import shutil
import sqlite3
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest

from tests.vault.conftest import ALICE, BOB, NOON
from trustkeep.vault import keys, provisioning
from trustkeep.vault.keys import (
    COMPANY,
    KEY_LIFETIME,
    KeyExists,
    KeyRing,
    RootKeyWrong,
    SystemPurpose,
    VaultNotInstalled,
)
from trustkeep.vault.keystore import KeyDestroyed, KeyState, KeyUnknown
from trustkeep.vault.provisioning import AlreadyProvisioned, DataWithoutKeys, provision
from trustkeep.vault.rootfile import RootFile, RootKeyMissing
from trustkeep.vault.wrapping import WrappedKeyRefused


class Clock:
    """Seconds that pass when told."""

    seconds = 1000.0

    def __call__(self) -> float:
        return self.seconds


def test_provisioning__makes_every_key_of_the_installation(data: Path) -> None:
    ring = KeyRing.open(data)

    secrets = [ring.system_key(purpose) for purpose in SystemPurpose]
    secrets.append(ring.account_key(COMPANY).secret)

    assert {len(secret) for secret in secrets} == {32}
    assert len(set(secrets)) == len(SystemPurpose) + 1
    assert sorted(path.name for path in data.iterdir()) == ["keys.db", "keys.lock", "root.key"]
    assert data.stat().st_mode & 0o777 == 0o700


def test_provisioning__refuses_to_make_keys_twice(data: Path) -> None:
    before = (data / "keys.db").read_bytes()

    with pytest.raises(AlreadyProvisioned):
        provision(data, now=NOON)

    assert (data / "keys.db").read_bytes() == before


@pytest.mark.parametrize("left", ["trustkeep.db", "objects"])
def test_provisioning__refuses_new_keys_for_old_data(tmp_path: Path, left: str) -> None:
    (tmp_path / left).mkdir()

    with pytest.raises(DataWithoutKeys, match="has data but no key store"):
        provision(tmp_path, now=NOON)

    assert not (tmp_path / "keys.db").exists()
    assert not (tmp_path / "root.key").exists()


def test_provisioning__uses_the_root_key_named_by_the_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(provisioning.ROOT_KEY_VARIABLE, str(tmp_path / "elsewhere.key"))

    provision(tmp_path / "data", now=NOON)

    assert (tmp_path / "elsewhere.key").stat().st_size == 32
    assert not (tmp_path / "data" / "root.key").exists()
    assert KeyRing.open(tmp_path / "data").system_key("database")


def test_ring__opens_the_same_keys_again(ring: KeyRing, data: Path) -> None:
    again = KeyRing.open(data, data / "root.key")

    assert again.account_key(ALICE).secret == ring.account_key(ALICE).secret
    assert again.system_key("log-signing") == ring.system_key(SystemPurpose.LOG_SIGNING)


def test_ring__refuses_an_unknown_purpose_or_account(data: Path) -> None:
    ring = KeyRing.open(data)

    with pytest.raises(ValueError, match="coffee"):
        ring.system_key("coffee")
    with pytest.raises(KeyUnknown):
        ring.account_key(ALICE)
    with pytest.raises(KeyUnknown):
        ring.rotate_account_key(ALICE, now=NOON)


def test_ring__makes_one_first_key_for_an_account(ring: KeyRing) -> None:
    with pytest.raises(KeyExists, match="Rotate it"):
        ring.create_account_key(ALICE, now=NOON)


@pytest.mark.asvs("11.2.2")
def test_rotation__writes_with_the_new_version_and_reads_with_the_old(ring: KeyRing) -> None:
    old = ring.account_key(ALICE)

    assert ring.rotate_account_key(ALICE, now=NOON) == 2

    assert ring.account_key(ALICE).version == 2
    assert ring.account_key(ALICE, 1).secret == old.secret
    assert ring.versions(ALICE) == {1: KeyState.RETIRED, 2: KeyState.CURRENT}


def test_destruction__reaches_every_ring_at_once(ring: KeyRing, data: Path) -> None:
    other = KeyRing.open(data)
    other.account_key(ALICE)

    assert ring.destroy_account_key(ALICE, now=NOON) == 1

    for one in (ring, other):
        with pytest.raises(KeyDestroyed):
            one.account_key(ALICE)
    assert other.account_key(BOB)


def test_destruction__is_final(ring: KeyRing) -> None:
    ring.destroy_account_key(ALICE, now=NOON)

    with pytest.raises(KeyExists):
        ring.create_account_key(ALICE, now=NOON)
    with pytest.raises(KeyDestroyed):
        ring.rotate_account_key(ALICE, now=NOON)


def test_destruction__may_be_of_one_version(ring: KeyRing) -> None:
    ring.rotate_account_key(ALICE, now=NOON)

    assert ring.destroy_account_key(ALICE, now=NOON, version=1) == 1

    assert ring.account_key(ALICE).version == 2
    with pytest.raises(KeyDestroyed):
        ring.account_key(ALICE, 1)


def test_ring__keeps_a_key_for_its_lifetime_only(data: Path) -> None:
    clock = Clock()
    ring = KeyRing(data, RootFile(data / "root.key"), clock)
    first = ring.account_key(COMPANY)
    (data / "root.key").rename(data / "taken away")

    clock.seconds += KEY_LIFETIME.total_seconds() - 1
    assert ring.account_key(COMPANY) is first

    clock.seconds += 1
    with pytest.raises(RootKeyMissing):
        ring.account_key(COMPANY)


def test_ring__forgets_on_demand(ring: KeyRing, data: Path) -> None:
    ring.account_key(ALICE)
    (data / "root.key").rename(data / "taken away")

    ring.evict()

    with pytest.raises(RootKeyMissing):
        ring.account_key(ALICE)


def test_ring__keeps_a_bounded_number_of_keys(
    ring: KeyRing, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keys, "KEYS_KEPT", 2)
    first = ring.account_key(ALICE)

    ring.account_key(BOB)
    ring.account_key(COMPANY)

    assert ring.account_key(BOB) is ring.account_key(BOB)
    assert ring.account_key(ALICE) is not first


def test_ring__does_not_keep_a_key_that_changed_while_it_was_fetched(
    ring: KeyRing, monkeypatch: pytest.MonkeyPatch
) -> None:
    unwrapped = ring._unwrapped

    def slow(*arguments: object) -> object:
        key = unwrapped(*arguments)  # type: ignore[arg-type]
        monkeypatch.setattr(ring, "_unwrapped", unwrapped)
        ring.rotate_account_key(BOB, now=NOON)
        ring.account_key(BOB)
        return key

    monkeypatch.setattr(ring, "_unwrapped", slow)
    fetched = ring.account_key(ALICE)

    assert ring.account_key(ALICE) is not fetched
    assert ring.account_key(ALICE).secret == fetched.secret


@pytest.mark.asvs("11.2.2", "13.3.4")
def test_root_rotation__keeps_every_key_and_enters_the_next_epoch(
    ring: KeyRing, data: Path
) -> None:
    before, old_root = ring.account_key(ALICE).secret, (data / "root.key").read_bytes()

    assert ring.rotate_root(now=NOON) == 2

    assert ring.account_key(ALICE).secret == before
    assert KeyRing.open(data).account_key(ALICE).secret == before
    assert (data / "root.key").read_bytes() != old_root
    assert ring.status().epoch == 2
    assert sorted(path.name for path in data.iterdir()) == ["keys.db", "keys.lock", "root.key"]


def test_root_rotation__is_not_noticed_by_those_who_read(ring: KeyRing, data: Path) -> None:
    expected = ring.account_key(ALICE).secret
    over = threading.Event()

    def read() -> bool:
        reader, same = KeyRing.open(data), True
        while not over.is_set():
            reader.evict()
            same = same and reader.account_key(ALICE).secret == expected
        return same

    with ThreadPoolExecutor(3) as pool:
        readers = [pool.submit(read) for _ in range(3)]
        for _ in range(5):
            ring.rotate_root(now=NOON)
        over.set()

    assert all(reader.result() for reader in readers)
    assert ring.status().epoch == 6


def test_root_rotation__makes_older_copies_of_the_key_store_useless(
    ring: KeyRing, data: Path
) -> None:
    copy = (data / "keys.db").read_bytes()
    ring.destroy_account_key(ALICE, now=NOON)
    ring.rotate_root(now=NOON)

    (data / "keys.db").write_bytes(copy)

    with pytest.raises(RootKeyWrong, match="older epoch"):
        KeyRing.open(data)


def test_root_rotation__is_undone_where_it_cannot_be_finished(ring: KeyRing, data: Path) -> None:
    root = (data / "root.key").read_bytes()
    _spoil_a_wrapped_key(data)

    with pytest.raises(WrappedKeyRefused):
        ring.rotate_root(now=NOON)

    assert (data / "root.key").read_bytes() == root
    assert sorted(path.name for path in data.iterdir()) == ["keys.db", "keys.lock", "root.key"]
    assert KeyRing.open(data).status().epoch == 1


def _spoil_a_wrapped_key(data: Path) -> None:
    with closing(sqlite3.connect(data / "keys.db")) as intruder, intruder:
        intruder.execute("UPDATE keys SET wrapped = zeroblob(61) WHERE owner LIKE 'account/b%'")


def test_swapped_wrapped_keys__are_refused_with_the_reason(ring: KeyRing, data: Path) -> None:
    with closing(sqlite3.connect(data / "keys.db")) as intruder, intruder:
        intruder.execute(
            "UPDATE keys SET wrapped = (SELECT wrapped FROM keys WHERE owner = ?) WHERE owner = ?",
            (f"account/{BOB}", f"account/{ALICE}"),
        )

    with pytest.raises(WrappedKeyRefused, match=f"account/{ALICE}, version 1, was refused"):
        ring.account_key(ALICE)


def test_ring__refuses_the_root_key_of_another_installation(data: Path, tmp_path: Path) -> None:
    provision(tmp_path / "other", now=NOON)
    before = (data / "keys.db").read_bytes()
    shutil.copy2(tmp_path / "other" / "root.key", data / "foreign.key")

    with pytest.raises(RootKeyWrong, match="another installation"):
        KeyRing.open(data, data / "foreign.key")

    assert (data / "keys.db").read_bytes() == before


def test_status__counts_and_names_no_account(ring: KeyRing, data: Path) -> None:
    ring.rotate_account_key(ALICE, now=NOON)
    ring.destroy_account_key(BOB, now=NOON)

    status = ring.status()

    assert (status.current, status.retired, status.destroyed) == (len(SystemPurpose) + 2, 1, 1)
    assert status.owners == len(SystemPurpose) + 2
    assert status.epoch_since == "2026-11-23T12:00:00.000Z"
    assert status.root.location == str(data / "root.key")
    assert (status.root.mode, status.store_mode) == ("0400", "0600")
    assert str(ALICE) not in repr(status)


def test_vault__must_be_installed(monkeypatch: pytest.MonkeyPatch, ring: KeyRing) -> None:
    monkeypatch.setattr(keys, "_opener", None)
    with pytest.raises(VaultNotInstalled):
        keys.installed()

    keys.install(ring)
    assert keys.installed() is ring

    keys.install(lambda: ring)
    assert keys.installed() is ring


def test_system_keys__of_a_new_purpose_are_made_in_an_older_key_store(data: Path) -> None:
    with closing(sqlite3.connect(data / "keys.db")) as store, store:
        store.execute("DELETE FROM keys WHERE owner = 'system/document-signing'")
    ring = KeyRing.open(data)

    assert ring.provide_system_keys(now=NOON) == [SystemPurpose.DOCUMENT_SIGNING]
    assert ring.provide_system_keys(now=NOON) == []
    assert ring.system_key(SystemPurpose.DOCUMENT_SIGNING)
