"""JSON of others has one meaning, or it is refused."""

from __future__ import annotations

import json

import pytest

from trustkeep.kernel import strict_json
from trustkeep.kernel.strict_json import NotJson


@pytest.mark.asvs("15.3.7")
@pytest.mark.parametrize(
    "told",
    [
        b'{"role": "member", "role": "owner"}',
        b'[{"a": {"b": 1, "b": 1}}]',
        b'{"a": 1, "\\u0061": 2}',
    ],
    ids=["member", "deep", "escaped"],
)
def test_member__that_comes_twice_is_refused(told: bytes) -> None:
    with pytest.raises(NotJson):
        strict_json.read(told)


@pytest.mark.asvs("1.1.1")
@pytest.mark.parametrize(
    "told",
    [
        json.dumps({"a": "b"}).encode("utf-16"),
        b'{"a": "\xff"}',
        b'"\\ud800"',
        b'"\\udc00\\ud800"',
        b"NaN",
        b"[1e999]",
        b"[" * 100_000,
        b"9" * 10_000,
        b"",
    ],
    ids=["utf-16", "latin-1", "half", "reversed", "nan", "infinite", "nested", "digits", "empty"],
)
def test_text__that_readers_take_differently_is_refused(told: bytes) -> None:
    with pytest.raises(NotJson):
        strict_json.read(told)


def test_fault__is_named_by_its_place() -> None:
    with pytest.raises(NotJson) as refused:
        strict_json.read('{"a":\n 1,}')

    assert (refused.value.line, refused.value.column) == (2, 3)


@pytest.mark.asvs("1.1.1")
@pytest.mark.parametrize("text", ["%252e", "&amp;lt;b&gt;", "\\u003c", "\U0001f600", "a\u0301"])
def test_text__is_read_once_and_stays_as_it_was(text: str) -> None:
    assert strict_json.read(json.dumps([text]).encode()) == [text]
