"""What the evidence log learns of a letter: that one of a kind left, failed or was called off.

Never to whom or with which words.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from trustkeep.evidence.actions import append
from trustkeep.evidence.kinds import Kind
from trustkeep.kernel.clock import isoformat
from trustkeep.letters.models import Act, Letter


class Happened(StrEnum):
    """The turns in a letter's life that are logged."""

    DELIVERED = "delivered"
    REFUSED = "refused"
    CAME_BACK = "came-back"
    CANCELLED = "cancelled"
    TRIED_AGAIN = "tried-again"


def note(row: Letter, what: Happened, now: datetime) -> None:
    """Append an entry about a letter, in the caller's transaction."""
    body = {
        "letter": str(row.id),
        "kind": row.kind,
        "what": what.value,
        "at": isoformat(now),
    }
    if row.about:
        body["about"] = row.about
    entry = append(kind=Kind.LETTER, body=body, now=now)
    Act.objects.create(entry_index=entry.index, letter=row, body=body, salt=entry.salt)
