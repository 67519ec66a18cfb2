"""What readers get to see: plain values, the same for the page, its JSON twin and the API."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from trustkeep.controls.promise import Proof, Reference, Section, State


@dataclass(frozen=True, slots=True)
class NoteShown:
    """A public note in the reader's language."""

    id: str
    text: str
    published_at: datetime
    withdrawn_at: datetime | None
    entry_index: int


@dataclass(frozen=True, slots=True)
class WordingShown:
    """One published version of a sentence, its numbers as they were on that day."""

    version: int
    sentence: str
    published_at: datetime
    until: datetime | None
    reason: str
    entry_index: int


@dataclass(frozen=True, slots=True)
class IntervalShown:
    """A time in one state; ``until`` is None while it lasts."""

    state: State
    since: datetime
    until: datetime | None


@dataclass(frozen=True, slots=True)
class DayShown:
    """One day (UTC) of the band: the worst state of that day."""

    day: date
    state: State


@dataclass(frozen=True, slots=True)
class StatementShown:
    """One promise as the public reads it at one instant.

    ``figure`` is the one sentence a reader can judge. ``last_check_at`` is None before the first
    run. ``entry_index`` points at the newest evidence entry of its checks.
    """

    slug: str
    section: Section
    title: str
    sentence: str
    version: int
    worded_at: datetime
    proofs: tuple[Proof, ...]
    owner: str
    state: State
    state_since: datetime
    figure: str
    last_check_at: datetime | None
    next_check_at: datetime | None
    due_at: datetime | None
    kept_by: str
    proved_by: str
    broken_when: str
    mapping: tuple[Reference, ...]
    note: NoteShown | None
    band: tuple[DayShown, ...]
    wordings_count: int
    days_not_kept: int
    entry_index: int | None


@dataclass(frozen=True, slots=True)
class SectionShown:
    """A part of the page with its statements in order."""

    section: Section
    title: str
    intro: str
    statements: tuple[StatementShown, ...]


@dataclass(frozen=True, slots=True)
class LogShown:
    """Where the evidence log stands; the three are None until the first checkpoint."""

    size: int
    signed_size: int | None
    signed_at: datetime | None
    origin: str
    verifier_key: str


@dataclass(frozen=True, slots=True)
class Contact:
    """Whom the public may turn to."""

    company: str
    domain: str
    dpo_name: str
    dpo_email: str
    security_email: str


@dataclass(frozen=True, slots=True)
class PageShown:
    """The whole trust page at one instant in one language.

    ``valid_until`` is the instant at which anything shown could change by age alone.
    ``silent_since`` is set when no check has run for longer than the timetable allows: then the
    whole page says so.
    """

    language: str
    at: datetime
    contact: Contact
    sections: tuple[SectionShown, ...]
    counts: Mapping[State, int]
    stated_at: datetime | None
    last_check_at: datetime | None
    silent_since: datetime | None
    log: LogShown
    valid_until: datetime | None

    @property
    def statements(self) -> tuple[StatementShown, ...]:
        """All statements in the order of the page."""
        return tuple(one for section in self.sections for one in section.statements)


@dataclass(frozen=True, slots=True)
class HistoryShown:
    """Everything ever stated and measured of one promise, newest first."""

    statement: StatementShown
    wordings: tuple[WordingShown, ...]
    intervals: tuple[IntervalShown, ...]
    notes: tuple[NoteShown, ...]
    evidence: tuple[EvidenceShown, ...]
    valid_until: datetime | None


@dataclass(frozen=True, slots=True)
class EvidenceShown:
    """One entry of the log, with what it commits to in plain JSON where that is public.

    ``promise`` is None where the entry is about the company, its people or the log itself.
    """

    index: int
    kind: str
    promise: str | None
    at: datetime
    summary: str
    body: Mapping[str, object]
    salt: bytes
    signed: bool


@dataclass(frozen=True, slots=True)
class ChangeShown:
    """One real change for a feed: a wording published or a state entered, in the reader's language.

    ``key`` is permanent and unique: ``wording/<slug>/<version>`` or ``state/<slug>/<instant>``.
    """

    key: str
    slug: str
    title: str
    at: datetime
    kind: str
    state: State | None
    text: str
