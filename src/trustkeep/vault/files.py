"""Sealed files: ``objects/<account>/<key version>/<object>``, each under a key of its own.

A file appears under its name whole or not at all, and never replaces another. What a kill leaves
lies in ``objects/.partial`` and goes with `remove_partials`. The key of an object is derived from
the account key for this one object; the context of the stream names account, object and version
too, so a file that was moved to another name is refused.
"""

from __future__ import annotations

import hashlib
import io
import os
import secrets
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from pathlib import Path
from uuid import UUID

from trustkeep.kernel.errors import TrustkeepError
from trustkeep.vault import chunked
from trustkeep.vault.derivation import framed
from trustkeep.vault.durable import remove, sync, sync_directory
from trustkeep.vault.keys import KeyRing
from trustkeep.vault.ranges import RangeReader
from trustkeep.vault.sealing import AccountKey

PARTIAL = ".partial"
READ_BUFFER_BYTES = chunked.CHUNKS_AT_ONCE * chunked.CHUNK_BYTES
_LABEL = "trustkeep.file/v1"
_DIRECTORY_MODE = 0o700
_FILE_MODE = 0o600


class SealedFileMissing(TrustkeepError):
    """No such object of this account."""

    sentence = "The file is not there: it was deleted or was never stored. Upload it again."


class SealedFileExists(TrustkeepError):
    """An object of this name is there already; objects are never overwritten."""

    sentence = "A file of this name is already stored. Store the new one under a new name."


@dataclass(frozen=True, slots=True)
class SealedFile:
    """What was stored: size and SHA-256 are those of the plaintext."""

    account: UUID
    object_id: UUID
    key_version: int
    size_bytes: int
    sha256: str


class SealedFiles:
    """The sealed files of one installation under one directory."""

    def __init__(self, root: Path, ring: KeyRing) -> None:
        self._root, self._ring = root, ring

    def write(self, account: UUID, object_id: UUID, source: chunked.Source) -> SealedFile:
        """Store all of `source` under the account's current key, in constant memory.

        Raises `SealedFileExists`, and whatever the key ring or `source` raise; nothing is left
        behind then.
        """
        key = self._ring.account_key(account)
        path = self._path(account, key.version, object_id)
        if self._versions(account, object_id):
            raise SealedFileExists
        hashed = _Hashed(source)
        partial = _private_directory(self._root / PARTIAL) / secrets.token_hex(16)
        try:
            _write_sealed(partial, hashed, key, object_id)
            _publish(partial, path)
        finally:
            partial.unlink(missing_ok=True)
        return SealedFile(account, object_id, key.version, hashed.size_bytes, hashed.sha256())

    def open(self, account: UUID, object_id: UUID) -> io.BufferedReader:
        """Return a seekable reader of the plaintext; close it after use.

        Raises `SealedFileMissing`, `SealedStreamRefused` (also while reading) or `KeyDestroyed`.
        """
        versions = self._versions(account, object_id)
        if not versions:
            raise SealedFileMissing
        key = self._ring.account_key(account, versions[-1])
        try:
            file = self._path(account, key.version, object_id).open("rb")
        except FileNotFoundError:
            raise SealedFileMissing from None
        try:
            reader = RangeReader(
                file, key=_object_key(key, object_id), context=_context(key, object_id)
            )
        except BaseException:
            file.close()
            raise
        return io.BufferedReader(reader, READ_BUFFER_BYTES)

    def read_range(self, account: UUID, object_id: UUID, offset: int, length: int) -> bytes:
        """Return `length` bytes from `offset`, fewer where the file ends before."""
        with self.open(account, object_id) as reader:
            reader.seek(offset)
            return reader.read(length)

    def delete(self, account: UUID, object_id: UUID) -> None:
        """Remove the file; raises `SealedFileMissing`. The bytes stay sealed wherever they lie."""
        versions = self._versions(account, object_id)
        if not versions:
            raise SealedFileMissing
        for version in versions:
            remove(self._path(account, version, object_id))

    def holds(self, account: UUID, object_id: UUID) -> bool:
        """Return whether the file lies on the disk, under whichever version of the key."""
        return bool(self._versions(account, object_id))

    def delete_some(self, account: UUID, most: int) -> int:
        """Remove up to `most` objects of an account, whichever; return how many names went.

        The directories are synchronised once, so the cost of a batch is that of its unlinks.
        """
        gone = 0
        for folder in self.place_of(account).glob("*"):
            with os.scandir(folder) as entries:
                names = [entry.name for entry in islice(entries, most - gone)]
            if names:
                _unlink(folder, names)
                gone += len(names)
        return gone

    def place_of(self, account: UUID) -> Path:
        """Return the directory under which every object of an account lies."""
        return self._root / str(account)

    def objects_before(self, account: UUID, at: datetime) -> Iterator[UUID]:
        """Name the objects that were stored before an instant."""
        for path in self.place_of(account).glob("*/*"):
            if path.stat().st_mtime < at.timestamp():
                yield UUID(path.name)

    @property
    def partial(self) -> Path:
        """Where what is not whole yet lies, sealed."""
        return self._root / PARTIAL

    def objects_of(self, account: UUID) -> Iterator[UUID]:
        """Name every object that an account has, read from the disk itself."""
        for path in sorted((self._root / str(account)).glob("*/*")):
            yield UUID(path.name)

    def remove_partials(self) -> int:
        """Remove what killed writes left; call it only while nothing is being written."""
        leftovers = list((self._root / PARTIAL).glob("*"))
        for leftover in leftovers:
            leftover.unlink()
        return len(leftovers)

    def _path(self, account: UUID, version: int, object_id: UUID) -> Path:
        return self._root / str(account) / str(version) / str(object_id)

    def _versions(self, account: UUID, object_id: UUID) -> list[int]:
        found = (self._root / str(account)).glob(f"*/{object_id}")
        return sorted(int(path.parent.name) for path in found)


