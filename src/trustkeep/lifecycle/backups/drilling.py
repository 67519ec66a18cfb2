"""Drilling a restore: a backup is restored elsewhere, reconciled, and proved to lack the erased.

The oldest backup that is kept has most to catch up with, so it is the one that is taken.
"""

from __future__ import annotations

import time
import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from trustkeep.evidence.actions import append, publish_checkpoint
from trustkeep.evidence.kinds import Kind
from trustkeep.kernel.clock import isoformat
from trustkeep.kernel.errors import TrustkeepError
from trustkeep.lifecycle.backups.making import PROMISE, alone, make_backup
from trustkeep.lifecycle.backups.models import Backup, Drill
from trustkeep.lifecycle.backups.ports import NoPlaces, Report, joined, places, silent
from trustkeep.lifecycle.backups.queries import DrillShown, drills
from trustkeep.lifecycle.deadlines import DRILL_AFTER


class NoSuchBackup(TrustkeepError):
    """No backup of this name is kept."""

    sentence = "There is no backup {name}. `trustkeep backup list` names those that are kept."


class DrillBroken(TrustkeepError):
    """The restore that was drilled did not come to its end."""

    sentence = (
        "The drill of {backup} failed: {reason}. The running installation was not touched; a "
        "failed drill is recorded."
    )


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a rehearsal found; ``told`` are counts."""

    passed: bool
    told: dict[str, Any]
    failure: str = ""


def is_due(now: datetime) -> bool:
    """Return whether the next drill is to be made."""
    last = Drill.objects.filter(passed=True).order_by("-at").first()
    return last is None or now >= last.at + DRILL_AFTER


def drill(*, by: str, now: datetime, name: str = "", report: Report = silent) -> DrillShown:
    """Restore a backup elsewhere, reconcile it, prove it, and record how it went.

    Makes a backup first where there is none. Raises NoSuchBackup, DrillBroken (after recording
    it), or what making a backup raises.
    """
    if joined.rehearse is None:
        raise NoPlaces
    row = _chosen(name, by, now, report)
    # What happened since is for the ledger to know, so that there is something to reconcile.
    publish_checkpoint(now)
    began = time.monotonic()
    where = places()
    with alone(where.backups):
        outcome = _rehearsed(where.backups / row.name, report)
    recorded = _record(row, outcome, int(time.monotonic() - began), by, now)
    if not outcome.passed:
        raise DrillBroken(backup=row.name, reason=outcome.failure or "see the record")
    return recorded


def _rehearsed(path: Any, report: Report) -> Outcome:
    assert joined.rehearse is not None
    try:
        told = joined.rehearse(path, report)
    except TrustkeepError as error:
        return Outcome(False, {"failure": type(error).__name__}, str(error))
    passed = not told.get("left") and not told.get("missing") and bool(told.get("pages"))
    return Outcome(passed, told, "" if passed else "something is left, missing or not shown")


def _chosen(name: str, by: str, now: datetime, report: Report) -> Backup:
    rows = Backup.objects.filter(gone_at=None).order_by("made_at")
    if name:
        found = rows.filter(name=name).first()
        if found is None:
            raise NoSuchBackup(name=name)
        return found
    oldest = rows.first()
    if oldest is not None:
        return oldest
    return Backup.objects.get(pk=make_backup(by=by, now=now, report=report).id)


def _record(row: Backup, outcome: Outcome, seconds: int, by: str, now: datetime) -> DrillShown:
    body = {
        "drill": str(uuid.uuid4()),
        "backup": str(row.id),
        "at": isoformat(now),
        "seconds": seconds,
        "passed": outcome.passed,
        "found": outcome.told,
        "by": by,
    }
    with transaction.atomic():
        entry = append(kind=Kind.RESTORE_DRILLED, body=body, now=now, promise_id=PROMISE)
        Drill.objects.create(
            id=uuid.UUID(str(body["drill"])),
            backup=row,
            at=now,
            seconds=seconds,
            passed=outcome.passed,
            body=body,
            salt=entry.salt,
            entry_index=entry.index,
            drilled_by=by,
        )
    return drills(limit=1)[0]
