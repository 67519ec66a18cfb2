"""Whether the clock may be believed when something is to be destroyed.

The latest instant ever believed is kept. A clock behind it is refused; one that jumped ahead of it
by more than a limit is doubted. Where the site joined a second clock, that one is asked as well
before anything is destroyed for good, so that a clock which wandered off in small steps is found
too. Doubt ends when a second clock agrees, or when people vouch for the time. Locking never waits
for that: it only shuts.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q

from trustkeep.evidence.kinds import Kind
from trustkeep.kernel.clock import isoformat
from trustkeep.kernel.errors import TrustkeepError
from trustkeep.lifecycle import deeds
from trustkeep.lifecycle.edges import settle_phase
from trustkeep.lifecycle.models import ClockMark, Obligation, Step
from trustkeep.lifecycle.stages import ENDED, OPEN, UNFROZEN, StepKind, StepState
from trustkeep.lifecycle.systems.patience import LONGEST_WAIT

BACKWARDS = timedelta(minutes=5)
"""Clocks that are kept in step move back by less."""
JUMP = timedelta(hours=36)
"""A server that was off for longer than this asks somebody whether the date is right."""
AGREES_WITHIN = timedelta(minutes=10)
"""How far two clocks may be apart and still agree."""
CONFIRM_WITHIN = timedelta(hours=1)
"""How long the word of one person waits for that of a second one."""
_STEP = timedelta(seconds=30)


class ClockDoubted(TrustkeepError):
    """The clock may be wrong; nothing is destroyed on its word."""

    sentence = (
        "The clock says {now}, and {highest} was the last time that was believed. Nothing is "
        "deleted until a second clock agrees: set the clock right, or let two people confirm the "
        "time in the console under Clock."
    )


class ClockBelieved(TrustkeepError):
    """Nobody has to vouch for the time."""

    sentence = "The clock is believed, so there is nothing to confirm."


class AnotherSays(TrustkeepError):
    """The second clock disagrees, and outweighs what people say."""

    sentence = (
        "The second clock, {name}, says {says}, and ours {now}. Set ours right; or, if the second "
        "one is wrong, take it out of the settings and confirm the time again."
    )


class SameAgain(TrustkeepError):
    """One person vouches once."""

    sentence = "You confirmed this time already. Somebody else has to confirm it too."


@dataclass(slots=True)
class Joined:
    """A second clock; it returns None if it cannot tell. ``name`` is what people know it by."""

    second: Callable[[], datetime | None] | None = field(default=None)
    name: str = ""


joined = Joined()


@dataclass(frozen=True, slots=True)
class ClockShown:
    """What is believed of the time; ``vouched_by`` is the first person, if a second is missing."""

    highest_at: datetime | None = None
    doubted_since: datetime | None = None
    vouched_by: str = ""
    second: str = ""


def shown(now: datetime | None = None) -> ClockShown:
    """Return what is believed of the time."""
    row = ClockMark.objects.first()
    if row is None:
        return ClockShown(second=joined.name)
    waits = now is not None and _still_counts(row, now)
    by = row.vouched_by if waits else ""
    return ClockShown(row.highest_at, row.doubted_since, by, joined.name)


def look(now: datetime) -> bool:
    """Move the mark on; return whether `now` may be believed. The timetable calls this."""
    # Two workers may both be the first.
    row, is_first = ClockMark.objects.get_or_create(pk=1, defaults={"highest_at": now})
    if is_first:
        return True
    is_fine = row.doubted_since is None and is_sound(row.highest_at, now)
    if is_fine and timedelta(0) <= now - row.highest_at < _STEP:
        return True
    # Asked outside the transaction: others may write while an answer is on its way.
    agrees = None if is_fine else _second_agrees(now)
    with transaction.atomic():
        row = ClockMark.objects.select_for_update().get()
        if row.doubted_since is None and is_sound(row.highest_at, now):
            _believe(row, max(now, row.highest_at))
        elif agrees:
            _settle(row, "second-clock", now)
        else:
            _doubt(row, now)
            return False
    return True


def compare(now: datetime) -> bool:
    """Ask the second clock, if there is one; one that disagrees makes ours doubted."""
    agrees = _second_agrees(now)
    if agrees is False:
        with transaction.atomic():
            row, _ = ClockMark.objects.select_for_update().get_or_create(
                pk=1, defaults={"highest_at": now}
            )
            _doubt(row, now)
    return agrees is not False


def require_believed(now: datetime) -> None:
    """Raise ClockDoubted if nothing may be destroyed at `now`."""
    if not is_believed(now):
        raise ClockDoubted(
            now=isoformat(now), highest=isoformat(ClockMark.objects.get().highest_at)
        )


def is_believed(now: datetime) -> bool:
    """Return whether `now` may be believed, as far as the mark goes."""
    row = ClockMark.objects.first()
    return row is None or (row.doubted_since is None and is_sound(row.highest_at, now))


def is_sound(highest_at: datetime, now: datetime) -> bool:
    """Return whether `now` follows the mark without a jump."""
    return highest_at - BACKWARDS <= now <= highest_at + JUMP


def confirm(*, by: str, now: datetime) -> bool:
    """Say that the clock is right; return whether a second person had said so already.

    Raises ClockBelieved, AnotherSays, SameAgain.
    """
    told = joined.second() if joined.second else None
    if told is not None and not _agree(told, now):
        raise AnotherSays(name=joined.name, says=isoformat(told), now=isoformat(now))
    with transaction.atomic():
        row = ClockMark.objects.select_for_update().first()
        if row is None or row.doubted_since is None:
            raise ClockBelieved
        if not _still_counts(row, now):
            row.vouched_by, row.vouched_at = by, now
            row.save()
            deeds.note_house(Kind.CLOCK_DOUBTED, told={"what": "confirmed", "by": by}, now=now)
            return False
        if row.vouched_by == by:
            raise SameAgain
        _settle(row, f"{row.vouched_by},{by}", now)
    return True


def vouch(*, by: str, now: datetime) -> None:
    """Say on the server itself that the clock is right now; what waited goes on."""
    with transaction.atomic():
        row, _ = ClockMark.objects.select_for_update().get_or_create(
            pk=1, defaults={"highest_at": now}
        )
        _settle(row, by, now)


def _second_agrees(now: datetime) -> bool | None:
    told = joined.second() if joined.second else None
    return None if told is None else _agree(told, now)


def _agree(one: datetime, other: datetime) -> bool:
    return abs(one - other) <= AGREES_WITHIN


def _still_counts(row: ClockMark, now: datetime) -> bool:
    waited = now - row.vouched_at if row.vouched_at else None
    return waited is not None and abs(waited) <= CONFIRM_WITHIN


def _believe(row: ClockMark, at: datetime) -> None:
    row.highest_at, row.doubted_since = at, None
    row.vouched_by, row.vouched_at = "", None
    row.save()


def _settle(row: ClockMark, by: str, now: datetime) -> None:
    was = row.highest_at
    _believe(row, now)
    told = {"what": "vouched", "by": by, "believed": isoformat(was)}
    deeds.note_house(Kind.CLOCK_DOUBTED, told=told, now=now)
    _call_back(now)


def _call_back(now: datetime) -> None:
    """Undo what a clock that was ahead has put off, and prove anew what it proved too early."""
    open_ = Step.objects.filter(state__in=OPEN)
    # Tried before, none of these waits longer: who does was put off by the wrong clock.
    retried = open_.filter(attempts__gt=0, kind__in=UNFROZEN, next_at__gt=now + LONGEST_WAIT)
    retried.update(next_at=now)
    early = Obligation.objects.filter(Q(locked_at__gt=now) | Q(proved_at__gt=now))
    for row in early.exclude(stage__in=ENDED):
        row.locked_at = min(row.locked_at or now, now)
        row.proved_at = None
        row.save(update_fields=["locked_at", "proved_at"])
        Step.objects.filter(obligation=row, kind=StepKind.PROBE).update(
            state=StepState.DUE, next_at=now, settled_at=None
        )
        settle_phase(row.id)
        deeds.note(
            Kind.DOORS_TRIED, obligation=row, told={"step": "probe", "state": "due"}, now=now
        )


def _doubt(row: ClockMark, now: datetime) -> None:
    if row.doubted_since is None:
        row.doubted_since = now
        row.save()
        told = {"what": "doubted", "believed": isoformat(row.highest_at)}
        deeds.note_house(Kind.CLOCK_DOUBTED, told=told, now=now)
