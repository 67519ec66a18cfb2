"""Beginning a new ledger where the old one is lost for good, on somebody's word."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from trustkeep.evidence import keeping
from trustkeep.evidence.actions import append, publish_checkpoint
from trustkeep.evidence.kinds import Kind
from trustkeep.kernel.clock import isoformat
from trustkeep.lifecycle.backups.making import PROMISE


def begin_anew(*, by: str, now: datetime) -> int:
    """Begin a new ledger and say so in the log; return the entry. Raises LedgerExists.

    Who asks for it vouches that this database is the newest: an older one would publish another
    log than the one that readers know.
    """
    with transaction.atomic():
        number = keeping.begin_anew(now=now)
        body = {"ledger": str(number), "by": by, "at": isoformat(now)}
        entry = append(kind=Kind.LEDGER_STARTED, body=body, now=now, promise_id=PROMISE)
    publish_checkpoint(now)
    return entry.index
