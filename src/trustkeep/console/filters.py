"""Search and filters of a list, read from the address and kept in it."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from trustkeep.controls.promise import State
from trustkeep.controls.statements import StatementShown


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
    words = _folded(wanted.text).split()
    return [
        one
        for one in statements
        if (not wanted.state or one.state == wanted.state)
        and (not wanted.owner or one.owner == wanted.owner)
        and all(word in _folded(f"{one.title} {one.sentence} {one.slug}") for word in words)
    ]


def _folded(text: str) -> str:
    parts = unicodedata.normalize("NFKD", text.casefold())
    return "".join(character for character in parts if not unicodedata.combining(character))
