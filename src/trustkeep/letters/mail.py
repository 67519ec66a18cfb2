"""What leaves the house, as plain values: to whom, what is said, and what lies inside."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Recipient:
    """Whom a letter is for; without a name it is greeted without one."""

    email: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class Enclosure:
    """A file inside a letter."""

    name: str
    media_type: str
    content: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Mail:
    """A finished letter as the post takes it over.

    ``id`` names it for good: however often it is sent, it is recognisably the same. ``sender`` is
    who writes, by name. ``list_name`` is the mailing list that it belongs to, empty for a letter to
    one person.
    """

    id: uuid.UUID
    sender: str
    to: Recipient
    subject: str
    text: str
    language: str
    written_at: datetime
    enclosures: tuple[Enclosure, ...] = ()
    list_name: str = ""
