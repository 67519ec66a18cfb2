"""Numbers, days and instants as readers of each language expect to see them.

Instants are written in UTC and say so: the page has readers in many time zones, and its evidence
counts in UTC days.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from babel.dates import format_date, format_timedelta
from babel.numbers import format_decimal

# What the trust page speaks: British English, as in its glossary.
_LOCALES = {"de": "de_DE", "en": "en_GB", "fr": "fr_FR"}
_CLOCKS = {"de": "{:%H:%M} Uhr ({})", "en": "{:%H:%M} ({})", "fr": "{:%H\u00a0h\u00a0%M} ({})"}
_GERMAN_ZONES = {"CET": "MEZ", "CEST": "MESZ"}


class Counted(str):
    """A written number that a text can bring its noun to: ``{files:file|files}`` → ``3 files``."""

    is_one: bool

    def __format__(self, nouns: str) -> str:
        one, bar, many = nouns.partition("|")
        if not bar:
            return super().__format__(nouns)
        return f"{self} {one if self.is_one else many}"


def number(value: int, language: str) -> Counted:
    """Return a number with the language's separators: ``1.234``, ``1,234``, ``1 234``."""
    written = Counted(format_decimal(value, locale=_LOCALES[language]))
    # French counts nought as one: « 0 jour ».
    written.is_one = abs(value) < 2 if language == "fr" else abs(value) == 1
    return written


def day(value: date, language: str) -> str:
    """Return a day in full: ``1. April 2026``, ``1 April 2026``, ``1er avril 2026``."""
    written = format_date(value, "long", locale=_LOCALES[language])
    is_first_in_french = language == "fr" and value.day == 1
    return f"1er{written.removeprefix('1')}" if is_first_in_french else written


def moment(at: datetime, language: str) -> str:
    """Return an instant in full: ``23. November 2026, 14:30 Uhr (UTC)``."""
    return moment_there(at.astimezone(UTC), language)


def moment_there(at: datetime, language: str) -> str:
    """Return an instant as clocks show it where it is: ``23. November 2026, 14:30 Uhr (MEZ)``.

    That is the time zone that the instant carries; the zone is named, since readers have others.
    """
    told = at.tzname() or ""
    zone = _GERMAN_ZONES.get(told, told) if language == "de" else told
    return f"{day(at.date(), language)}, {_CLOCKS[language].format(at, zone)}"


def span(value: timedelta, language: str) -> str:
    """Return a length of time in its largest fitting unit: ``3 Stunden``."""
    return format_timedelta(value, locale=_LOCALES[language])
