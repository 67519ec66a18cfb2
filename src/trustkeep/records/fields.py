"""Short ways to declare the fields that many kinds share."""

from __future__ import annotations

from trustkeep.kernel.texts import Texts
from trustkeep.records.kinds import Choice, Field, FieldType


def text(name: str, label: Texts, *, required: bool = True, hint: Texts | None = None) -> Field:
    """Return a line of text."""
    return Field(name, FieldType.TEXT, label, hint, required)


def long_text(
    name: str, label: Texts, *, required: bool = True, hint: Texts | None = None
) -> Field:
    """Return a text of several lines."""
    return Field(name, FieldType.LONG_TEXT, label, hint, required)


def day(name: str, label: Texts, *, required: bool = True, hint: Texts | None = None) -> Field:
    """Return a date."""
    return Field(name, FieldType.DATE, label, hint, required)


def instant(name: str, label: Texts, *, required: bool = True) -> Field:
    """Return an instant with its zone."""
    return Field(name, FieldType.INSTANT, label, None, required)


def number(name: str, label: Texts, *, required: bool = True) -> Field:
    """Return a whole number."""
    return Field(name, FieldType.INTEGER, label, None, required)


def yes_no(name: str, label: Texts) -> Field:
    """Return a question; left empty it means no."""
    return Field(name, FieldType.YES_NO, label, None, required=False)


def reference(
    name: str, label: Texts, *, required: bool = True, hint: Texts | None = None
) -> Field:
    """Return an opaque id: of an account, a person, another record."""
    return Field(name, FieldType.REFERENCE, label, hint, required)


def digest(name: str, label: Texts, *, required: bool = True) -> Field:
    """Return a SHA-256 digest in hexadecimal."""
    return Field(name, FieldType.DIGEST, label, None, required)


def one_of(name: str, label: Texts, choices: dict[str, Texts], *, required: bool = True) -> Field:
    """Return a choice of one."""
    return Field(name, FieldType.CHOICE, label, None, required, _choices(choices))


def some_of(name: str, label: Texts, choices: dict[str, Texts], *, required: bool = True) -> Field:
    """Return a choice of some."""
    return Field(name, FieldType.CHOICES, label, None, required, _choices(choices))


def _choices(choices: dict[str, Texts]) -> tuple[Choice, ...]:
    return tuple(Choice(value, label) for value, label in choices.items())
