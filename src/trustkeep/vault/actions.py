"""Changes of keys that leave an entry in the evidence log."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import Error as DatabaseError

from trustkeep.evidence.actions import Appended, append
from trustkeep.evidence.kinds import Kind
from trustkeep.vault.keys import installed
from trustkeep.vault.sqlcipher.opening import DatabaseUnusable


@dataclass(frozen=True, slots=True)
class RootRotated:
    """A new root epoch; ``entry`` is None where the log could not be reached."""

    epoch: int
    entry: Appended | None
    body: Mapping[str, object]


def rotate_root(*, now: datetime) -> RootRotated:
    """Exchange the root key and log it.

    The rotation comes first and stands even where the database is out of reach: a root key that
    may have leaked must be replaceable at any time. Raises what `KeyRing.rotate_root` raises.
    """
    return note_rotation(installed().rotate_root(now=now), now=now)


def note_rotation(epoch: int, *, now: datetime) -> RootRotated:
    """Log that the root key was exchanged, as far as the database can be reached."""
    body = {"key": "root", "epoch": epoch}
    try:
        entry = append(kind=Kind.KEY_ROTATED, body=body, now=now)
    except (DatabaseError, DatabaseUnusable):
        return RootRotated(epoch, None, body)
    return RootRotated(epoch, entry, body)
