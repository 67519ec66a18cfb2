"""Reading backups and drills: what is kept until when, and how it went."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from trustkeep.kernel.errors import TrustkeepError
from trustkeep.lifecycle.backups.models import Backup, Drill, Work
from trustkeep.lifecycle.backups.ports import places
from trustkeep.lifecycle.deadlines import BACKUP_AT_LEAST, BACKUP_KEPT
from trustkeep.lifecycle.kinds import BACKUP
from trustkeep.records import queries as records
from trustkeep.records.periods import end_of

SHOWN = 50
OWN = "Trustkeep"
"""The place of the backups that are made here."""
ALIVE_S = 120
"""Work that gave no sign of life for so many seconds was killed."""


@dataclass(frozen=True, slots=True)
class BackupShown:
    """One backup; ``gone_at`` is None while it is kept."""

    id: uuid.UUID
    name: str
    made_at: datetime
    ends_at: datetime
    log_size: int
    size_bytes: int
    sha256: str
    files: int
    rows: int
    encrypted: bool
    verified_at: datetime
    made_by: str
    gone_at: datetime | None
    gone_why: str
    entry_index: int


@dataclass(frozen=True, slots=True)
class DrillShown:
    """One drill; ``told`` are the counts of what was re-applied and looked for."""

    id: uuid.UUID
    backup: str
    backup_made_at: datetime
    at: datetime
    seconds: int
    passed: bool
    told: dict[str, Any]
    entry_index: int

    @property
    def minutes(self) -> int:
        """How long it took, in minutes, at least one."""
        return max(-(-self.seconds // 60), 1)


@dataclass(frozen=True, slots=True)
class WorkShown:
    """A backup or a drill that is asked for or under way; ``percent`` is None where unknown."""

    id: uuid.UUID
    kind: str
    state: str
    stage: str
    percent: int | None
    asked_at: datetime
    ended_at: datetime | None
    trouble: TrustkeepError | None


@dataclass(frozen=True, slots=True)
class Copy:
    """One copy that still holds what was erased later: where, since when, until when."""

    place: str
    made_at: datetime
    gone_date: date


def backups(*, gone: bool = False, limit: int = SHOWN) -> list[BackupShown]:
    """Return the backups that are kept, or those that are gone, the newest first."""
    rows = Backup.objects.filter(gone_at__isnull=not gone).order_by("-made_at")
    return [_backup(row) for row in rows[:limit]]


def newest() -> BackupShown | None:
    """Return the newest backup that is kept."""
    row = Backup.objects.filter(gone_at__isnull=True).order_by("-made_at").first()
    return _backup(row) if row else None


def drills(limit: int = SHOWN) -> list[DrillShown]:
    """Return the drills, the newest first."""
    return [_drill(row) for row in Drill.objects.select_related("backup").order_by("-at")[:limit]]


def work() -> list[WorkShown]:
    """Return what is under way, and the last work of each kind that failed."""
    rows = list(Work.objects.filter(ended_at__isnull=True).order_by("asked_at"))
    for kind in ("backup", "drill"):
        last = Work.objects.filter(kind=kind, ended_at__isnull=False).order_by("-ended_at").first()
        if last is not None and last.state == "failed" and last.trouble:
            rows.append(last)
    return [_work(row) for row in rows]


def is_due(now: datetime) -> bool:
    """Return whether the next backup is to be made."""
    last = newest()
    return last is None or now >= last.made_at + BACKUP_AT_LEAST


def copies_of(erased_at: datetime, now: datetime) -> tuple[Copy, ...]:
    """Return every kept copy that was made before an erasure: our own, and those entered by hand.

    One entered before its end was asked for counts as long as our own are kept at least.
    """
    own = Backup.objects.filter(gone_at__isnull=True, made_at__lte=erased_at).order_by("made_at")
    found = [Copy(OWN, row.made_at, row.ends_at.date()) for row in own]
    for one in records.current(BACKUP, now):
        until = one.get("gone_date") or (one["made_at"] + BACKUP_KEPT).date()
        if one["made_at"] <= erased_at and now < end_of(until):
            found.append(Copy(one["place"], one["made_at"], until))
    return tuple(sorted(found, key=lambda copy: (copy.gone_date, copy.made_at)))


def is_there(backup: BackupShown) -> bool:
    """Return whether the file of a backup lies in its place, in its size."""
    try:
        return path_of(backup.name).stat().st_size == backup.size_bytes
    except FileNotFoundError:
        return False


def path_of(name: str) -> Path:
    """Return where the file of a backup lies."""
    return places().backups / name


def _backup(row: Backup) -> BackupShown:
    names = BackupShown.__slots__
    return BackupShown(**{name: getattr(row, name) for name in names})


def _drill(row: Drill) -> DrillShown:
    return DrillShown(
        row.id,
        row.backup.name,
        row.backup.made_at,
        row.at,
        row.seconds,
        row.passed,
        row.body,
        row.entry_index,
    )


def _work(row: Work) -> WorkShown:
    percent = min(100 * row.done_bytes // row.all_bytes, 100) if row.all_bytes else None
    return WorkShown(
        row.id,
        row.kind,
        row.state,
        row.stage,
        percent,
        row.asked_at,
        row.ended_at,
        TrustkeepError(row.trouble["sentence"], **row.trouble["values"]) if row.trouble else None,
    )
