"""Making a backup: a consistent copy, sealed into one file, read back wholly, then entered.

1. what an earlier, killed attempt has left is cleared, and what it had finished is entered;
2. the database is copied in one read transaction, and looked through page by page;
3. copy and sealed files are written into a file that is not called a backup yet;
4. that file is read back: every chunk, every digest, the database inside it once more;
5. it gets its name;
6. row and entry are committed together.

Killed after 5 it is entered by the next attempt; killed before, nothing looks like a backup. One at
a time: a lock file in the directory holds that between processes.
"""

from __future__ import annotations

import fcntl
import os
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db import OperationalError, connection, transaction

from trustkeep import __version__
from trustkeep.evidence import queries as evidence
from trustkeep.evidence.actions import append
from trustkeep.evidence.canonical import to_base64
from trustkeep.evidence.kinds import Kind
from trustkeep.kernel.clock import isoformat
from trustkeep.kernel.errors import TrustkeepError
from trustkeep.lifecycle.backups import verifying
from trustkeep.lifecycle.backups.models import Backup
from trustkeep.lifecycle.backups.ports import (
    PREFIX,
    SUFFIX,
    Places,
    Report,
    Stage,
    database_key,
    file_name,
    joined,
    places,
    silent,
)
from trustkeep.lifecycle.backups.verifying import Verified
from trustkeep.vault import steady
from trustkeep.vault.archives import ArchiveWriter, read_manifest
from trustkeep.vault.durable import partial_path, sync, sync_directory
from trustkeep.vault.files import PARTIAL
from trustkeep.vault.keys import SystemPurpose, installed
from trustkeep.vault.outages import NO_ROOM, Outage, outage_of
from trustkeep.vault.sqlcipher.copying import copy_database, table_counts

PROMISE = "backups-without-exposure"
OBJECTS = "objects"
"""How the directory of sealed files is called inside a backup."""
_DIRECTORY_MODE = 0o700


class BackupElsewhere(TrustkeepError):
    """The rows lie on a database server, which has backups of its own."""

    sentence = (
        "The rows of this installation lie in PostgreSQL, whose backups are made there: use "
        "pg_dump or your provider's, and enter them as records of the kind “backup”."
    )


class BackupUnderWay(TrustkeepError):
    """Another process is making a backup into the same directory."""

    sentence = "A backup is being made already. Wait until it is done."


class NoRoomForBackup(TrustkeepError):
    """The disk is full, or a limit was met."""

    sentence = (
        "There is no room for the backup in {place}. Make room, or name another directory in the "
        "setting backups. The earlier backups are untouched."
    )


class BackupUnwritable(TrustkeepError):
    """The machine keeps the backup from being written or read."""

    sentence = (
        "The backup could not be written to {place}: {reason}. Set the directory right, or name "
        "another one in the setting backups. The earlier backups are untouched."
    )


@dataclass(frozen=True, slots=True)
class Made:
    """A backup that was made and verified."""

    id: uuid.UUID
    path: Path
    made_at: datetime
    ends_at: datetime
    size_bytes: int
    sha256: str
    log_size: int
    entry_index: int


def make_backup(*, by: str, now: datetime, report: Report = silent) -> Made:
    """Make a backup, verify it, and enter it.

    Raises BackupElsewhere, BackupUnderWay, NoRoomForBackup, BackupUnwritable, or what the vault
    has against the database; earlier backups are never touched.
    """
    if connection.vendor == "postgresql":
        raise BackupElsewhere
    where = places()
    with _told_what_to_do(where.backups), alone(where.backups):
        clear_leftovers(where.backups)
        enter_found(where, by=by, now=now)
        path, seen = _written(where, now, report)
        report(Stage.PUBLISH, 0, 0)
        return _enter(where, path, seen, by=by, now=now)


def enter_found(where: Places, *, by: str, now: datetime) -> list[Made]:
    """Enter finished backups that no row knows: a kill came between the file and its row."""
    known = set(Backup.objects.values_list("name", flat=True))
    found = [path for path in backup_files(where.backups) if path.name not in known]
    return [
        _enter(where, path, verifying.verify(path, where.backups), by=by, now=now) for path in found
    ]


def backup_files(folder: Path) -> list[Path]:
    """Return the files of a directory that are called backups, the oldest first."""
    return sorted(folder.glob(f"{PREFIX}*{SUFFIX}"))


