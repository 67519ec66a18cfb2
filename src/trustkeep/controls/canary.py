"""Planting a mark through the real doors and looking for it in raw storage.

The mark is random, so finding it in any file, in any common encoding, means that something rests
unencrypted. It is planted as a row, as a sealed value and as a sealed file, and removed afterwards.
"""

from __future__ import annotations

import base64
import io
import re
import secrets
import stat
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from django.db import connection, transaction

from trustkeep.controls.models import Canary
from trustkeep.controls.ports import Storage
from trustkeep.vault import steady
from trustkeep.vault.fields import seal_text
from trustkeep.vault.files import SealedFileMissing, SealedFiles
from trustkeep.vault.keys import COMPANY, installed
from trustkeep.vault.locking import exclusive_if_free, shared
from trustkeep.vault.sealing import Place

LOCK = "canary.lock"
"""Held by every search while its mark rests."""

SQLITE_MAGIC = b"SQLite format 3\x00"
_BLOCK = 1024 * 1024
_REPEATS = 64
_DATABASE = re.compile(r"\.db(-wal|-shm|-journal)?$")


@dataclass(frozen=True, slots=True)
class Scanned:
    """What was looked at: ``exposed`` and ``plain`` name files, ``open_keys`` key files."""

    files: int
    size_bytes: int
    exposed: tuple[str, ...]
    plain: tuple[str, ...]
    open_keys: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Mark:
    """A mark that is planted, in all its spellings."""

    spellings: tuple[bytes, ...]

    def found_in(self, path: Path) -> bool:
        """Return whether the mark stands anywhere in a file."""
        return _holds(path, self.spellings)


def scan(storage: Storage) -> Scanned:
    """Plant the mark, read every byte of raw storage, remove the mark.

    Where a key is missing or open to others only that is told: the vault may refuse to plant, and
    what such a key has sealed is as good as plain.
    """
    open_keys = tuple(_open_keys(storage))
    if open_keys:
        return Scanned(len(open_keys), 0, (), (), open_keys)
    with planted(storage) as mark:
        return _read_everything(storage, mark.spellings)


@contextmanager
def planted(storage: Storage) -> Iterator[Mark]:
    """Let a mark rest as a row, as a sealed value and as a sealed file for a while."""
    mark = secrets.token_hex(16)
    sealed = SealedFiles(storage.data / "objects", installed())
    lock = storage.data / LOCK
    with exclusive_if_free(lock) as alone:
        # What a killed search has left. Where another is under way its mark has to stay: a search
        # for a mark that is not there finds nothing, whatever lies in the clear.
        for left in Canary.objects.values_list("pk", flat=True) if alone else ():
            _remove(left, sealed)
    with shared(lock):
        number = _plant(mark, sealed)
        try:
            _flush()
            yield Mark(_spellings(mark))
        finally:
            _remove(number, sealed)


def _remove(number: uuid.UUID, sealed: SealedFiles) -> None:
    with suppress(SealedFileMissing, FileNotFoundError):
        sealed.delete(COMPANY, number)
    Canary.objects.filter(pk=number).delete()


def _plant(mark: str, sealed: SealedFiles) -> uuid.UUID:
    row_id = uuid.uuid4()
    place = Place(COMPANY, "controls_canary", "sealed", str(row_id))
    with transaction.atomic():
        Canary.objects.create(id=row_id, mark=mark * _REPEATS, sealed=seal_text(place, mark))
    sealed.write(COMPANY, row_id, io.BytesIO((mark * _REPEATS).encode()))
    return row_id


def _flush() -> None:
    """Move the write-ahead log into the database file, so that both are what rests."""
    if connection.vendor == "sqlite" and not connection.in_atomic_block:
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _spellings(mark: str) -> tuple[bytes, ...]:
    raw = mark.encode("ascii")
    # Three alignments of base64: whatever stands before the mark, one of them is in the text.
    encoded = {base64.b64encode(b"\0" * shift + raw)[4 * bool(shift) : -4] for shift in range(3)}
    return (raw, mark.encode("utf-16-le"), mark.encode("utf-16-be"), raw.hex().encode(), *encoded)


def _read_everything(storage: Storage, spellings: Sequence[bytes]) -> Scanned:
    files = sorted(
        path
        for path in storage.data.rglob("*")
        if path.is_file() and storage.backups not in path.parents
    )
    exposed, plain, size = [], [], 0
    for path in files:
        name = path.relative_to(storage.data).as_posix()
        try:
            size += path.stat().st_size
            if _holds(path, spellings):
                exposed.append(name)
            if _is_plain_database(path, storage):
                plain.append(name)
        except FileNotFoundError:
            continue  # temporary files come and go while the service runs
    return Scanned(len(files), size, tuple(exposed), tuple(plain), ())


def _holds(path: Path, spellings: Sequence[bytes]) -> bool:
    longest = max(map(len, spellings))
    tail = b""
    for block in _blocks(path):
        window = tail + block
        if any(one in window for one in spellings):
            return True
        tail = window[-longest:]
    return False


def _blocks(path: Path) -> Iterator[bytes]:
    # A database that is in use loses its locks when a descriptor of it is closed.
    if _DATABASE.search(path.name):
        yield from steady.blocks(path)
        return
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            yield block


def _is_plain_database(path: Path, storage: Storage) -> bool:
    # Plain SQLite files by design: one holds wrapped keys only, the other what is public or opaque.
    if path in (storage.data / "keys.db", storage.ledger):
        return False
    return next(_blocks(path), b"").startswith(SQLITE_MAGIC)


def _open_keys(storage: Storage) -> Iterator[str]:
    for path in (storage.root_key, storage.data / "keys.db"):
        try:
            mode = path.stat().st_mode
        except FileNotFoundError:
            yield f"{path.name} is missing"
        else:
            if mode & (stat.S_IRWXG | stat.S_IRWXO):
                yield f"{path.name} is readable by others"
