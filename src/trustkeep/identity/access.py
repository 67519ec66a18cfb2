"""What happened at the doors: rows for the staff, entries for the log, nothing personal in it."""

from __future__ import annotations

from datetime import datetime

from trustkeep.evidence.actions import append
from trustkeep.evidence.kinds import Kind
from trustkeep.identity import origins
from trustkeep.identity.models import AccessEvent, User
from trustkeep.kernel.clock import isoformat


def note(
    what: str,
    *,
    now: datetime,
    user: User | None = None,
    detail: str = "",
    proved: bool = True,
) -> None:
    """Rest one act; ``proved`` acts leave an entry, refusals of strangers only a row.

    Anybody can cause refusals, so an entry for each would let strangers fill the log.
    """
    row = AccessEvent(at=now, what=what, user=user, source=origins.present().source, detail=detail)
    if proved:
        body = {"what": what, "user": str(user.pk) if user else "", "at": isoformat(now)}
        entry = append(kind=Kind.ACCESS, body=body, now=now)
        row.entry_index, row.entry_body, row.entry_salt = entry.index, body, entry.salt
    row.save()