def clear_leftovers(folder: Path) -> None:
    """Remove what a killed attempt has left; call it with the directory alone."""
    for leftover in folder.glob(".*.part*"):
        leftover.unlink()


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Keep other processes from making or deleting backups here; raises BackupUnderWay."""
    folder.mkdir(mode=_DIRECTORY_MODE, parents=True, exist_ok=True)
    handle = os.open(folder / ".lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise BackupUnderWay from None
        yield
    finally:
        os.close(handle)


def _written(where: Places, now: datetime, report: Report) -> tuple[Path, Verified]:
    number = uuid.uuid4()
    path = where.backups / file_name(now, number.hex[:8])
    partial = partial_path(path.with_name(f".{path.name}"))
    copy = where.backups / ".database.part"
    planted = joined.planted() if joined.planted else nullcontext()
    try:
        with planted as mark:
            report(Stage.COPY, 0, where.database.stat().st_size)
            copy_database(where.database, copy, database_key())
            _pack(where, partial, copy, number, now, report)
            report(Stage.VERIFY, 0, partial.stat().st_size)
            encrypted = mark is None or not mark.found_in(partial)
            seen = verifying.verify(partial, where.backups, report=report)
        # The mark is gone by now: what was found has to stand in the name.
        path = path if encrypted else path.with_name(path.name.replace(SUFFIX, EXPOSED + SUFFIX))
        partial.replace(path)
        sync_directory(where.backups)
    finally:
        partial.unlink(missing_ok=True)
        copy.unlink(missing_ok=True)
        steady.forget_removed()
    return path, seen


EXPOSED = "-exposed"
"""Stands in the name of a backup in which plain text was found."""


def _pack(
    where: Places, partial: Path, copy: Path, number: uuid.UUID, now: datetime, report: Report
) -> None:
    objects = sorted(_objects(where.objects))
    size = copy.stat().st_size + sum(length for _, length in objects)
    counts = table_counts(copy, database_key())
    ring = installed()
    handle = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    with open(handle, "wb") as target:  # noqa: PTH123  # a descriptor has no path
        manifest = _manifest(number, now, counts, ring.status().epoch)
        writer = ArchiveWriter(target, manifest, ring.system_key(SystemPurpose.BACKUP))
        writer.add(verifying.DATABASE, copy)
        for path in where.beside:
            writer.add(path.name, path)
        for path, _ in objects:
            # A file that was deleted meanwhile is gone from the newer rows as well.
            writer.add(f"{OBJECTS}/{path.relative_to(where.objects).as_posix()}", path)
            report(Stage.PACK, writer.bytes, size)
        writer.finish({"tables": counts, "objects": len(objects)})
        target.flush()
        sync(target.fileno())
    report(Stage.PACK, size, size)


def _manifest(
    number: uuid.UUID, now: datetime, counts: dict[str, int], epoch: int
) -> dict[str, Any]:
    signed = evidence.latest_checkpoint()
    return {
        "id": str(number),
        "made_at": isoformat(now),
        "version": __version__,
        "origin": evidence.origin(),
        "log_size": counts.get("evidence_logentry", 0),
        "checkpoint": {"size": signed.size, "root": to_base64(signed.root)} if signed else None,
        "epoch": epoch,
        "rows": sum(counts.values()),
    }


def _objects(folder: Path) -> Iterator[tuple[Path, int]]:
    for account in os.scandir(folder) if folder.is_dir() else ():
        if account.name == PARTIAL or not account.is_dir():
            continue
        for root, _, names in os.walk(account.path):
            for name in names:
                path = Path(root) / name
                try:
                    yield path, path.stat().st_size
                except FileNotFoundError:
                    continue


def _enter(where: Places, path: Path, seen: Verified, *, by: str, now: datetime) -> Made:
    manifest = read_manifest(path)
    made_at = datetime.fromisoformat(manifest["made_at"])
    body = {
        "backup": manifest["id"],
        "made_at": manifest["made_at"],
        "ends_at": isoformat(made_at + where.keep_for),
        "log_size": manifest["log_size"],
        "epoch": manifest["epoch"],
        "size_bytes": seen.size_bytes,
        "sha256": seen.sha256,
        "files": seen.files,
        "rows": manifest["rows"],
        "encrypted": EXPOSED not in path.name,
        "by": by,
    }
    with transaction.atomic():
        entry = append(kind=Kind.BACKUP_MADE, body=body, now=now, promise_id=PROMISE)
        row = Backup(
            id=uuid.UUID(manifest["id"]),
            name=path.name,
            made_at=made_at,
            ends_at=made_at + where.keep_for,
            verified_at=max(now, made_at),
            made_by=by,
            entry_index=entry.index,
            body=body,
            salt=entry.salt,
            **{name: body[name] for name in _COLUMNS},
        )
        row.save(force_insert=True)
    return shown(row, path)


_COLUMNS = ("log_size", "epoch", "size_bytes", "sha256", "files", "rows", "encrypted")


def shown(row: Backup, path: Path) -> Made:
    """Return a backup as a plain value."""
    return Made(
        row.id,
        path,
        row.made_at,
        row.ends_at,
        row.size_bytes,
        row.sha256,
        row.log_size,
        row.entry_index,
    )


@contextmanager
def _told_what_to_do(place: Path) -> Iterator[None]:
    """Turn what the machine says into a sentence that a person can act on."""
    try:
        yield
    except OSError as error:
        if error.errno in NO_ROOM or error.errno is None:
            raise NoRoomForBackup(place=place) from error
        raise BackupUnwritable(place=place, reason=error.strerror or error) from error
    except OperationalError as error:
        # The backup itself may be whole already; then the next attempt enters it.
        match outage_of(error):
            case Outage.FULL:
                raise NoRoomForBackup(place=place) from error
            case None:
                raise
            case _:
                raise BackupUnwritable(place=place, reason=error) from error
