"""Declaring a kind of record: its fields, their types and labels, and who may enter it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from trustkeep.kernel.texts import Texts


class FieldType(StrEnum):
    """What a field holds, and so how it is asked for and checked."""

    TEXT = "text"
    LONG_TEXT = "long-text"
    DATE = "date"
    INSTANT = "instant"
    INTEGER = "integer"
    YES_NO = "yes-no"
    CHOICE = "choice"
    CHOICES = "choices"
    EMAIL = "email"
    URL = "url"
    DIGEST = "digest"
    REFERENCE = "reference"


@dataclass(frozen=True, slots=True)
class Choice:
    """One of the values that a field may take."""

    value: str
    label: Texts


@dataclass(frozen=True, slots=True)
class Field:
    """One field; ``help`` says what belongs into it where the label does not."""

    name: str
    type: FieldType
    label: Texts
    help: Texts | None = None
    required: bool = True
    choices: tuple[Choice, ...] = ()


@dataclass(frozen=True, slots=True)
class RecordKind:
    """A kind of dated fact; ``promises`` are the slugs whose checks read it, ``writers`` roles."""

    slug: str
    title: Texts
    description: Texts
    fields: tuple[Field, ...]
    promises: tuple[str, ...]
    writers: frozenset[str]

    def field(self, name: str) -> Field:
        """Return a field by name; KeyError if there is none."""
        for field in self.fields:
            if field.name == name:
                return field
        raise KeyError(name)
