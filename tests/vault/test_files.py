"""Sealed files: whole or not there, in their own place only."""

from __future__ import annotations

import hashlib
import io
import os
import shutil
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from tests.vault.conftest import ALICE, BOB, NOON
from trustkeep.vault.chunked import SealedStreamRefused, sealed_size
from trustkeep.vault.files import PARTIAL, SealedFileExists, SealedFileMissing, SealedFiles
from trustkeep.vault.keys import KeyRing
from trustkeep.vault.keystore import KeyDestroyed

OBJECT = UUID("0b1ec700-0000-4000-8000-000000000003")
PLAIN = b"alice's own words, not anybody else's. " * 3000


@pytest.fixture
def files(data: Path, ring: KeyRing) -> SealedFiles:
    files = SealedFiles(data / "objects", ring)
    files.write(ALICE, OBJECT, io.BytesIO(PLAIN))
    return files


def _path(data: Path, account: UUID = ALICE, version: int = 1, object_id: UUID = OBJECT) -> Path:
    return data / "objects" / str(account) / str(version) / str(object_id)


def test_file__comes_back_as_it_was(files: SealedFiles) -> None:
    with files.open(ALICE, OBJECT) as reader:
        assert reader.read() == PLAIN

    assert files.read_range(ALICE, OBJECT, 20_000, 100) == PLAIN[20_000:20_100]


def test_writing__tells_size_digest_and_key_version(files: SealedFiles, data: Path) -> None:
    stored = files.write(BOB, OBJECT, io.BytesIO(PLAIN))

    assert (stored.account, stored.object_id, stored.key_version) == (BOB, OBJECT, 1)
    assert stored.size_bytes == len(PLAIN)
    assert stored.sha256 == hashlib.sha256(PLAIN).hexdigest()
    assert _path(data, BOB).stat().st_size == sealed_size(len(PLAIN))


@pytest.mark.asvs("14.2.4")
def test_file__rests_without_a_word_in_the_clear(files: SealedFiles, data: Path) -> None:
    raw = _path(data).read_bytes()

    assert b"alice" not in raw
    assert _path(data).stat().st_mode & 0o777 == 0o600
    assert _path(data).parent.stat().st_mode & 0o777 == 0o700


def test_file__is_refused_in_the_place_of_another_object(files: SealedFiles, data: Path) -> None:
    other = uuid4()
    shutil.copy(_path(data), _path(data, object_id=other))

    with pytest.raises(SealedStreamRefused, match="another object or account"):
        files.open(ALICE, other)


def test_file__is_refused_in_another_account(files: SealedFiles, data: Path) -> None:
    _path(data, BOB).parent.mkdir(parents=True)
    shutil.copy(_path(data), _path(data, BOB))

    with pytest.raises(SealedStreamRefused):
        files.open(BOB, OBJECT)


def test_file__is_refused_under_another_key_version(
    files: SealedFiles, data: Path, ring: KeyRing
) -> None:
    ring.rotate_account_key(ALICE, now=NOON)
    _path(data, version=2).parent.mkdir()
    _path(data).rename(_path(data, version=2))

    with pytest.raises(SealedStreamRefused):
        files.open(ALICE, OBJECT)


def test_file__stays_readable_after_a_rotation(files: SealedFiles, ring: KeyRing) -> None:
    ring.rotate_account_key(ALICE, now=NOON)

    new = files.write(ALICE, uuid4(), io.BytesIO(b"new"))

    assert new.key_version == 2
    assert files.read_range(ALICE, OBJECT, 0, 5) == PLAIN[:5]


def test_file__is_gone_with_its_key(files: SealedFiles, ring: KeyRing) -> None:
    ring.destroy_account_key(ALICE, now=NOON)

    with pytest.raises(KeyDestroyed):
        files.open(ALICE, OBJECT)
    with pytest.raises(KeyDestroyed):
        files.write(ALICE, uuid4(), io.BytesIO(b""))


def test_writing__never_replaces_a_file(files: SealedFiles, ring: KeyRing) -> None:
    with pytest.raises(SealedFileExists):
        files.write(ALICE, OBJECT, io.BytesIO(b"other"))

    ring.rotate_account_key(ALICE, now=NOON)
    with pytest.raises(SealedFileExists):
        files.write(ALICE, OBJECT, io.BytesIO(b"other"))
    assert files.read_range(ALICE, OBJECT, 0, 5) == PLAIN[:5]


class _Racing(io.BytesIO):
    """While it is read, somebody else stores a file of the same name."""

    def __init__(self, files: SealedFiles, object_id: UUID) -> None:
        super().__init__(b"slow")
        self._files, self._object_id = files, object_id

    def readinto(self, buffer: object, /) -> int:
        if not self.tell():
            self._files.write(ALICE, self._object_id, io.BytesIO(b"fast"))
        return super().readinto(buffer)  # type: ignore[arg-type]


def test_writing__lets_one_of_two_writers_win(files: SealedFiles, data: Path) -> None:
    object_id = uuid4()

    with pytest.raises(SealedFileExists):
        files.write(ALICE, object_id, _Racing(files, object_id))

    assert files.read_range(ALICE, object_id, 0, 4) == b"fast"
    assert list((data / "objects" / PARTIAL).iterdir()) == []


class _Breaking(io.BytesIO):
    """Gives a little, then the line goes dead."""

    def readinto(self, buffer: object, /) -> int:
        if self.tell():
            raise ConnectionError("the line went dead")
        return super().readinto(buffer)  # type: ignore[arg-type]


def test_writing__that_breaks_off_leaves_nothing(files: SealedFiles, data: Path) -> None:
    object_id = uuid4()

    with pytest.raises(ConnectionError):
        files.write(ALICE, object_id, _Breaking(b"half a file"))

    assert not _path(data, object_id=object_id).exists()
    assert list((data / "objects" / PARTIAL).iterdir()) == []


def test_partials__of_killed_writes_are_removed(files: SealedFiles, data: Path) -> None:
    (data / "objects" / PARTIAL / "left").write_bytes(os.urandom(10))

    assert files.remove_partials() == 1
    assert list((data / "objects" / PARTIAL).iterdir()) == []


def test_deleting__removes_the_file_once(files: SealedFiles, data: Path) -> None:
    assert list(files.objects_of(ALICE)) == [OBJECT]

    files.delete(ALICE, OBJECT)

    assert list(files.objects_of(ALICE)) == []
    for again in (files.delete, files.open):
        with pytest.raises(SealedFileMissing, match="not there"):
            again(ALICE, OBJECT)


def test_opening__tells_when_the_file_goes_meanwhile(
    files: SealedFiles, data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files, "_versions", lambda *_: [1])
    _path(data).unlink()

    with pytest.raises(SealedFileMissing):
        files.open(ALICE, OBJECT)


def test_objects__are_named_and_removed_from_the_disk_itself(
    files: SealedFiles, data: Path
) -> None:
    others = [uuid4() for _ in range(3)]
    for other in others:
        files.write(ALICE, other, io.BytesIO(PLAIN))
    old = files.place_of(ALICE) / "1" / str(others[0])
    os.utime(old, (NOON.timestamp() - 1, NOON.timestamp() - 1))

    assert set(files.objects_of(ALICE)) == {OBJECT, *others}
    assert list(files.objects_before(ALICE, NOON)) == [others[0]]
    assert files.partial == data / "objects" / PARTIAL

    assert files.delete_some(ALICE, 3) == 3
    assert len(list(files.objects_of(ALICE))) == 1
    assert files.delete_some(ALICE, 3) == 1
    assert files.delete_some(ALICE, 3) == 0
