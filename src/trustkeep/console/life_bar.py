"""The bar of an account's life: where its marks stand, for a drawing that the server makes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from trustkeep.lifecycle.queries import ObligationShown
from trustkeep.lifecycle.stages import Stage

LEFT, RIGHT = 60, 840
_APART = 130
_MARGIN = 0.06


@dataclass(frozen=True, slots=True)
class Mark:
    """One mark: ``x`` in the drawing, what it is called, and its instant."""

    name: str
    x: int
    at: datetime
    anchor: str = "middle"


@dataclass(frozen=True, slots=True)
class LifeBar:
    """Everything that the drawing needs."""

    marks: tuple[Mark, ...]
    begin: int
    now: int
    zone_from: int
    zone_width: int
    day: int
    days: int
    is_over: bool


def life_bar(row: ObligationShown, now: datetime) -> LifeBar | None:
    """Return the bar of an end; None where the end was called off."""
    if row.stage in (Stage.CANCELLED, Stage.REINSTATED):
        return None
    last = max(row.done_by, row.erased_at or row.done_by)
    first = min(row.trusted_at, now)
    margin = (last - first) * _MARGIN or timedelta(days=1)

    def x(at: datetime) -> int:
        share = (at - first + margin) / (last - first + 2 * margin)
        return round(LEFT + (RIGHT - LEFT) * min(max(share, 0.0), 1.0))

    ended, start, done = x(row.trusted_at), x(row.not_before), x(row.done_by)
    present = x(now)
    marks = [
        Mark("ended", ended, row.trusted_at),
        Mark("deletion", (start + done) // 2, row.done_by),
    ]
    if row.erased_at is None and min(abs(present - one.x) for one in marks) > _APART:
        marks.insert(1, Mark("now", present, now))
    return LifeBar(
        marks=tuple(marks),
        begin=ended,
        now=x(row.erased_at) if row.erased_at else present,
        zone_from=start,
        zone_width=max(done - start, 6),
        day=max((now - row.trusted_at).days, 0),
        days=(row.not_before - row.trusted_at).days,
        is_over=row.erased_at is not None,
    )
