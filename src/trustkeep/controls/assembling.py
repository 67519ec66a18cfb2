"""Putting one statement together from its promise, its trails and its wordings."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from trustkeep.controls import figures
from trustkeep.controls.models import Note, Wording
from trustkeep.controls.promise import Promise, State
from trustkeep.controls.standing import Interval, Trail, intervals, standing_of
from trustkeep.controls.statements import (
    DayShown,
    IntervalShown,
    NoteShown,
    StatementShown,
    WordingShown,
)
from trustkeep.controls.trails import trails_of
from trustkeep.kernel.texts import Texts

BAND = timedelta(days=90)
YEAR = timedelta(days=365)

_ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Material:
    """What is known of one promise up to an instant; ``wordings`` are published, oldest first."""

    promise: Promise
    trails: Sequence[Trail]
    wordings: Sequence[Wording]
    note: Note | None

    @property
    def stated_at(self) -> datetime:
        """When the promise was first published."""
        first = self.wordings[0].published_at
        assert first is not None
        return first


def statement(material: Material, language: str, at: datetime) -> StatementShown:
    """Return the statement as it stood at `at`."""
    promise, trails = material.promise, material.trails
    standing = standing_of(promise, trails, at)
    speaking = [seen for trail in trails if (seen := trail.last_before(at))]
    year = intervals(promise, trails, max(material.stated_at, at - YEAR), at + _AN_INSTANT)
    current = material.wordings[-1]
    assert current.version is not None
    assert current.published_at is not None
    numbers = figures.written(promise.all_values, language)
    return StatementShown(
        slug=promise.slug,
        section=promise.section,
        title=promise.title[language],
        sentence=sentence_of(current, language),
        version=current.version,
        worded_at=current.published_at,
        proofs=promise.proofs,
        owner=promise.owner.value,
        state=standing.state,
        state_since=_state_since(material, year, at),
        figure=figures.figure_text(promise, standing.figure, language),
        last_check_at=max((min(seen.last_at, at) for seen in speaking), default=None),
        next_check_at=next_check_at(trails, at),
        due_at=min((seen.due_at for seen in speaking if seen.due_at), default=None),
        kept_by=promise.kept_by.filled(language, numbers),
        proved_by=promise.proved_by.filled(language, numbers),
        broken_when=promise.broken_when.filled(language, numbers),
        mapping=promise.mapping,
        note=note_shown(material.note, language) if material.note else None,
        band=tuple(band(promise, trails, at)),
        wordings_count=len(material.wordings),
        days_not_kept=len(set(days_in(year, State.NOT_KEPT))),
        entry_index=max((seen.entry_index for seen in speaking), default=None),
    )


_AN_INSTANT = timedelta(microseconds=1)
"""Intervals end before their ``until``: this much later, the state at the instant itself counts."""


def sentence_of(row: Wording, language: str) -> str:
    """Return a wording's sentence with the numbers that it was published with."""
    texts = Texts(de=row.de, en=row.en, fr=row.fr)
    return texts.filled(language, figures.written(figures.values_from_json(row.values), language))


def wordings_shown(rows: Sequence[Wording], language: str) -> Iterator[WordingShown]:
    """Yield the published versions, newest first, each with the instant that ended it."""
    ends = [*(row.published_at for row in rows[1:]), None]
    for row, until in zip(reversed(rows), reversed(ends), strict=True):
        assert row.version is not None
        assert row.published_at is not None
        assert row.entry_index is not None
        yield WordingShown(
            version=row.version,
            sentence=sentence_of(row, language),
            published_at=row.published_at,
            until=until,
            reason=row.reason,
            entry_index=row.entry_index,
        )


def intervals_shown(found: Sequence[Interval]) -> Iterator[IntervalShown]:
    """Yield the states, newest first; the newest lasts on."""
    for position, interval in enumerate(reversed(found)):
        yield IntervalShown(interval.state, interval.since, interval.until if position else None)


def note_shown(note: Note, language: str) -> NoteShown:
    """Return a public note in `language`."""
    texts = Texts(de=note.de, en=note.en, fr=note.fr)
    return NoteShown(
        id=str(note.id),
        text=texts[language],
        published_at=note.published_at,
        withdrawn_at=note.withdrawn_at,
        entry_index=note.entry_index,
    )


def next_check_at(trails: Sequence[Trail], at: datetime) -> datetime | None:
    """Return when the next check is due; None where none has run or all are switched off."""
    return min(
        (
            min(seen.last_at, at) + trail.check.every
            for trail in trails
            if (seen := trail.last_before(at)) and not trail.is_off(at)
        ),
        default=None,
    )


def band(promise: Promise, trails: Sequence[Trail], at: datetime) -> Iterator[DayShown]:
    """Yield one state for each of the last days (UTC), the last day up to `at`.

    A day is *not kept* if the promise was not kept at any moment of it, and otherwise what it was
    for the longest part of the day; the time before the very first check of all does not count.
    """
    last = at.astimezone(UTC).date()
    first = last - BAND + _ONE_DAY
    known = min((trail.seen[0].first_at for trail in trails if trail.seen), default=at)
    found = intervals(promise, trails, max(_midnight(first), known), at + _AN_INSTANT)
    for offset in range(BAND // _ONE_DAY):
        day = first + offset * _ONE_DAY
        yield DayShown(day, _state_of_day(found, day))


def _state_of_day(found: Sequence[Interval], day: date) -> State:
    start, end = _midnight(day), _midnight(day + _ONE_DAY)
    spent = {
        interval.state: min(interval.until, end) - max(interval.since, start)
        for interval in found
        if interval.since < end and interval.until > start
    }
    if State.NOT_KEPT in spent:
        return State.NOT_KEPT
    return max(spent, key=lambda state: spent[state], default=State.NOT_MEASURED)


def days_in(found: Sequence[Interval], state: State) -> Iterator[date]:
    """Yield every day (UTC) touched by an interval of `state`."""
    for interval in found:
        if interval.state is state:
            day = interval.since.astimezone(UTC).date()
            while day <= (interval.until - _AN_INSTANT).astimezone(UTC).date():
                yield day
                day += _ONE_DAY


def _state_since(material: Material, year: Sequence[Interval], at: datetime) -> datetime:
    newest = year[-1]
    if newest.since > at - YEAR or newest.since == material.stated_at:
        return newest.since
    promise = material.promise
    everything = trails_of([promise], since=material.stated_at, until=at)[promise.slug]
    return intervals(promise, everything, material.stated_at, at + _AN_INSTANT)[-1].since


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=UTC)
