"""What the company states: wordings in three languages, and public notes.

A wording goes draft → published, and the approver is never the author. Published wordings are never
changed; a new version takes over from the instant of its publication, so that what was stated on
any day can be read back. The first version of each promise comes from the catalogue, and a new
one follows by itself when a number in the enforcing code changes: no sentence keeps an old number.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext

from trustkeep.controls import catalogue, figures
from trustkeep.controls.models import Note, Wording
from trustkeep.controls.promise import Promise
from trustkeep.evidence.actions import append
from trustkeep.evidence.kinds import Kind
from trustkeep.kernel.clock import isoformat
from trustkeep.kernel.errors import TrustkeepError
from trustkeep.kernel.texts import LANGUAGES, Texts, placeholders

CATALOGUE_AUTHOR = "catalogue"
MAX_SENTENCE = 2000
MAX_NOTE = 1000

_listeners: list[Callable[[], None]] = []


class WordingInvalid(TrustkeepError):
    """A draft says something that cannot be filled, or nothing at all; ``problems`` by language."""

    sentence = "The wording has problems: {summary}"

    def __init__(self, problems: Mapping[str, str]) -> None:
        self.problems = dict(problems)
        super().__init__(summary="; ".join(f"{k}: {v}" for k, v in problems.items()))


class DraftExists(TrustkeepError):
    """There is one draft of a promise at a time."""

    sentence = "There is a draft already. Approve it, change it or withdraw it first."


class NoSuchDraft(TrustkeepError):
    """The draft was published or withdrawn meanwhile, or never existed."""

    sentence = "This draft is no longer open: somebody published or withdrew it."


class SecondPersonNeeded(TrustkeepError):
    """The author may not approve an own draft."""

    sentence = "Somebody else has to approve this wording: you wrote it."


class NothingChanged(TrustkeepError):
    """The draft equals the published wording in every language."""

    sentence = "This is the wording that is published already."


class NoSuchNote(TrustkeepError):
    """The note was withdrawn meanwhile, or never existed."""

    sentence = "This note is no longer public."


class NoteInvalid(TrustkeepError):
    """A note needs a text of a reasonable length in every language."""

    sentence = "A public note needs a text of at most {max} characters in each language."


@dataclass(frozen=True, slots=True)
class Published:
    """A wording in force, and the entry that proves it."""

    id: uuid.UUID
    promise: str
    version: int
    entry_index: int


def on_change(listener: Callable[[], None]) -> None:
    """Call `listener` after every committed change of a state or a text (site wires the cache)."""
    _listeners.append(listener)


def changed() -> None:
    """Tell the listeners once the running transaction is committed."""
    for listener in _listeners:
        transaction.on_commit(listener)


def problems_of(promise: Promise, texts: Texts) -> dict[str, str]:
    """Return what is wrong with a wording, by language; empty if nothing is."""
    found: dict[str, str] = {}
    for language in LANGUAGES:
        problem = _problem(promise, texts[language])
        if problem:
            found[language] = problem
    return found


def draft(*, promise: Promise, texts: Texts, reason: str, by: str, now: datetime) -> uuid.UUID:
    """Rest a new wording as a draft; raises WordingInvalid, NothingChanged, DraftExists."""
    _refuse_invalid(promise, texts)
    with transaction.atomic():
        if Wording.objects.filter(promise=promise.slug, status=Wording.Status.DRAFT).exists():
            raise DraftExists
        row = Wording.objects.create(
            promise=promise.slug, **texts.as_dict(), reason=reason, author=by, drafted_at=now
        )
    return row.id


def change_draft(
    *, wording_id: uuid.UUID, texts: Texts, reason: str, by: str, now: datetime
) -> None:
    """Replace the texts of an open draft; who changes it becomes its author."""
    with transaction.atomic():
        row = _open_draft(wording_id)
        _refuse_invalid(catalogue.promise(row.promise), texts)
        for language, text in texts.as_dict().items():
            setattr(row, language, text)
        row.reason, row.author, row.drafted_at = reason, by, now
        row.save()


def withdraw_draft(*, wording_id: uuid.UUID) -> None:
    """Close a draft without publishing it; it stays in the promise's internal history."""
    with transaction.atomic():
        row = _open_draft(wording_id)
        row.status = Wording.Status.WITHDRAWN
        row.save()


def approve(*, wording_id: uuid.UUID, by: str, now: datetime) -> Published:
    """Publish a draft as the second person; raises SecondPersonNeeded, NoSuchDraft."""
    with transaction.atomic():
        row = _open_draft(wording_id)
        if row.author == by:
            raise SecondPersonNeeded
        promise = catalogue.promise(row.promise)
        _refuse_problems(promise, _texts(row))
        row.approver = by
        published = _publish(promise, row, now)
    changed()
    return published


def reconcile(*, now: datetime) -> list[Published]:
    """Publish what the code has made necessary: first wordings, and numbers that have changed."""
    published = []
    with transaction.atomic():
        for promise in catalogue.CATALOGUE:
            newest = _newest(promise)
            if newest and newest.values == figures.values_to_json(promise.values):
                continue
            # A wording of the staff that misses a new placeholder gives way to the catalogue's.
            keeps = newest and not problems_of(promise, _texts(newest))
            texts = _texts(newest) if newest and keeps else promise.sentence
            _refuse_problems(promise, texts)
            published.append(_publish(promise, _from_catalogue(promise, texts, now), now))
    if published:
        changed()
    return published


