"""Whatever rests in plain text is found, in any file and any common spelling."""

from __future__ import annotations

import base64
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.promises.world import NOW, checked, codes, standing
from trustkeep.controls import canary
from trustkeep.controls.models import Canary
from trustkeep.controls.ports import Storage, joined
from trustkeep.controls.promise import Outcome, State
from trustkeep.controls.promises.encrypted_at_rest import PROMISE
from trustkeep.vault.keys import installed

pytestmark = pytest.mark.django_db


@pytest.fixture
def storage(data_directory: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Storage]:
    found = Storage(data_directory, data_directory / "root.key")
    monkeypatch.setattr(joined, "storage", found)
    yield found
    for path in data_directory.glob("leak*"):
        path.unlink()


def leaking(
    storage: Storage, monkeypatch: pytest.MonkeyPatch, spelling: Callable[[str], bytes]
) -> None:
    """Let a careless part write every mark into a file of its own."""
    plant = canary._plant

    def careless(mark: str, *rest: object) -> object:
        (storage.data / "leak.tmp").write_bytes(b"before " + spelling(mark) + b" after")
        return plant(mark, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(canary, "_plant", careless)


@pytest.mark.asvs("11.3.2", "14.2.4")
def test_encrypted_at_rest__is_kept_when_the_mark_is_nowhere(storage: Storage) -> None:
    result = checked(PROMISE)

    assert result.outcome is Outcome.HOLDS
    assert result.subjects >= len(("root.key", "keys.db", "config.toml", "test database"))
    assert standing(PROMISE).state is State.KEPT


def test_encrypted_at_rest__leaves_the_mark_of_a_search_under_way(storage: Storage) -> None:
    with canary.planted(storage):
        [resting] = Canary.objects.values_list("pk", flat=True)
        assert checked(PROMISE).outcome is Outcome.HOLDS
        assert Canary.objects.filter(pk=resting).exists()

    assert not Canary.objects.exists()


def test_encrypted_at_rest__removes_what_a_killed_search_has_left(storage: Storage) -> None:
    Canary.objects.create(mark="left", sealed=b"")

    checked(PROMISE)

    assert not Canary.objects.exists()


def test_encrypted_at_rest__removes_its_mark(storage: Storage) -> None:
    before = sealed_objects(storage)

    checked(PROMISE)

    assert not Canary.objects.exists()
    assert sealed_objects(storage) == before


def sealed_objects(storage: Storage) -> set[Path]:
    return {path for path in (storage.data / "objects").rglob("*") if path.is_file()}


@pytest.mark.parametrize(
    "spelling",
    [
        lambda mark: mark.encode(),
        lambda mark: mark.encode("utf-16-le"),
        lambda mark: mark.encode().hex().encode(),
        lambda mark: base64.b64encode(mark.encode()),
        lambda mark: base64.b64encode(b"x" + mark.encode()),
        lambda mark: base64.b64encode(b"xy" + mark.encode()),
    ],
    ids=["utf-8", "utf-16", "hex", "base64", "base64+1", "base64+2"],
)
def test_encrypted_at_rest__falls_when_the_mark_is_in_any_file(
    storage: Storage, monkeypatch: pytest.MonkeyPatch, spelling: Callable[[str], bytes]
) -> None:
    leaking(storage, monkeypatch, spelling)

    result = checked(PROMISE)
    assert result.outcome is Outcome.FAILS
    assert codes(result) == ["exposed"]
    assert standing(PROMISE).state is State.NOT_KEPT


def test_encrypted_at_rest__finds_the_mark_across_two_blocks(
    storage: Storage, monkeypatch: pytest.MonkeyPatch
) -> None:
    padding = b"." * (canary._BLOCK - 10)
    leaking(storage, monkeypatch, lambda mark: padding[len(b"before ") :] + mark.encode())

    assert codes(checked(PROMISE)) == ["exposed"]


def test_encrypted_at_rest__falls_with_an_unencrypted_database_beside(storage: Storage) -> None:
    connection = sqlite3.connect(storage.data / "leak.db")
    connection.execute("CREATE TABLE copy (name)")
    connection.close()

    assert codes(checked(PROMISE)) == ["plain"]


@pytest.mark.parametrize("mode", [0o440, 0o404, 0o644])
def test_encrypted_at_rest__falls_when_others_can_read_the_root_key(
    storage: Storage, mode: int
) -> None:
    # With none in memory the vault refuses such a key; the check has its answer all the same.
    installed().evict()
    storage.root_key.chmod(mode)
    try:
        result = checked(PROMISE, NOW)
    finally:
        storage.root_key.chmod(0o400)

    assert codes(result) == ["key"]


def test_encrypted_at_rest__falls_when_the_root_key_is_missing(
    storage: Storage, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(joined, "storage", Storage(storage.data, tmp_path / "nowhere.key"))

    assert codes(checked(PROMISE)) == ["key"]


def test_encrypted_at_rest__is_not_measured_without_storage(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(joined, "storage", None)

    assert checked(PROMISE).outcome is Outcome.CANNOT_TELL
