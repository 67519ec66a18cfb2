"""What happens to a request: one entry of the log and one line of its story, written together.

The entry names the request by its opaque id and what happened, never who asked or in which words.
"""

from __future__ import annotations

import uuid
from datetime import datetime
from enum import StrEnum

from trustkeep.evidence.actions import append
from trustkeep.evidence.kinds import Kind
from trustkeep.kernel.clock import isoformat
from trustkeep.lifecycle.requests.content import seal_words
from trustkeep.lifecycle.requests.models import Happening, Request

PROMISE = "deletion-on-request"
REQUESTER = "requester"
"""Who acts in the story when it is the person who asked."""


class What(StrEnum):
    """What can happen."""

    RECEIVED = "received"
    VERIFIED = "verified"
    ASSESSED = "assessed"
    ASKED = "asked"
    REPLIED = "replied"
    EXTENDED = "extended"
    DECIDED = "decided"
    APPROVED = "approved"
    FORWARDED = "forwarded"
    CONFIRMED = "confirmed"
    PLANNED = "planned"
    CALLED_OFF = "called-off"
    BY_HAND = "by-hand"
    EXECUTING = "executing"
    EXECUTED = "executed"
    COLLECTED = "collected"
    REVIEWED = "reviewed"
    FETCHED = "fetched"
    RESENT = "link-sent-again"
    RESTRICTED = "restricted"
    NOTICED = "notice-given"
    LIFTED = "restriction-lifted"
    ANSWERED = "answered"
    WITHDRAWN = "withdrawn"
    CLOSED = "closed"


def note(
    row: Request,
    what: What,
    *,
    by: str,
    now: datetime,
    words: str = "",
    letter: uuid.UUID | None = None,
    **told: str | int,
) -> None:
    """Append an entry about `row` in the caller's transaction; ``told`` goes into its body."""
    body = {
        "request": str(row.id),
        "what": what.value,
        "state": row.state,
        "by": by,
        "at": isoformat(now),
        **told,
    }
    entry = append(kind=Kind.REQUEST, body=body, now=now, promise_id=PROMISE)
    Happening.objects.create(
        entry_index=entry.index,
        request=row,
        at=now,
        what=what.value,
        by=by,
        body=body,
        salt=entry.salt,
        sealed=seal_words(row, entry.index, words),
        letter=letter,
    )
