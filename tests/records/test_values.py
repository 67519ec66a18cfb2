"""What may be typed into each type of field, and what may not."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest

from trustkeep.kernel.texts import Texts
from trustkeep.records.kinds import Choice, Field, FieldType, RecordKind
from trustkeep.records.values import MAX_LONG_TEXT, MAX_TEXT, InvalidRecord, checked

LABEL = Texts(de="Feld", en="Field", fr="Champ")
CHOICES = (Choice("a", LABEL), Choice("b", LABEL))

TAKEN: dict[FieldType, list[tuple[object, Any]]] = {
    FieldType.TEXT: [(" one line ", "one line"), ("x" * MAX_TEXT, "x" * MAX_TEXT)],
    FieldType.LONG_TEXT: [("two\r\nlines\tand more", "two\r\nlines\tand more")],
    FieldType.DATE: [("2026-11-23", date(2026, 11, 23))],
    FieldType.INSTANT: [("2026-11-23T08:30:00+01:00", datetime(2026, 11, 23, 7, 30, tzinfo=UTC))],
    FieldType.INTEGER: [("-7", -7), (2**53 - 1, 2**53 - 1)],
    FieldType.YES_NO: [("Yes", True), (False, False)],
    FieldType.CHOICE: [("a", "a")],
    FieldType.CHOICES: [("a, b,a", ("a", "b"))],
    FieldType.EMAIL: [("dpo@example.com", "dpo@example.com")],
    FieldType.URL: [("https://example.com/a?b=c#d", "https://example.com/a?b=c#d")],
    FieldType.DIGEST: [("0af" + "1" * 61, "0af" + "1" * 61)],
    FieldType.REFERENCE: [("C-1041/2:x", "C-1041/2:x")],
}
REFUSED: dict[FieldType, list[object]] = {
    FieldType.TEXT: ["x" * (MAX_TEXT + 1), "a\nb", "a\0b", "a\u202eb", "\ud800"],
    FieldType.LONG_TEXT: ["x" * (MAX_LONG_TEXT + 1), "a\0b", "\x1b[2J", "\udc80"],
    FieldType.DATE: ["23.11.2026", "2026-13-01", "1700000000", "2026-11-23T00:00"],
    FieldType.INSTANT: ["today", "25:00"],
    FieldType.INTEGER: [True, "1.5", "1e3", "٣", 2**53, "9" * 30],
    FieldType.YES_NO: ["perhaps", 2],
    FieldType.CHOICE: ["c", "A", ["a"]],
    FieldType.CHOICES: ["a,c", [["a"]]],
    FieldType.EMAIL: ["nowhere", "a@b", "a b@example.com", "a@example.com\nBcc: b@example.com"],
    FieldType.URL: [
        "http://example.com",
        "javascript:alert(1)",
        "data:text/html,x",
        "//evil.example",
        "https://",
        'https://example.com/"onclick=',
        "https://example.com/\u202e",
        " javascript:https://example.com",
    ],
    FieldType.DIGEST: ["0af", "g" * 64, "0AF" + "1" * 61],
    FieldType.REFERENCE: ["", "/a", "a b", "a<b", "x" * 101],
}


def of(field_type: FieldType) -> RecordKind:
    field = Field("field", field_type, LABEL, required=True, choices=CHOICES)
    return RecordKind("kind", LABEL, LABEL, (field,), (), frozenset())


@pytest.mark.asvs("2.2.1", "1.2.2")
@pytest.mark.parametrize("field_type", FieldType)
def test_field__takes_what_its_type_allows_and_nothing_else(field_type: FieldType) -> None:
    for given, typed in TAKEN[field_type]:
        assert checked(of(field_type), {"field": given}) == {"field": typed}, given
    for given in REFUSED[field_type]:
        with pytest.raises(InvalidRecord):
            checked(of(field_type), {"field": given})


@pytest.mark.asvs("15.3.3")
def test_field__that_the_kind_does_not_have_is_refused() -> None:
    with pytest.raises(InvalidRecord) as refused:
        checked(of(FieldType.TEXT), {"field": "x", "approved": "yes"})

    assert set(refused.value.errors) == {"approved"}
