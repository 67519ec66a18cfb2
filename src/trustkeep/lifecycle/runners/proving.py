"""Confirming that nothing is left, and clearing what deleting leaves behind in the files.

A deleted row's bytes stay in the write-ahead log until it is truncated, and in free pages until the
file is rewritten; so both are done before a receipt says that the rows are gone.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import connection
from django.db.models import Max

from trustkeep.lifecycle.attempts import LOOK_AGAIN, Ran
from trustkeep.lifecycle.edges import settle_phase
from trustkeep.lifecycle.models import Step
from trustkeep.lifecycle.part_reader import left_of
from trustkeep.lifecycle.stages import OPEN, StepKind, StepState, Trouble

IN_FLIGHT = timedelta(minutes=1)
"""Longer than any write that had passed the gate before the lock takes to commit."""


def verify(step: Step, now: datetime) -> Ran:
    """Let the second reader look, a while after the last deletion; what it finds is deleted too."""
    emptied = Step.objects.filter(
        obligation=step.obligation_id, kind__in=(StepKind.ROWS, StepKind.OBJECTS)
    )
    last = emptied.aggregate(at=Max("settled_at"))["at"]
    if last is not None and now < last + IN_FLIGHT:
        return Ran(StepState.DUE, again_at=last + IN_FLIGHT)
    left = left_of(step.obligation)
    told = {"looked": left.looked, "left": dict(left.stores)}
    if left.total:
        reopen(step, set(left.stores), now)
        return Ran(
            StepState.DUE, trouble=Trouble.REMAINING, remaining=left.total, again_at=now, told=told
        )
    return Ran(remaining=0, matched=left.looked, told=told)


def reopen(step: Step, stores: set[str], now: datetime) -> None:
    """Let the stores in which something was found be emptied again."""
    emptied = Step.objects.filter(obligation=step.obligation_id).exclude(state__in=OPEN)
    emptied.filter(kind=StepKind.ROWS, target__in=stores).update(
        state=StepState.DUE, next_at=now, settled_at=None
    )
    if "objects" in stores:
        emptied.filter(kind=StepKind.OBJECTS).update(
            state=StepState.DUE, next_at=now, settled_at=None
        )
    settle_phase(step.obligation_id)


def clear_residues(_step: Step, now: datetime) -> Ran:
    """Truncate the write-ahead log and rewrite the file; waits while somebody is reading."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("VACUUM")
        return Ran(matched=1, remaining=0)
    if not _truncated():
        return Ran(StepState.DUE, trouble=Trouble.BUSY, again_at=now + LOOK_AGAIN)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM")
    if not _truncated():
        return Ran(StepState.DUE, trouble=Trouble.BUSY, again_at=now + LOOK_AGAIN)
    return Ran(matched=1, remaining=0)


def _truncated() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        busy, _, _ = cursor.fetchone()
    return not busy
