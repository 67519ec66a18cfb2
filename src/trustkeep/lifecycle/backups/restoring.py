"""Restoring a backup into a data directory that holds the newest key store and nothing else.

Everything is unpacked beside its place and looked through first; the database gets its name last.
Broken off at any instant it leaves a directory that does not start, and that the next attempt
clears. What comes out is an old copy: it is reconciled with the ledger before it serves.
"""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from trustkeep.kernel.errors import TrustkeepError
from trustkeep.lifecycle.backups.ports import Report, Stage, silent
from trustkeep.vault.archives import COPY_BYTES, BackupDamaged, Index, contents, read_manifest
from trustkeep.vault.durable import sync_directory
from trustkeep.vault.sqlcipher.copying import require_whole
from trustkeep.vault.sqlcipher.opening import DatabaseUnusable

DATABASE, OBJECTS = "trustkeep.db", "objects"
UNDER_WAY = "restore.partial"
"""Where everything is unpacked; while it is there, nothing starts."""
BESIDE = ("config.toml", "seal.pem")
"""Small files that come along; one that is there already stays as it is."""
_ID = "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
_OBJECT = re.compile(rf"{OBJECTS}/{_ID}/[0-9]{{1,9}}/{_ID}")
_DIRECTORY_MODE, _FILE_MODE = 0o700, 0o600


class DataInTheWay(TrustkeepError):
    """A restore never overwrites."""

    sentence = (
        "{data} has data already ({name}). Restore into a directory that holds only the newest key "
        "store (keys.db), the ledger and, if you like, config.toml. Nothing was changed."
    )


class RestoreBrokenOff(TrustkeepError):
    """A restore did not come to its end."""

    sentence = (
        "A restore into {data} was broken off. Run `trustkeep backup restore` again; it clears "
        "what is there and begins anew."
    )


class NoRoomToRestore(TrustkeepError):
    """The disk is full, or the directory cannot be written."""

    sentence = (
        "The backup could not be unpacked into {data}: {reason}. Make room, then run the restore "
        "again; the backup is untouched."
    )


@dataclass(frozen=True, slots=True)
class Keys:
    """What opens a backup: both come from the newest key store."""

    backup: bytes
    database: str


@dataclass(frozen=True, slots=True)
class Restored:
    """What was unpacked, and what the backup says of itself."""

    files: int
    bytes: int
    manifest: dict[str, Any]


def restore(archive: Path, data: Path, keys: Keys, *, report: Report = silent) -> Restored:
    """Unpack a backup into `data`, look it through, and put everything in its place.

    Raises DataInTheWay, NoRoomToRestore, or what `trustkeep.vault.archives` raises.
    """
    manifest = read_manifest(archive)
    _require_free(data)
    work = data / UNDER_WAY
    try:
        with _told_what_to_do(data):
            work.mkdir(mode=_DIRECTORY_MODE, parents=True)
            index = _unpack(archive, work, keys, report)
            _require_database(work / DATABASE, keys, archive)
            os.sync()
    except BaseException:
        shutil.rmtree(work, ignore_errors=True)
        raise
    with _told_what_to_do(data):
        _publish(work, data)
    return Restored(index.files, index.bytes, manifest)


def require_none_under_way(data: Path) -> None:
    """Raise RestoreBrokenOff where a restore did not come to its end."""
    if (data / UNDER_WAY).exists():
        raise RestoreBrokenOff(data=data)


def _require_free(data: Path) -> None:
    work = data / UNDER_WAY
    if work.exists():
        # Only a restore makes this directory, and only where there was no data.
        (data / DATABASE).unlink(missing_ok=True)
        shutil.rmtree(work)
        shutil.rmtree(data / OBJECTS, ignore_errors=True)
    for name in (DATABASE, OBJECTS):
        if (data / name).exists():
            raise DataInTheWay(data=data, name=name)


def _unpack(archive: Path, work: Path, keys: Keys, report: Report) -> Index:
    size, done = archive.stat().st_size, 0
    found = None
    for name, length, content in contents(archive, keys.backup):
        if isinstance(content, Index):
            found = content
            continue
        if name not in (DATABASE, *BESIDE) and not _OBJECT.fullmatch(name):
            raise BackupDamaged(path=archive, what=f"it holds a file {name!r} that no backup has")
        _write(content, work / name)
        done += length
        report(Stage.RESTORE, min(done, size), size)
    assert found is not None  # the reader raises where the index is missing
    return found


def _write(content: IO[bytes], path: Path) -> None:
    for folder in reversed(path.parents):
        folder.mkdir(mode=_DIRECTORY_MODE, exist_ok=True)
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, _FILE_MODE)
    with open(handle, "wb") as target:  # noqa: PTH123  # a descriptor has no path
        while piece := content.read(COPY_BYTES):
            target.write(piece)


def _require_database(path: Path, keys: Keys, archive: Path) -> None:
    if not path.exists():
        raise BackupDamaged(path=archive, what="there is no database in it")
    try:
        require_whole(path, keys.database)
    except DatabaseUnusable as error:
        raise BackupDamaged(path=archive, what="the database in it cannot be read") from error


def _publish(work: Path, data: Path) -> None:
    if (work / OBJECTS).exists():
        (work / OBJECTS).replace(data / OBJECTS)
    for name in BESIDE:
        if (work / name).exists() and not (data / name).exists():
            (work / name).replace(data / name)
    sync_directory(data)
    (work / DATABASE).replace(data / DATABASE)
    sync_directory(data)
    shutil.rmtree(work)
    sync_directory(data)


@contextmanager
def _told_what_to_do(data: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise NoRoomToRestore(data=data, reason=error.strerror or error) from error
