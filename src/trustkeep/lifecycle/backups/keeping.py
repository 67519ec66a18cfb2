"""Deleting backups at their end, and noting those that somebody else has taken away."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from trustkeep.evidence.actions import append
from trustkeep.evidence.kinds import Kind
from trustkeep.kernel.clock import isoformat
from trustkeep.lifecycle.backups.making import PROMISE, BackupUnderWay, alone
from trustkeep.lifecycle.backups.models import Backup
from trustkeep.lifecycle.backups.ports import Places, places
from trustkeep.vault.durable import remove

EXPIRED, MISSING = "expired", "missing"


def delete_expired(*, now: datetime) -> int:
    """Delete every backup whose end has come, and note those that are not there; return how many.

    The end was published with every receipt, so it holds for the last backup too. Waits for the
    next turn while a backup is being made or drilled.
    """
    where = places()
    try:
        with alone(where.backups):
            return sum(_look(row, where, now) for row in Backup.objects.filter(gone_at=None))
    except BackupUnderWay:
        return 0


def _look(row: Backup, where: Places, now: datetime) -> bool:
    path = where.backups / row.name
    is_there = path.exists()
    if now < row.ends_at and is_there:
        return False
    if is_there:
        remove(path)
    with transaction.atomic():
        row.gone_at = now
        row.gone_why = EXPIRED if is_there else MISSING
        row.save(update_fields=["gone_at", "gone_why"])
        body = {"backup": str(row.id), "why": row.gone_why, "at": isoformat(now)}
        append(kind=Kind.BACKUP_GONE, body=body, now=now, promise_id=PROMISE)
    return True
