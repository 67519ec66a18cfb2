"""Which days the law counts as working days: no Saturday, no Sunday, no public holiday.

Source: Regulation (EEC, Euratom) No 1182/71, Article 2(1) and (2): public holidays are those of the
Member State in which the act is to be done. Only nation-wide holidays are known here: where a
region has more of them, an answer is due earlier than it would have to be, never later.
"""

from __future__ import annotations

from datetime import date, timedelta
from enum import StrEnum
from functools import cache

_DAY = timedelta(days=1)
_SATURDAY = 5


class Country(StrEnum):
    """Where an act is to be done; ``OTHER`` knows no holidays beside Saturdays and Sundays."""

    GERMANY = "DE"
    FRANCE = "FR"
    OTHER = "other"


_SEATS = {"Europe/Berlin": Country.GERMANY, "Europe/Paris": Country.FRANCE}

_FIXED = {
    # Holidays of all sixteen Länder, and Einigungsvertrag Article 2(2) for 3 October.
    Country.GERMANY: ((1, 1), (5, 1), (10, 3), (12, 25), (12, 26)),
    # Code du travail, Article L3133-1.
    Country.FRANCE: ((1, 1), (5, 1), (5, 8), (7, 14), (8, 15), (11, 1), (11, 11), (12, 25)),
    Country.OTHER: (),
}
_AFTER_EASTER = {
    # Good Friday, Easter Monday, Ascension, Whit Monday.
    Country.GERMANY: (-2, 1, 39, 50),
    # Easter Monday, Ascension, Whit Monday.
    Country.FRANCE: (1, 39, 50),
    Country.OTHER: (),
}


def country_of(time_zone: str) -> Country:
    """Return the country whose capital keeps this time zone."""
    return _SEATS.get(time_zone, Country.OTHER)


def is_working_day(day: date, country: Country) -> bool:
    """Return whether `day` counts as a working day in `country`."""
    return day.weekday() < _SATURDAY and day not in holidays(day.year, country)


def working_day_from(day: date, country: Country) -> date:
    """Return `day`, or the next working day if it is none (Article 3(4) of the Regulation)."""
    while not is_working_day(day, country):
        day += _DAY
    return day


def working_days_after(day: date, count: int, country: Country) -> date:
    """Return the working day that is the `count`-th after `day`, which itself does not count."""
    for _ in range(count):
        day = working_day_from(day + _DAY, country)
    return day


@cache
def holidays(year: int, country: Country) -> frozenset[date]:
    """Return the nation-wide public holidays of a year."""
    sunday = easter_sunday(year)
    fixed = {date(year, month, day) for month, day in _FIXED[country]}
    return frozenset(fixed | {sunday + days * _DAY for days in _AFTER_EASTER[country]})


def easter_sunday(year: int) -> date:
    """Return Easter Sunday in the Gregorian calendar (computus of Meeus, Jones and Butcher)."""
    a, b, c = year % 19, year // 100, year % 100
    d, e = divmod(b, 4)
    g = (8 * b + 13) // 25
    h = (19 * a + b - d - g + 15) % 30
    i, k = divmod(c, 4)
    line = (32 + 2 * e + 2 * i - h - k) % 7
    m = (a + 11 * h + 22 * line) // 451
    month, day = divmod(h + line - 7 * m + 114, 31)
    return date(year, month, day + 1)
