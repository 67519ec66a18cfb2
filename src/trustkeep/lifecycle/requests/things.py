"""Which single files and records a request is about, by their opaque ids: ``file:…``, ``record:…``.

Only ids rest with the request; what they are called is read from the account, as long as it is
there.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable

from trustkeep.holdings import collections, queries
from trustkeep.holdings.collections import NoSuchRow
from trustkeep.holdings.queries import NoSuchFile
from trustkeep.kernel.errors import TrustkeepError
from trustkeep.lifecycle.owing import MOST_THINGS, NoSuchThing, TooManyThings
from trustkeep.lifecycle.requests.models import Request
from trustkeep.vault.keystore import KeyDestroyed

FILE, RECORD = "file", "record"


class ThingUnreadable(TrustkeepError):
    """A thing is named by its kind and its id."""

    sentence = "“{told}” names nothing. Write file: or record: and the id, one a line."


def read(told: Iterable[str]) -> list[str]:
    """Return things as they rest with a request; raises ThingUnreadable, TooManyThings."""
    found = list(dict.fromkeys(_thing(one.strip()) for one in told if one.strip()))
    if len(found) > MOST_THINGS:
        raise TooManyThings(most=MOST_THINGS)
    return found


def require_in(account_id: uuid.UUID, things: Iterable[str]) -> None:
    """Raise NoSuchThing unless all of them are in the account."""
    for one in things:
        if name_of(account_id, one) is None:
            raise NoSuchThing(which=one)


def name_of(account_id: uuid.UUID, thing: str) -> str | None:
    """Return what a thing is called in its account; None if it is not there."""
    kind, _, which = thing.partition(":")
    try:
        if kind == FILE:
            return queries.file(account_id, uuid.UUID(which)).name
        return collections.collection_of(account_id, uuid.UUID(which))
    except (NoSuchFile, NoSuchRow, KeyDestroyed):
        return None


def files_of(row: Request) -> tuple[uuid.UUID, ...]:
    """Return the files that a request names."""
    return _of(row, FILE)


def records_of(row: Request) -> tuple[uuid.UUID, ...]:
    """Return the records that a request names."""
    return _of(row, RECORD)


def _of(row: Request, wanted: str) -> tuple[uuid.UUID, ...]:
    told = (one.partition(":") for one in row.things)
    return tuple(uuid.UUID(which) for kind, _, which in told if kind == wanted)


def _thing(told: str) -> str:
    kind, _, which = told.partition(":")
    if kind not in (FILE, RECORD):
        raise ThingUnreadable(told=told[:60])
    try:
        return f"{kind}:{uuid.UUID(which.strip())}"
    except ValueError:
        raise ThingUnreadable(told=told[:60]) from None
