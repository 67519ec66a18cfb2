"""One value, one spelling."""

from __future__ import annotations

import json
from enum import IntEnum, StrEnum
from types import MappingProxyType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trustkeep.evidence.canonical import (
    MAX_DEPTH,
    Json,
    NotCanonical,
    canonical,
    from_base64,
    plain_number,
    to_base64,
)

values: st.SearchStrategy[Json] = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


class Colour(StrEnum):
    RED = "red"


class Size(IntEnum):
    LARGE = 3


@given(values)
def test_canonical__reads_back_as_the_same_value(value: Json) -> None:
    encoded = canonical(value)

    assert json.loads(encoded) == value
    assert canonical(json.loads(encoded)) == encoded


def test_canonical__sorts_names_by_utf16_code_units() -> None:
    # The order that RFC 8785 section 3.2.3 gives as its example.
    names = ["\u20ac", "\r", "\ufb33", "1", "\U0001f600", "\x80", "\xf6"]

    encoded = canonical(dict.fromkeys(names, 0))

    expected = ["\r", "1", "\x80", "\xf6", "\u20ac", "\U0001f600", "\ufb33"]
    assert list(json.loads(encoded)) == expected


def test_canonical__escapes_only_what_it_must() -> None:
    assert canonical('\x00\x1f\b\t\n\f\r"\\/\x7f\u2028é') == (
        '"\\u0000\\u001f\\b\\t\\n\\f\\r\\"\\\\/\x7f\u2028é"'.encode()
    )


def test_canonical__writes_tuples_enums_and_read_only_mappings_as_what_they_hold() -> None:
    value = MappingProxyType({"b": (1, Colour.RED, Size.LARGE), "a": [True, False, None]})

    assert canonical(value) == b'{"a":[true,false,null],"b":[1,"red",3]}'


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        (1.0, "float has no canonical form"),
        (b"bytes", "bytes has no canonical form"),
        ({1, 2}, "set has no canonical form"),
        (2**53, "beyond 2\\^53-1"),
        (-(2**53), "beyond 2\\^53-1"),
        ({1: "one"}, "names have to be text"),
        ({"a": 1, None: 2}, "names have to be text"),
        ("\ud800", "half a surrogate pair"),
        ({"\udfff": 1}, "half a surrogate pair"),
    ],
)
def test_canonical__refuses_what_has_two_spellings(value: object, reason: str) -> None:
    with pytest.raises(NotCanonical, match=reason):
        canonical(value)


def test_canonical__refuses_to_dig_without_end() -> None:
    deep: Json = 0
    for _ in range(MAX_DEPTH):
        deep = [deep]

    assert canonical(deep).startswith(b"[[")
    with pytest.raises(NotCanonical, match="deep"):
        canonical([deep])


@given(st.binary())
def test_base64__reads_back(raw: bytes) -> None:
    assert from_base64(to_base64(raw)) == raw


@pytest.mark.parametrize(
    "text", ["A", "AA", "AA=", "A A=", "AA==\n", "AB==", "é===", "-_==", "AA==AA=="]
)
def test_base64__knows_one_spelling(text: str) -> None:
    with pytest.raises(NotCanonical):
        from_base64(text)


@pytest.mark.parametrize(("text", "number"), [("0", 0), ("7", 7), ("18446744073709551616", 2**64)])
def test_plain_number__reads_decimal_digits(text: str, number: int) -> None:
    assert plain_number(text) == number


@pytest.mark.parametrize(
    "text", ["", "00", "01", "+1", "-1", " 1", "1 ", "1_0", "٣", "²", "9" * 21]
)
def test_plain_number__refuses_other_spellings(text: str) -> None:
    assert plain_number(text) is None
