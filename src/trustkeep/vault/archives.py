"""One backup as one file: a manifest in clear, and a sealed stream of files behind it.

``MAGIC ‖ length of the manifest (4 bytes, big-endian) ‖ manifest (JSON) ‖ sealed stream``. The
stream is C2SP chunked encryption of an ordinary tar, under a key derived for this one backup from
the key store's backup key; its context is the manifest's digest, so a manifest that was changed
opens nothing. The last file of the tar is an index that counts and digests all the others. The
manifest names no person and no customer. Neither key nor key store are ever inside.
"""

from __future__ import annotations

import hashlib
import io
import json
import tarfile
from collections.abc import Buffer, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any, BinaryIO

from cryptography.cobblestone import Cobblestone256Encryptor

from trustkeep.kernel.errors import TrustkeepError
from trustkeep.vault.chunked import (
    CHUNK_BYTES,
    CHUNKS_AT_ONCE,
    HEADER_BYTES,
    SEALED_CHUNK_BYTES,
    SealedStreamRefused,
)
from trustkeep.vault.derivation import expand, framed
from trustkeep.vault.ranges import RangeReader

MAGIC = b"trustkeep-backup\n"
FORMAT = 1
INDEX = "index.json"
COPY_BYTES = CHUNKS_AT_ONCE * CHUNK_BYTES
_MOST_MANIFEST_BYTES = 64 * 1024
_LENGTH_BYTES = 4
_FINGERPRINT_BYTES = 8
_LABEL = "trustkeep.backup/v1"
_MARGIN_BYTES = HEADER_BYTES + 2 * SEALED_CHUNK_BYTES


class NoBackup(TrustkeepError):
    """The file does not begin as a backup does."""

    sentence = "{path} is no Trustkeep backup. Name another file; nothing was changed."


class BackupTooNew(TrustkeepError):
    """The backup was written by a newer version."""

    sentence = (
        "The backup {path} has format {found}, and this version knows {known}. Install the version "
        "that made it, or a newer one; nothing was changed."
    )


class BackupOfAnother(TrustkeepError):
    """The key store has another backup key than the one that sealed it."""

    sentence = (
        "The backup {path} was sealed under another key store. Put the newest key store of the "
        "installation that made it in place; nothing was changed."
    )


class BackupDamaged(TrustkeepError):
    """The backup is not whole, or not what was written."""

    sentence = (
        "The backup {path} is damaged: {what}. Take another one, for example the copy at your "
        "second place; nothing was changed."
    )


@dataclass(frozen=True, slots=True)
class Index:
    """What the end of a backup says of all that stands before it."""

    files: int
    bytes: int
    digest: str
    facts: Mapping[str, Any] = field(default_factory=dict)


class ArchiveWriter:
    """Writes one backup into an open file; only after `finish` it is one."""

    def __init__(self, target: IO[bytes], manifest: Mapping[str, Any], key: bytes) -> None:
        spelled = _spelled({**manifest, "format": FORMAT, "keys": fingerprint(key)})
        target.write(MAGIC + len(spelled).to_bytes(_LENGTH_BYTES) + spelled)
        self._sealer = _Sealer(target, _key_of(key, manifest), _context(spelled))
        self._tar = tarfile.open(fileobj=self._sealer, mode="w|", format=tarfile.GNU_FORMAT)  # type: ignore[call-overload]  # noqa: SIM115
        self._digest = hashlib.sha256()
        self.files = self.bytes = 0

    def add(self, name: str, path: Path) -> bool:
        """Add one file; returns False for one that was deleted since it was listed."""
        try:
            file = path.open("rb")
        except FileNotFoundError:
            return False
        with file:
            size = path.stat().st_size
            hashed = _Hashed(file)
            self._put(name, size, hashed)
            self._count(name, size, hashed.digest.hexdigest())
        return True

    def add_bytes(self, name: str, content: bytes) -> None:
        """Add a small file."""
        self._put(name, len(content), io.BytesIO(content))
        self._count(name, len(content), hashlib.sha256(content).hexdigest())

    def finish(self, facts: Mapping[str, Any]) -> Index:
        """Write the index and the end of the stream."""
        index = Index(self.files, self.bytes, self._digest.hexdigest(), facts)
        told = {"files": index.files, "bytes": index.bytes, "digest": index.digest}
        spelled = _spelled({**told, "facts": dict(facts)})
        self._put(INDEX, len(spelled), io.BytesIO(spelled))
        self._tar.close()
        self._sealer.finish()
        return index

    def _put(self, name: str, size: int, source: Any) -> None:
        told = tarfile.TarInfo(name)
        told.size, told.mode = size, 0o600
        self._tar.addfile(told, source)
        # The library remembers every file that it has written; there may be millions.
        _forget(self._tar)

    def _count(self, name: str, size: int, digest: str) -> None:
        self.files, self.bytes = self.files + 1, self.bytes + size
        self._digest.update(f"{name}\n{size}\n{digest}\n".encode())


def read_manifest(path: Path) -> dict[str, Any]:
    """Return what a backup says of itself without any key; nothing of it is proved yet.

    Raises NoBackup or BackupTooNew.
    """
    with path.open("rb") as file:
        return _manifest(file, path)[0]


