"""Whether the clock may be believed when something is to be destroyed.

The latest instant ever believed is kept. A clock behind it is refused; one that jumped ahead of it
by more than a limit is doubted until a second source agrees: another clock that the site joined, or
a person who vouches for it. Locking never waits for that: it only shuts.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db import transaction

from trustkeep.evidence.kinds import Kind
from trustkeep.kernel.clock import isoformat
from trustkeep.kernel.errors import TrustkeepError
from trustkeep.lifecycle import deeds
from trustkeep.lifecycle.models import ClockMark

BACKWARDS = timedelta(minutes=5)
"""Clocks that are kept in step move back by less."""
JUMP = timedelta(hours=36)
"""A server that was off for longer than this asks somebody whether the date is right."""
AGREES_WITHIN = timedelta(minutes=10)
"""How far two clocks may be apart and still agree."""
_STEP = timedelta(seconds=30)


class ClockDoubted(TrustkeepError):
    """The clock may be wrong; nothing is destroyed on its word."""

    sentence = (
        "The clock says {now}, and {highest} was the last time that was believed. Nothing is "
        "deleted until a second clock agrees: set the clock right, or run "
        "`trustkeep accounts clock`."
    )


@dataclass(slots=True)
class Joined:
    """A second clock, asked only when the first is doubted; returns None if it cannot tell."""

    second: Callable[[], datetime | None] | None = field(default=None)


joined = Joined()


@dataclass(frozen=True, slots=True)
class ClockShown:
    """What is believed of the time."""

    highest_at: datetime | None
    doubted_since: datetime | None


def shown() -> ClockShown:
    """Return what is believed of the time."""
    row = ClockMark.objects.first()
    return ClockShown(row.highest_at, row.doubted_since) if row else ClockShown(None, None)


def look(now: datetime) -> bool:
    """Move the mark on; return whether `now` may be believed. The timetable calls this."""
    row = ClockMark.objects.first()
    if row is None:
        ClockMark.objects.create(highest_at=now)
        return True
    if row.doubted_since is None and timedelta(0) <= now - row.highest_at < _STEP:
        return True
    with transaction.atomic():
        row = ClockMark.objects.select_for_update().get()
        if is_sound(row.highest_at, now) and row.doubted_since is None:
            _believe(row, max(now, row.highest_at))
            return True
        if _second_agrees(now) and now >= row.highest_at - BACKWARDS:
            _settle(row, "second-clock", now)
            return True
        _doubt(row, now)
    return False


def require_believed(now: datetime) -> None:
    """Raise ClockDoubted if nothing may be destroyed at `now`."""
    row = ClockMark.objects.first()
    if row is not None and (row.doubted_since or not is_sound(row.highest_at, now)):
        raise ClockDoubted(now=isoformat(now), highest=isoformat(row.highest_at))


def is_sound(highest_at: datetime, now: datetime) -> bool:
    """Return whether `now` follows the mark without a jump."""
    return highest_at - BACKWARDS <= now <= highest_at + JUMP


def vouch(*, by: str, now: datetime) -> None:
    """Say that the clock is right now; what waited goes on."""
    with transaction.atomic():
        row, _ = ClockMark.objects.select_for_update().get_or_create(
            pk=1, defaults={"highest_at": now}
        )
        _settle(row, by, now)


def _second_agrees(now: datetime) -> bool:
    told = joined.second() if joined.second else None
    return told is not None and abs(told - now) <= AGREES_WITHIN


def _believe(row: ClockMark, at: datetime) -> None:
    row.highest_at, row.doubted_since = at, None
    row.save()


def _settle(row: ClockMark, by: str, now: datetime) -> None:
    was = row.highest_at
    _believe(row, now)
    told = {"what": "vouched", "by": by, "believed": isoformat(was)}
    deeds.note_house(Kind.CLOCK_DOUBTED, told=told, now=now)


def _doubt(row: ClockMark, now: datetime) -> None:
    if row.doubted_since is None:
        row.doubted_since = now
        row.save()
        told = {"what": "doubted", "believed": isoformat(row.highest_at)}
        deeds.note_house(Kind.CLOCK_DOUBTED, told=told, now=now)
