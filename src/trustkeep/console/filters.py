"""Search and filters of a list, read from the address and kept in it."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from trustkeep.accounts.queries import PersonShown
from trustkeep.controls.promise import State
from trustkeep.controls.statements import StatementShown
from trustkeep.letters.queries import LetterShown
from trustkeep.lifecycle.request_letters import RequestKind
from trustkeep.lifecycle.requests.queries import RequestShown
from trustkeep.lifecycle.requests.states import State as RequestState
from trustkeep.lifecycle.systems.queries import SystemShown
from trustkeep.records.queries import Entered
from trustkeep.records.values import to_json


@dataclass(frozen=True, slots=True)
class Filter:
    """What the reader looks for; unknown values filter nothing."""

    text: str = ""
    state: str = ""
    owner: str = ""

    @classmethod
    def of(cls, query: Mapping[str, str]) -> Filter:
        state = query.get("state", "")
        return cls(
            text=query.get("q", "").strip()[:100],
            state=state if state in set(State) else "",
            owner=query.get("owner", "")[:40],
        )


def filtered(statements: Iterable[StatementShown], wanted: Filter) -> list[StatementShown]:
    """Return the statements that match all of `wanted`; accents and case do not matter."""
    return [
        one
        for one in statements
        if (not wanted.state or one.state == wanted.state)
        and (not wanted.owner or one.owner == wanted.owner)
        and has_words(wanted.text, one.title, one.sentence, one.slug)
    ]


def matching(records: Iterable[Entered], text: str) -> list[Entered]:
    """Return the records that hold all words of `text` in any of their values."""
    return [one for one in records if has_words(text, *map(str, to_json(one.values).values()))]


def named(people: Iterable[PersonShown], text: str) -> list[PersonShown]:
    """Return the people whose name or address holds all words of `text`."""
    return [one for one in people if has_words(text, one.name, one.email)]


def addressed(letters: Iterable[LetterShown], text: str) -> list[LetterShown]:
    """Return the letters whose recipient, subject or kind holds all words of `text`."""
    return [one for one in letters if has_words(text, one.to, one.name, one.subject, one.kind)]


def called(systems: Iterable[SystemShown], text: str) -> list[SystemShown]:
    """Return the connected systems whose name or kind holds all words of `text`."""
    return [one for one in systems if has_words(text, one.name, one.kind)]


def has_words(text: str, *places: str) -> bool:
    told = _folded(" ".join(places))
    return all(word in told for word in _folded(text).split())


def _folded(text: str) -> str:
    parts = unicodedata.normalize("NFKD", text.casefold())
    return "".join(character for character in parts if not unicodedata.combining(character))


@dataclass(frozen=True, slots=True)
class RequestFilter:
    """Which requests the reader looks for; unknown values filter nothing."""

    text: str = ""
    state: str = ""
    kind: str = ""
    due: str = ""

    @classmethod
    def of(cls, query: Mapping[str, str]) -> RequestFilter:
        state, kind, due = (query.get(name, "") for name in ("state", "kind", "due"))
        return cls(
            text=query.get("q", "").strip()[:100],
            state=state if state in set(RequestState) else "",
            kind=kind if kind in set(RequestKind) else "",
            due=due if due in ("open", "late") else "",
        )

    def matching(self, found: Iterable[RequestShown], now: datetime) -> list[RequestShown]:
        """Return the requests that match all that is looked for."""
        return [
            one
            for one in found
            if (not self.state or one.state == self.state)
            and (not self.kind or self.kind in one.kinds)
            and (not self.due or (one.is_open if self.due == "open" else one.is_late(now)))
            and has_words(self.text, one.reference, one.name, one.email, one.account)
        ]
