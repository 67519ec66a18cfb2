"""Where an act comes from: bound once at the entrance, read where the act is noted.

A context variable carries it, as it carries a frozen clock: an act deep below an entrance is noted
with its origin without every action on the way having to hand it on.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

LONGEST_AGENT = 300


@dataclass(slots=True)
class Origin:
    """The network address and the program that asked; both empty for the machine itself.

    ``actor`` is who acts, as an opaque id, once that is known: a user, a token, the command line.
    """

    source: str = ""
    agent: str = ""
    actor: str = ""


_present: ContextVar[Origin | None] = ContextVar("origin", default=None)


def present() -> Origin:
    """Return where the present act comes from."""
    return _present.get() or Origin()


def known_as(actor: str) -> None:
    """Say who it is that asks, once that is known; without an origin nothing is kept."""
    origin = _present.get()
    if origin is not None:
        origin.actor = actor


@contextmanager
def arriving(source: str, agent: str, actor: str = "") -> Iterator[None]:
    """Say where everything inside the block comes from."""
    token = _present.set(Origin(source[:45], agent[:LONGEST_AGENT], actor))
    try:
        yield
    finally:
        _present.reset(token)
