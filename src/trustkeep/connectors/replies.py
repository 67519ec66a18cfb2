"""What the status of an HTTP answer says, the same for every kind of system that speaks HTTP."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from trustkeep.connectors.outgoing import NotAsked, Reply
from trustkeep.lifecycle.systems.ports import Answer, Outcome, Trouble

_LATER = (429, 503)
_TURNED_AWAY = (401, 403)


def unasked(failure: NotAsked) -> Answer:
    """Return the answer for a request that got none: refused addresses need a person."""
    needs_somebody = failure.trouble in (Trouble.ADDRESS_REFUSED, Trouble.SETTINGS)
    outcome = Outcome.STALLED if needs_somebody else Outcome.UNKNOWN
    return Answer(outcome, trouble=failure.trouble, detail=failure.detail)


def refusal_of(reply: Reply, now: datetime) -> Answer | None:
    """Return what a status that is no success means; None for 2xx and for 404.

    404 is left to the caller, since it depends on what was asked for.
    """
    status, detail = reply.status, f"HTTP {reply.status}"
    if 200 <= status < 300 or status == 404:
        return None
    if status in _TURNED_AWAY:
        return Answer(Outcome.STALLED, trouble=Trouble.UNAUTHORISED, detail=detail)
    if status == 429 or (status in _LATER and "retry-after" in reply.headers):
        again_at = retry_after(reply.headers.get("retry-after", ""), now)
        return Answer(
            Outcome.UNKNOWN, trouble=Trouble.RATE_LIMITED, detail=detail, again_at=again_at
        )
    if status >= 500 or status in (408, 425):
        return Answer(Outcome.UNKNOWN, trouble=Trouble.FAILING, detail=detail)
    if 300 <= status < 400:
        told = f"{detail}: redirects are not followed"
        return Answer(Outcome.STALLED, trouble=Trouble.REJECTED, detail=told)
    return Answer(Outcome.REFUSED, trouble=Trouble.REJECTED, detail=detail)


def retry_after(header: str, now: datetime) -> datetime | None:
    """Return the instant that ``Retry-After`` names, in seconds or as a date (RFC 9110)."""
    told = header.strip()
    if told.isascii() and told.isdecimal():
        return now + timedelta(seconds=min(int(told[:9]), 10**8))
    try:
        at = parsedate_to_datetime(told)
    except ValueError:
        return None
    return at.replace(tzinfo=at.tzinfo or UTC)
