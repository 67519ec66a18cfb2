"""Backups and drills that somebody asked for, or whose time has come, one of a kind at a time.

Asking writes a row; whoever works takes it, tells how far it is, and ends it. A killed process
leaves a row without a sign of life, which the next one ends and begins anew if it is still due.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from time import monotonic
from typing import Any

from django.db import IntegrityError, transaction

from trustkeep.kernel.errors import TrustkeepError
from trustkeep.kernel.ids import new_id
from trustkeep.lifecycle.backups import drilling, making, queries
from trustkeep.lifecycle.backups.models import Work
from trustkeep.lifecycle.backups.ports import Stage, places

BACKUP, DRILL = "backup", "drill"
ASKED, RUNNING, DONE, FAILED = "asked", "running", "done", "failed"
TIMETABLE = "timetable"
TRY_AGAIN = timedelta(hours=1)
"""How long after a failure the timetable tries again by itself."""
_TELL_EVERY_S = 1.0


class WorkUnderWay(TrustkeepError):
    """The same is asked for or under way already."""

    sentence = "This is under way already. Look again in a moment."


class WorkBroken(TrustkeepError):
    """Something that nobody expected went wrong."""

    sentence = "Something went wrong; the server’s log says what. Nothing was changed."


def ask(*, kind: str, by: str, now: datetime) -> uuid.UUID:
    """Ask for a backup or a drill; the timetable begins it within seconds. Raises WorkUnderWay."""
    try:
        with transaction.atomic():
            row = Work.objects.create(
                id=new_id(), kind=kind, state=ASKED, asked_by=by, asked_at=now
            )
    except IntegrityError:
        raise WorkUnderWay from None
    return row.id


def begin_due(*, now: datetime) -> uuid.UUID | None:
    """Take the next work, asked for or due; None where there is nothing to do."""
    with transaction.atomic():
        _end_killed(now)
        for kind, is_due in ((BACKUP, queries.is_due), (DRILL, drilling.is_due)):
            waits = Work.objects.filter(kind=kind, ended_at=None)
            if not waits.exists() and is_due(now) and not _failed_lately(kind, now):
                Work.objects.create(
                    id=new_id(), kind=kind, state=ASKED, asked_by=TIMETABLE, asked_at=now
                )
        if Work.objects.filter(state=RUNNING).exists():
            return None
        row = Work.objects.filter(state=ASKED).order_by("asked_at").first()
        if row is None:
            return None
        Work.objects.filter(pk=row.pk).update(state=RUNNING, beat_at=now)
    return row.pk


def carry_out(*, work_id: uuid.UUID, now: datetime, clock: Callable[[], datetime]) -> bool:
    """Do a piece of work that `begin_due` took; return whether it went well."""
    row = Work.objects.get(pk=work_id)
    act = making.make_backup if row.kind == BACKUP else drilling.drill
    trouble: TrustkeepError | None = None
    try:
        act(by=row.asked_by, now=now, report=_Teller(work_id, clock))
    except TrustkeepError as error:
        trouble = error
    except Exception:
        _end(work_id, WorkBroken(), clock())
        raise
    _end(work_id, trouble, clock())
    return trouble is None


class _Teller:
    """Writes down how far the work is, at most once in a while."""

    def __init__(self, work_id: uuid.UUID, clock: Callable[[], datetime]) -> None:
        self._work_id, self._clock, self._told_at = work_id, clock, 0.0
        self._stage: Stage | None = None

    def __call__(self, stage: Stage, done_bytes: int, all_bytes: int) -> None:
        if stage is self._stage and monotonic() < self._told_at + _TELL_EVERY_S:
            return
        self._stage, self._told_at = stage, monotonic()
        Work.objects.filter(pk=self._work_id).update(
            stage=stage, done_bytes=done_bytes, all_bytes=all_bytes, beat_at=self._clock()
        )


def _end(work_id: uuid.UUID, trouble: TrustkeepError | None, now: datetime) -> None:
    told: dict[str, Any] = {}
    if trouble is not None:
        values = {name: str(value) for name, value in trouble.values.items()}
        told = {"sentence": trouble.sentence, "values": values}
    state = FAILED if trouble else DONE
    Work.objects.filter(pk=work_id).update(state=state, ended_at=now, trouble=told)


def _end_killed(now: datetime) -> None:
    silent_since = now - timedelta(seconds=queries.ALIVE_S)
    rows = Work.objects.filter(state=RUNNING, beat_at__lt=silent_since)
    if rows.exists():
        # Whoever reads a large database says nothing for minutes, but holds the lock meanwhile.
        with suppress(making.BackupUnderWay), making.alone(places().backups):
            rows.update(state=FAILED, ended_at=now)


def _failed_lately(kind: str, now: datetime) -> bool:
    last = Work.objects.filter(kind=kind, ended_at__isnull=False).order_by("-ended_at").first()
    # A killed attempt says nothing; it is begun anew at once.
    return bool(last and last.trouble and last.ended_at and last.ended_at > now - TRY_AGAIN)