def publish_note(*, promise: Promise, texts: Texts, by: str, now: datetime) -> uuid.UUID:
    """Put a public note beside a promise; an earlier one is withdrawn in the same instant."""
    if not all(0 < len(text.strip()) <= MAX_NOTE for text in texts):
        raise NoteInvalid(max=MAX_NOTE)
    with transaction.atomic():
        _withdraw_notes(promise.slug, by, now)
        row = Note(promise=promise.slug, **texts.as_dict(), author=by, published_at=now)
        entry = append(
            kind=Kind.NOTE_PUBLISHED, promise_id=promise.slug, body=note_body(row), now=now
        )
        row.entry_index, row.entry_salt = entry.index, entry.salt
        row.save()
    changed()
    return row.id


def withdraw_note(*, note_id: uuid.UUID, by: str, now: datetime) -> None:
    """Take a note from the page; its time on the page stays in the history."""
    with transaction.atomic():
        row = Note.objects.filter(pk=note_id, withdrawn_at__isnull=True).first()
        if row is None:
            raise NoSuchNote
        _withdraw_notes(row.promise, by, now)
    changed()


def _withdraw_notes(slug: str, by: str, now: datetime) -> None:
    open_notes = Note.objects.filter(promise=slug, withdrawn_at__isnull=True)
    if open_notes.update(withdrawn_at=now, withdrawn_by=by):
        body = {"promise": slug, "at": isoformat(now)}
        append(kind=Kind.NOTE_WITHDRAWN, promise_id=slug, body=body, now=now)


def _problem(promise: Promise, text: str) -> str:
    if not text.strip():
        return gettext("The text is empty.")
    if len(text) > MAX_SENTENCE:
        return gettext("The text is longer than {max} characters.").format(max=MAX_SENTENCE)
    try:
        found = placeholders(text)
    except ValueError:
        return gettext("A brace stands alone: write a placeholder as {{name}}.").format()
    wanted = frozenset(promise.values)
    if missing := wanted - found:
        return gettext("These placeholders are missing: {names}").format(names=_braced(missing))
    if unknown := found - wanted:
        return gettext("Nothing fills these placeholders: {names}").format(names=_braced(unknown))
    if any(character.isdigit() for character in text):
        return gettext("Write no numbers: they come from the code, by their placeholders.")
    return ""


def _braced(names: frozenset[str]) -> str:
    return ", ".join(f"{{{name}}}" for name in sorted(names))


def _refuse_problems(promise: Promise, texts: Texts) -> None:
    if problems := problems_of(promise, texts):
        raise WordingInvalid(problems)


def _refuse_invalid(promise: Promise, texts: Texts) -> None:
    _refuse_problems(promise, texts)
    newest = _newest(promise)
    if newest and _texts(newest) == texts:
        raise NothingChanged


def _open_draft(wording_id: uuid.UUID) -> Wording:
    row = Wording.objects.filter(pk=wording_id, status=Wording.Status.DRAFT).first()
    if row is None:
        raise NoSuchDraft
    return row


def _texts(row: Wording) -> Texts:
    return Texts(de=row.de, en=row.en, fr=row.fr)


def _newest(promise: Promise) -> Wording | None:
    published = Wording.objects.filter(promise=promise.slug, status=Wording.Status.PUBLISHED)
    return published.order_by("-version").first()


def _from_catalogue(promise: Promise, texts: Texts, now: datetime) -> Wording:
    return Wording(
        promise=promise.slug,
        **texts.as_dict(),
        origin=Wording.Origin.CATALOGUE,
        author=CATALOGUE_AUTHOR,
        approver=CATALOGUE_AUTHOR,
        drafted_at=now,
    )


def _publish(promise: Promise, row: Wording, now: datetime) -> Published:
    newest = _newest(promise)
    row.version = (newest.version or 0) + 1 if newest else 1
    row.values = figures.values_to_json(promise.values)
    row.status = Wording.Status.PUBLISHED
    row.published_at = now
    entry = append(
        kind=Kind.WORDING_PUBLISHED, promise_id=promise.slug, body=wording_body(row), now=now
    )
    row.entry_index, row.entry_salt = entry.index, entry.salt
    row.save()
    return Published(row.id, promise.slug, row.version, entry.index)


def wording_body(row: Wording) -> dict[str, Any]:
    """Return what the log commits to: the public text, never who wrote it."""
    assert row.published_at is not None
    return {
        "promise": row.promise,
        "version": row.version,
        "de": row.de,
        "en": row.en,
        "fr": row.fr,
        "values": row.values,
        "at": isoformat(row.published_at),
    }


def note_body(row: Note) -> dict[str, Any]:
    """Return what the log commits to: the public text of a note, never who wrote it."""
    texts = {"de": row.de, "en": row.en, "fr": row.fr}
    return {"promise": row.promise, **texts, "at": isoformat(row.published_at)}
