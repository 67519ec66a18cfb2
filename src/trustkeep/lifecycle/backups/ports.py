"""What backups need to know of this installation; the site joins it."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Any, Protocol

from trustkeep.kernel.errors import TrustkeepError


class NoPlaces(TrustkeepError):
    """The process was started without an installation."""

    sentence = "This process knows no installation, so there is nothing to back up."


class Stage(StrEnum):
    """How far a backup or a drill is."""

    COPY = "copy"
    PACK = "pack"
    VERIFY = "verify"
    PUBLISH = "publish"
    RESTORE = "restore"
    RECONCILE = "reconcile"
    PROVE = "prove"


type Report = Callable[[Stage, int, int], None]
"""Is told the stage, and how many bytes of how many are done; 0 where nobody counts them."""


def silent(stage: Stage, done_bytes: int, all_bytes: int) -> None:
    """Tell nobody."""


@dataclass(frozen=True, slots=True)
class Places:
    """Where everything lies: ``beside`` are small files that a backup takes along, by name."""

    data: Path
    database: Path
    objects: Path
    backups: Path
    keep_for: timedelta
    beside: tuple[Path, ...] = ()


class Mark(Protocol):
    """A mark that was planted in the database, and must not be found in a backup."""

    def found_in(self, path: Path) -> bool: ...


@dataclass(slots=True)
class Joined:
    """What the site has joined; ``rehearse`` restores a backup elsewhere and reports."""

    places: Callable[[], Places] | None = None
    planted: Callable[[], AbstractContextManager[Mark]] | None = None
    rehearse: Callable[[Path, Report], dict[str, Any]] | None = None
    database_key: Callable[[], str] | None = None


joined = Joined()


def places() -> Places:
    """Return where this installation lies; raises NoPlaces."""
    if joined.places is None:
        raise NoPlaces
    return joined.places()


def database_key() -> str:
    """Return the raw key of the database; raises NoPlaces."""
    if joined.database_key is None:
        raise NoPlaces
    return joined.database_key()


def file_name(made_at: datetime, number: str) -> str:
    """Return the name of a backup's file."""
    return f"{PREFIX}{made_at:%Y%m%dT%H%M%SZ}-{number}{SUFFIX}"


PREFIX, SUFFIX = "trustkeep-", ".backup"