def contents(path: Path, key: bytes) -> Iterator[tuple[str, int, IO[bytes] | Index]]:
    """Return name, size and content of every file of a backup; an `Index` comes last.

    Every chunk is authentic when it is handed out, and the whole was what was written once the
    index has come. Raises NoBackup, BackupTooNew, BackupOfAnother or BackupDamaged.
    """
    with path.open("rb") as file:
        manifest, spelled = _manifest(file, path)
        if manifest.get("keys") != fingerprint(key):
            raise BackupOfAnother(path=path)
        try:
            yield from _opened(file, key, manifest, spelled, path)
        except SealedStreamRefused as error:
            raise BackupDamaged(path=path, what=_REFUSED, log=error.log) from None
        except (tarfile.TarError, ValueError, KeyError) as error:
            raise BackupDamaged(path=path, what="its list of files is broken") from error


def fingerprint(key: bytes) -> str:
    """Return what tells the backup keys of two key stores apart, and nothing else."""
    return expand(key, framed(_LABEL, "fingerprint"), _FINGERPRINT_BYTES).hex()


_REFUSED = "it was changed or cut off"


def _opened(
    file: BinaryIO, key: bytes, manifest: Mapping[str, Any], spelled: bytes, path: Path
) -> Iterator[tuple[str, int, IO[bytes] | Index]]:
    plain = RangeReader(
        _From(file, file.tell()),  # type: ignore[arg-type]  # as much of a file as is read
        key=_key_of(key, manifest),
        context=_context(spelled),
    )
    found = Index(0, 0, hashlib.sha256().hexdigest())
    digest = hashlib.sha256()
    with tarfile.open(fileobj=io.BufferedReader(plain, COPY_BYTES), mode="r|") as tar:
        while (member := tar.next()) is not None:
            _forget(tar)
            content = tar.extractfile(member) if member.isreg() else None
            if content is None:
                raise BackupDamaged(path=path, what=f"{member.name} is no file")
            if member.name == INDEX:
                yield INDEX, member.size, _checked(json.loads(content.read()), found, path)
                return
            hashed = _Hashed(content)
            yield member.name, member.size, hashed  # type: ignore[misc]  # as much of a file as is read
            while hashed.read(COPY_BYTES):
                pass
            digest.update(f"{member.name}\n{member.size}\n{hashed.digest.hexdigest()}\n".encode())
            found = Index(found.files + 1, found.bytes + member.size, digest.hexdigest())
    raise BackupDamaged(path=path, what="its index is missing")


def _checked(told: Mapping[str, Any], found: Index, path: Path) -> Index:
    if (told["files"], told["bytes"], told["digest"]) != (found.files, found.bytes, found.digest):
        raise BackupDamaged(path=path, what="its index does not fit its files")
    return Index(found.files, found.bytes, found.digest, told["facts"])


def _manifest(file: IO[bytes], path: Path) -> tuple[dict[str, Any], bytes]:
    if file.read(len(MAGIC)) != MAGIC:
        raise NoBackup(path=path)
    length = int.from_bytes(file.read(_LENGTH_BYTES))
    spelled = file.read(min(length, _MOST_MANIFEST_BYTES))
    try:
        manifest = json.loads(spelled)
        form, name = int(manifest["format"]), str(manifest["id"])
    except (ValueError, KeyError, TypeError) as error:
        raise BackupDamaged(path=path, what="its manifest cannot be read") from error
    if form > FORMAT:
        raise BackupTooNew(path=path, found=form, known=FORMAT)
    return {**manifest, "format": form, "id": name}, spelled


def _forget(tar: Any) -> None:
    tar.members = []


def _spelled(value: Mapping[str, Any]) -> bytes:
    return json.dumps(value, sort_keys=True, separators=(",", ":")).encode()


def _key_of(key: bytes, manifest: Mapping[str, Any]) -> bytes:
    return expand(key, framed(_LABEL, str(manifest["id"])))


def _context(spelled: bytes) -> bytes:
    return framed(_LABEL, hashlib.sha256(spelled).digest())


class _Sealer:
    """What the tar is written into."""

    def __init__(self, target: IO[bytes], key: bytes, context: bytes) -> None:
        self._target = target
        self._cipher = Cobblestone256Encryptor(key, context)
        self._pending, self._given = bytearray(), bytearray(COPY_BYTES + _MARGIN_BYTES)

    def write(self, data: Buffer) -> int:
        view = memoryview(data).cast("B")
        for at in range(0, len(view), COPY_BYTES):
            piece = view[at : at + COPY_BYTES]
            self._pending += piece
            if len(self._pending) >= COPY_BYTES:
                self._flush()
        return len(view)

    def finish(self) -> None:
        self._flush()
        self._target.write(self._cipher.finalize())

    def _flush(self) -> None:
        needed = len(self._pending) + _MARGIN_BYTES
        if len(self._given) < needed:
            self._given = bytearray(needed)
        made = self._cipher.update_into(memoryview(self._pending), self._given)
        self._target.write(memoryview(self._given)[:made])
        self._pending = bytearray()


class _Hashed:
    """Passes a file through and remembers its SHA-256."""

    def __init__(self, source: IO[bytes]) -> None:
        self._source, self.digest = source, hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        data = self._source.read(size)
        self.digest.update(data)
        return data


class _From:
    """The part of a file behind its beginning, as if it were a file of its own."""

    def __init__(self, file: BinaryIO, start: int) -> None:
        self._file, self._start = file, start

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        start = self._start if whence == io.SEEK_SET else 0
        return self._file.seek(start + offset, whence) - self._start

    def read(self, size: int = -1) -> bytes:
        return self._file.read(size)

    def close(self) -> None:
        """Leave the file to whoever opened it."""
