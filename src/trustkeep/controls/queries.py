"""What the public is told, now or on any day since the first statement.

Every form of the page (HTML, JSON, feed, API) is made from these values and from nothing else, so
that they cannot disagree. Nothing here writes.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta

from trustkeep.accounts import queries as accounts
from trustkeep.controls import catalogue, figures
from trustkeep.controls.assembling import (
    YEAR,
    Material,
    intervals_shown,
    note_shown,
    sentence_of,
    statement,
    wordings_shown,
)
from trustkeep.controls.entries import evidence_of
from trustkeep.controls.models import Note, Wording
from trustkeep.controls.promise import State
from trustkeep.controls.sections import INTROS, TITLES
from trustkeep.controls.standing import intervals, next_change, standing_of
from trustkeep.controls.statements import (
    ChangeShown,
    Contact,
    HistoryShown,
    LogShown,
    PageShown,
    SectionShown,
    StatementShown,
)
from trustkeep.controls.trails import Trails, trails_of
from trustkeep.evidence import queries as evidence
from trustkeep.kernel.clock import isoformat
from trustkeep.kernel.texts import LANGUAGES

SCHEDULER_SILENCE = timedelta(minutes=30)
"""After this long without any check the whole page says that the timetable does not run."""


def page(language: str, now: datetime) -> PageShown:
    """Return the trust page as it stands at `now`."""
    return page_as_of(language, now)


def page_as_of(language: str, at: datetime) -> PageShown:
    """Return the trust page as it stood at `at`: the wordings, notes and states of then.

    A statement that had not been published yet is absent; contact and log are today's.
    """
    trails = trails_of(catalogue.CATALOGUE, since=at - YEAR, until=at)
    statements = tuple(
        statement(material, language, at) for material in _materials(trails, at).values()
    )
    last_check_at = max((s.last_check_at for s in statements if s.last_check_at), default=None)
    return PageShown(
        language=language,
        at=at,
        contact=contact(),
        sections=_sections(statements, language),
        counts={state: sum(s.state is state for s in statements) for state in State},
        stated_at=max((s.worded_at for s in statements), default=None),
        last_check_at=last_check_at,
        silent_since=_silent_since(last_check_at, at),
        log=log_shown(),
        valid_until=_valid_until(trails, last_check_at, at),
    )


def history(slug: str, language: str, now: datetime) -> HistoryShown:
    """Return everything stated and measured of one promise, newest first.

    Raises UnknownPromise; LookupError while the promise was never published.
    """
    promise = catalogue.promise(slug)
    stated_at = _wordings(now)[slug][0].published_at
    assert stated_at is not None
    trails = trails_of([promise], since=stated_at, until=now)
    material = _materials(trails, now)[slug]
    found = intervals(promise, trails[slug], stated_at, max(now, stated_at + _AN_INSTANT))
    notes = Note.objects.filter(promise=slug, published_at__lte=now).order_by("-published_at")
    return HistoryShown(
        statement=statement(material, language, now),
        wordings=tuple(wordings_shown(material.wordings, language)),
        intervals=tuple(intervals_shown(found)),
        notes=tuple(note_shown(note, language) for note in notes),
        evidence=tuple(evidence_of(slug, language)),
        valid_until=next_change(promise, trails[slug], now),
    )


_AN_INSTANT = timedelta(microseconds=1)


def changes(language: str, now: datetime, limit: int = 100) -> list[ChangeShown]:
    """Return the newest real changes of wording and state of the last year, newest first."""
    trails = trails_of(catalogue.CATALOGUE, since=now - YEAR, until=now)
    found = [
        change
        for material in _materials(trails, now).values()
        for change in (*_rewordings(material, language), *_turns(material, language, now))
    ]
    return sorted(found, key=lambda change: change.at, reverse=True)[:limit]


def contact() -> Contact:
    """Return whom the public may turn to."""
    company = accounts.company()
    return Contact(
        company=company.name,
        domain=company.domain,
        dpo_name=company.dpo_name,
        dpo_email=company.dpo_email,
        security_email=company.security_email,
    )


def languages() -> tuple[str, ...]:
    """Return the languages in which the company speaks to the public."""
    chosen = accounts.company().languages
    return tuple(language for language in LANGUAGES if language in chosen)


def log_shown() -> LogShown:
    """Return where the evidence log stands."""
    checkpoint = evidence.latest_checkpoint()
    return LogShown(
        size=evidence.log_size(),
        signed_size=checkpoint.size if checkpoint else None,
        signed_at=checkpoint.at if checkpoint else None,
        origin=evidence.origin(),
        verifier_key=evidence.verifier_key(),
    )


def _materials(trails: Trails, at: datetime) -> dict[str, Material]:
    wordings, notes = _wordings(at), _notes(at)
    return {
        slug: Material(catalogue.promise(slug), found, wordings[slug], notes.get(slug))
        for slug, found in trails.items()
        if slug in wordings
    }


def _wordings(at: datetime) -> Mapping[str, list[Wording]]:
    rows = Wording.objects.filter(status=Wording.Status.PUBLISHED, published_at__lte=at)
    found: dict[str, list[Wording]] = defaultdict(list)
    for row in rows.order_by("version"):
        found[row.promise].append(row)
    return dict(found)


def _notes(at: datetime) -> Mapping[str, Note]:
    rows = Note.objects.filter(published_at__lte=at).exclude(withdrawn_at__lte=at)
    return {row.promise: row for row in rows.order_by("published_at")}


def _sections(statements: Sequence[StatementShown], language: str) -> tuple[SectionShown, ...]:
    return tuple(
        SectionShown(section, TITLES[section][language], INTROS[section][language], shown)
        for section in TITLES
        if (shown := tuple(s for s in statements if s.section is section))
    )


def _silent_since(last_check_at: datetime | None, at: datetime) -> datetime | None:
    if last_check_at and at >= last_check_at + SCHEDULER_SILENCE:
        return last_check_at
    return None


def _valid_until(trails: Trails, last_check_at: datetime | None, at: datetime) -> datetime | None:
    points = [next_change(catalogue.promise(slug), found, at) for slug, found in trails.items()]
    if last_check_at and at < last_check_at + SCHEDULER_SILENCE:
        points.append(last_check_at + SCHEDULER_SILENCE)
    return min((point for point in points if point), default=None)


def _rewordings(material: Material, language: str) -> Iterator[ChangeShown]:
    for row in material.wordings:
        assert row.published_at is not None
        yield ChangeShown(
            key=f"wording/{row.promise}/{row.version}",
            slug=row.promise,
            title=material.promise.title[language],
            at=row.published_at,
            kind="wording",
            state=None,
            text=sentence_of(row, language),
        )


def _turns(material: Material, language: str, now: datetime) -> Iterator[ChangeShown]:
    promise, trails = material.promise, material.trails
    start = max(material.stated_at, now - YEAR)
    for interval in intervals(promise, trails, start, max(now, start + _AN_INSTANT))[1:]:
        figure = standing_of(promise, trails, interval.since).figure
        yield ChangeShown(
            key=f"state/{promise.slug}/{isoformat(interval.since)}",
            slug=promise.slug,
            title=promise.title[language],
            at=interval.since,
            kind="state",
            state=interval.state,
            text=figures.figure_text(promise, figure, language),
        )
