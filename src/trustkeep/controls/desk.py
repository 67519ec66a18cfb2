"""What the staff sees of the promises: more than the public, and what is broken or due first."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from trustkeep.controls import catalogue, figures, queries
from trustkeep.controls.models import Observation, Switch, Wording
from trustkeep.controls.promise import Check, Promise, State
from trustkeep.controls.standing import Trail, standing_of_check
from trustkeep.controls.statements import ChangeShown, NoteShown, StatementShown
from trustkeep.controls.subjects import SubjectShown, subject
from trustkeep.controls.trails import trails_of
from trustkeep.kernel.texts import Texts

CHANGES_ON_HOME = 12


@dataclass(frozen=True, slots=True)
class ShortfallShown:
    """One subject that does not hold, and why, in the reader's language."""

    subject: SubjectShown
    why: str


@dataclass(frozen=True, slots=True)
class SwitchShown:
    """Who switched a check off, when and why."""

    disabled_by: str
    disabled_at: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class CheckShown:
    """One check of a promise with everything it last saw."""

    name: str
    state: State
    figure: str
    subjects: int
    shortfalls: tuple[ShortfallShown, ...]
    last_at: datetime | None
    due_at: datetime | None
    every: timedelta
    max_age: timedelta
    off: SwitchShown | None


@dataclass(frozen=True, slots=True)
class DraftShown:
    """A wording that waits for a second person."""

    id: uuid.UUID
    promise: str
    title: str
    texts: Texts
    reason: str
    author: str
    drafted_at: datetime


@dataclass(frozen=True, slots=True)
class PromiseOnDesk:
    """One promise with its checks and its wording as templates.

    ``texts`` are the published sentences with placeholders, ``values`` what fills them.
    """

    statement: StatementShown
    checks: tuple[CheckShown, ...]
    texts: Texts
    values: Mapping[str, str]
    draft: DraftShown | None
    notes: tuple[NoteShown, ...]


@dataclass(frozen=True, slots=True)
class Desk:
    """The first screen: what is broken, what is due, what waits, what changed."""

    broken: tuple[StatementShown, ...]
    unmeasured: tuple[StatementShown, ...]
    due: tuple[StatementShown, ...]
    waiting: tuple[DraftShown, ...]
    changes: tuple[ChangeShown, ...]
    kept: int
    silent_since: datetime | None


def desk(language: str, now: datetime, *, reader: str) -> Desk:
    """Return the first screen for `reader`: own drafts do not wait for oneself."""
    page = queries.page(language, now)
    by_state = {state: [s for s in page.statements if s.state is state] for state in State}
    return Desk(
        broken=tuple(by_state[State.NOT_KEPT]),
        unmeasured=tuple(by_state[State.NOT_MEASURED]),
        due=tuple(sorted(by_state[State.AT_RISK], key=_due)),
        waiting=tuple(waiting(language, reader=reader)),
        changes=tuple(queries.changes(language, now, CHANGES_ON_HOME)),
        kept=page.counts[State.KEPT],
        silent_since=page.silent_since,
    )


def worst_first(language: str, now: datetime) -> list[StatementShown]:
    """Return all statements, broken before due before kept, the nearest deadline first."""
    statements = queries.page(language, now).statements
    return sorted(statements, key=lambda one: (-one.state.severity, _due(one)))


def promise_on_desk(slug: str, language: str, now: datetime) -> PromiseOnDesk:
    """Return one promise with its checks; raises UnknownPromise."""
    promise = catalogue.promise(slug)
    shown = queries.history(slug, language, now)
    trails = trails_of([promise], since=now, until=now)[slug]
    newest = Wording.objects.filter(promise=slug, status=Wording.Status.PUBLISHED)
    row = newest.order_by("-version")[0]
    return PromiseOnDesk(
        statement=shown.statement,
        checks=tuple(_check(promise, trail, language, now) for trail in trails),
        texts=Texts(de=row.de, en=row.en, fr=row.fr),
        values=figures.written(promise.values, language),
        draft=next((d for d in drafts(language) if d.promise == slug), None),
        notes=shown.notes,
    )


def drafts(language: str) -> list[DraftShown]:
    """Return all wordings that wait for approval, oldest first."""
    rows = Wording.objects.filter(status=Wording.Status.DRAFT).order_by("drafted_at")
    return [
        DraftShown(
            id=row.id,
            promise=row.promise,
            title=catalogue.promise(row.promise).title[language],
            texts=Texts(de=row.de, en=row.en, fr=row.fr),
            reason=row.reason,
            author=row.author,
            drafted_at=row.drafted_at,
        )
        for row in rows
    ]


def waiting(language: str, *, reader: str) -> list[DraftShown]:
    """Return the drafts that wait for `reader`: everybody's but one's own."""
    return [draft for draft in drafts(language) if draft.author != reader]


def _due(statement: StatementShown) -> float:
    return statement.due_at.timestamp() if statement.due_at else float("inf")


def _check(promise: Promise, trail: Trail, language: str, now: datetime) -> CheckShown:
    standing = standing_of_check(promise, trail, now)
    return CheckShown(
        name=trail.check.name,
        state=standing.state,
        figure=figures.figure_text(promise, standing.figure, language),
        subjects=standing.seen.subjects if standing.seen else 0,
        shortfalls=tuple(_shortfalls(promise, trail.check, language)),
        last_at=standing.seen.last_at if standing.seen else None,
        due_at=standing.seen.due_at if standing.seen else None,
        every=trail.check.every,
        max_age=trail.check.max_age,
        off=_switch(promise, trail.check),
    )


def _shortfalls(promise: Promise, check: Check, language: str) -> Sequence[ShortfallShown]:
    newest = Observation.objects.filter(promise=promise.slug, check_name=check.name)
    row = newest.order_by("-first_at").first()
    return [
        ShortfallShown(subject(one["subject"]), promise.figures[one["code"]][language])
        for one in (row.exceptions if row else [])
    ]


def _switch(promise: Promise, check: Check) -> SwitchShown | None:
    row = Switch.objects.filter(
        promise=promise.slug, check_name=check.name, enabled_at__isnull=True
    ).first()
    return SwitchShown(row.disabled_by, row.disabled_at, row.reason) if row else None
