"""Reading a backup back: every chunk, every digest, and the database inside it."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from trustkeep.lifecycle.backups.ports import Report, Stage, database_key, silent
from trustkeep.vault import steady
from trustkeep.vault.archives import COPY_BYTES, BackupDamaged, Index, contents
from trustkeep.vault.keys import SystemPurpose, installed
from trustkeep.vault.sqlcipher.copying import require_whole, table_counts
from trustkeep.vault.sqlcipher.opening import DatabaseUnusable

DATABASE = "trustkeep.db"


@dataclass(frozen=True, slots=True)
class Verified:
    """A backup that was read wholly: its own size and digest, and what is inside."""

    size_bytes: int
    sha256: str
    files: int
    bytes: int
    facts: dict[str, Any] = field(default_factory=dict)


def verify(path: Path, room: Path, *, report: Report = silent) -> Verified:
    """Read a backup wholly; the database in it is unpacked to `room` for a moment, and read too.

    Raises what `trustkeep.vault.archives` raises, or BackupDamaged where the database is.
    """
    key, size = installed().system_key(SystemPurpose.BACKUP), path.stat().st_size
    unpacked = room / f".{secrets.token_hex(4)}.part.db"
    found, done = None, 0
    try:
        for name, length, content in contents(path, key):
            if isinstance(content, Index):
                found = content
            elif name == DATABASE:
                _unpack(content, unpacked)
            done += length
            report(Stage.VERIFY, min(done, size), size)
        assert found is not None  # the reader raises where the index is missing
        _require_database(unpacked, found, path)
    finally:
        unpacked.unlink(missing_ok=True)
        steady.forget_removed()
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return Verified(size, digest, found.files, found.bytes, dict(found.facts))


def _unpack(content: IO[bytes], path: Path) -> None:
    path.touch(mode=0o600)
    with path.open("wb") as target:
        while piece := content.read(COPY_BYTES):
            target.write(piece)


def _require_database(unpacked: Path, index: Index, path: Path) -> None:
    if not unpacked.exists():
        raise BackupDamaged(path=path, what="there is no database in it")
    try:
        require_whole(unpacked, database_key())
        counts = table_counts(unpacked, database_key())
    except DatabaseUnusable as error:
        raise BackupDamaged(path=path, what="the database in it cannot be read") from error
    if counts != index.facts.get("tables"):
        raise BackupDamaged(path=path, what="the database in it has other rows than it says")
