"""Numbers, days and instants, written as each language writes them."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest

from trustkeep.kernel import writing
from trustkeep.kernel.texts import Texts

FILES = Texts(de="{n:Datei|Dateien}", en="{n:file|files}", fr="{n:fichier|fichiers}")


@pytest.mark.parametrize(
    ("language", "written"),
    [("de", "1.234.567"), ("en", "1,234,567"), ("fr", "1\u202f234\u202f567")],
)
def test_number__has_the_separators_of_its_language(language: str, written: str) -> None:
    assert writing.number(1_234_567, language) == written


@pytest.mark.parametrize(
    ("language", "none", "one", "many"),
    [
        ("de", "0 Dateien", "1 Datei", "2 Dateien"),
        ("en", "0 files", "1 file", "2 files"),
        ("fr", "0 fichier", "1 fichier", "2 fichiers"),
    ],
)
def test_number__brings_its_noun(language: str, none: str, one: str, many: str) -> None:
    told = [FILES.filled(language, {"n": writing.number(n, language)}) for n in (0, 1, 2)]

    assert told == [none, one, many]


@pytest.mark.parametrize(
    ("language", "written"),
    [("de", "1. April 2026"), ("en", "1 April 2026"), ("fr", "1er avril 2026")],
)
def test_day__is_written_in_full(language: str, written: str) -> None:
    assert writing.day(date(2026, 4, 1), language) == written
    assert "1er" not in writing.day(date(2026, 4, 11), language)


@pytest.mark.parametrize(
    ("language", "written"),
    [
        ("de", "29. März 2026, 01:30 Uhr (UTC)"),
        ("en", "29 March 2026, 01:30 (UTC)"),
        ("fr", "29 mars 2026, 01\u00a0h\u00a030 (UTC)"),
    ],
)
def test_moment__is_written_in_utc_and_says_so(language: str, written: str) -> None:
    summer_time = timezone(timedelta(hours=2))

    assert writing.moment(datetime(2026, 3, 29, 3, 30, tzinfo=summer_time), language) == written
    assert writing.moment(datetime(2026, 3, 29, 1, 30, tzinfo=UTC), language) == written


@pytest.mark.parametrize(
    ("language", "winter", "summer"),
    [
        ("de", "24. November 2026, 13:00 Uhr (MEZ)", "1. Juli 2026, 14:00 Uhr (MESZ)"),
        ("en", "24 November 2026, 13:00 (CET)", "1 July 2026, 14:00 (CEST)"),
        (
            "fr",
            "24 novembre 2026, 13\u00a0h\u00a000 (CET)",
            "1er juillet 2026, 14\u00a0h\u00a000 (CEST)",
        ),
    ],
)
def test_moment_there__is_written_as_clocks_show_it(
    language: str, winter: str, summer: str
) -> None:
    berlin = ZoneInfo("Europe/Berlin")

    for month, day, written in ((11, 24, winter), (7, 1, summer)):
        at = datetime(2026, month, day, 12, tzinfo=UTC).astimezone(berlin)
        assert writing.moment_there(at, language) == written


def test_span__is_written_in_its_largest_unit() -> None:
    assert writing.span(timedelta(hours=3), "de") == "3 Stunden"