class _Hashed:
    """Passes a source through and remembers its size and SHA-256."""

    def __init__(self, source: chunked.Source) -> None:
        self._source, self._hash, self.size_bytes = source, hashlib.sha256(), 0

    def readinto(self, buffer: bytearray, /) -> int:
        count = self._source.readinto(buffer) or 0
        self._hash.update(memoryview(buffer)[:count])
        self.size_bytes += count
        return count

    def sha256(self) -> str:
        return self._hash.hexdigest()


def _object_key(key: AccountKey, object_id: UUID) -> bytes:
    return key.subkey(f"{_LABEL}/{object_id}")


def _context(key: AccountKey, object_id: UUID) -> bytes:
    return framed(_LABEL, key.account.bytes, object_id.bytes, key.version)


def _write_sealed(path: Path, source: chunked.Source, key: AccountKey, object_id: UUID) -> None:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, _FILE_MODE)
    with open(handle, "wb") as target:  # noqa: PTH123  # a descriptor has no path
        chunked.encrypt(
            source, target, key=_object_key(key, object_id), context=_context(key, object_id)
        )
        target.flush()
        sync(target.fileno())


def _unlink(folder: Path, names: Iterable[str]) -> None:
    """Remove names from one directory, for good once all are gone."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        for name in names:
            # Somebody else may be removing the same.
            with suppress(FileNotFoundError):
                os.unlink(name, dir_fd=handle)
        sync(handle)
    finally:
        os.close(handle)


def _publish(partial: Path, path: Path) -> None:
    _private_directory(path.parent)
    try:
        path.hardlink_to(partial)
    except FileExistsError:
        raise SealedFileExists from None
    sync_directory(path.parent)


def _private_directory(path: Path) -> Path:
    missing = [level for level in (path, *path.parents) if not level.is_dir()]
    for level in reversed(missing):
        level.mkdir(mode=_DIRECTORY_MODE, exist_ok=True)
        sync_directory(level.parent)
    return path
