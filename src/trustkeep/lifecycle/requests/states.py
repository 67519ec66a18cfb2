"""Which way a request may go.

``received → identity-check → assessed → in-progress ⇄ waiting-for-requester`` and from there to an
outcome: ``fulfilled``, ``partly-refused``, ``refused``, ``forwarded-to-controller``, or
``withdrawn`` by who asked; each ends in ``closed``. Identity is confirmed before anything is
assessed; only who is assessed as controller decides, only as processor we forward. The clock runs
from receipt through every state until an outcome, whatever we wait for.
"""

from __future__ import annotations

from enum import StrEnum

from trustkeep.kernel.errors import TrustkeepError


class State(StrEnum):
    """Where a request stands."""

    RECEIVED = "received"
    IDENTITY_CHECK = "identity-check"
    ASSESSED = "assessed"
    IN_PROGRESS = "in-progress"
    WAITING = "waiting-for-requester"
    FULFILLED = "fulfilled"
    PARTLY_REFUSED = "partly-refused"
    REFUSED = "refused"
    FORWARDED = "forwarded-to-controller"
    WITHDRAWN = "withdrawn"
    CLOSED = "closed"


OPEN = frozenset(
    {State.RECEIVED, State.IDENTITY_CHECK, State.ASSESSED, State.IN_PROGRESS, State.WAITING}
)
"""In these the clock runs."""
OUTCOMES = frozenset(
    {State.FULFILLED, State.PARTLY_REFUSED, State.REFUSED, State.FORWARDED, State.WITHDRAWN}
)
_ANSWERS = {State.FULFILLED, State.PARTLY_REFUSED, State.REFUSED}

EDGES: dict[State, frozenset[State]] = {
    State.RECEIVED: frozenset({State.IDENTITY_CHECK, State.WITHDRAWN}),
    State.IDENTITY_CHECK: frozenset({State.ASSESSED, State.REFUSED, State.WITHDRAWN}),
    State.ASSESSED: frozenset({State.IN_PROGRESS, State.FORWARDED, State.WITHDRAWN}),
    State.IN_PROGRESS: frozenset({State.WAITING, State.WITHDRAWN, *_ANSWERS}),
    State.WAITING: frozenset({State.IN_PROGRESS, State.WITHDRAWN}),
    **{state: frozenset({State.CLOSED}) for state in OUTCOMES},
    State.CLOSED: frozenset(),
}


class NotNow(TrustkeepError):
    """The request stands where this act does not follow."""

    sentence = "This cannot be done with the request as it stands. Load its page again."


def require_edge(present: State, following: State) -> None:
    """Raise NotNow unless a request may go from one state to the other."""
    if following not in EDGES[present]:
        raise NotNow(log=f"NotNow {present} -> {following}")
