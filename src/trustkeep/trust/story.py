"""The story of one promise: wordings, states and notes in one order of time, newest first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from trustkeep.controls.promise import State
from trustkeep.controls.statements import HistoryShown, NoteShown, WordingShown


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened: a new wording, a new state, or a note put up or taken down."""

    at: datetime
    wording: WordingShown | None = None
    state: State | None = None
    note: NoteShown | None = None
    note_withdrawn: bool = False


def story_of(history: HistoryShown) -> list[Event]:
    """Return everything that happened to a promise, newest first."""
    events = [Event(interval.since, state=interval.state) for interval in history.intervals]
    events += [Event(wording.published_at, wording=wording) for wording in history.wordings]
    events += [Event(note.published_at, note=note) for note in history.notes]
    events += [
        Event(note.withdrawn_at, note=note, note_withdrawn=True)
        for note in history.notes
        if note.withdrawn_at
    ]
    return sorted(events, key=lambda event: event.at, reverse=True)
