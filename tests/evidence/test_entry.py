"""The leaf: read strictly, and committing to what it does not say."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.evidence.logs import AT, BODY, SALT
from trustkeep.evidence.canonical import NotCanonical, canonical, to_base64
from trustkeep.evidence.entry import (
    MAX_BODY,
    MAX_LEAF,
    SALT_SIZE,
    VERSION,
    Entry,
    EntryInvalid,
    commit,
    commit_account,
    parse,
)

DIGEST = bytes(32)
PLAIN: dict[str, Any] = {
    "v": VERSION,
    "type": "check-result",
    "at": AT,
    "seq": 7,
    "body_digest": to_base64(DIGEST),
}

entries = st.builds(
    Entry,
    type=st.text(max_size=20),
    at=st.datetimes().map(lambda at: at.isoformat(timespec="milliseconds") + "Z"),
    seq=st.integers(0, 2**53 - 1),
    body_digest=st.binary(min_size=32, max_size=32),
    promise_id=st.none() | st.text(max_size=20),
    account=st.none() | st.binary(min_size=32, max_size=32),
)


@given(entries)
def test_entry__reads_back_and_is_canonical(entry: Entry) -> None:
    leaf = entry.encode()

    assert parse(leaf) == entry
    assert canonical(json.loads(leaf)) == leaf


def test_entry__says_no_more_than_it_has_to() -> None:
    leaf = Entry("check-result", AT, 7, DIGEST).encode()

    assert leaf == canonical(PLAIN)


def test_encode__refuses_a_leaf_that_no_tile_could_hold() -> None:
    with pytest.raises(EntryInvalid, match=str(MAX_LEAF)):
        Entry("x" * MAX_LEAF, AT, 0, DIGEST).encode()


@pytest.mark.parametrize(
    ("leaf", "reason"),
    [
        (b"", "not JSON"),
        (b"\xff\xfe", "not JSON"),
        (b"[" * 100_000, "at most"),
        (b"[" * 60_000, "not JSON"),
        (b"[" * 40 + b"]" * 40, "deep"),
        (b"7", "not an object"),
        (b"[]", "not an object"),
        (b'{"v":1.5}', "float"),
        (b'{"v": 1}', "not an object in canonical JSON"),
        (b'{"v":1,"v":1}', "not an object in canonical JSON"),
        (b"{}", "lacks a field"),
    ],
)
def test_parse__refuses_bytes_that_are_no_leaf(leaf: bytes, reason: str) -> None:
    with pytest.raises(EntryInvalid, match=reason):
        parse(leaf)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"more": 1}, "one too many"),
        ({"v": 2}, "version 2"),
        ({"v": True}, "version True"),
        ({"v": None}, "version None"),
        ({"type": 1}, "“type” is not a text"),
        ({"promise_id": None}, "“promise_id” is not a text"),
        ({"account": 1}, "“account” is not a text"),
        ({"seq": -1}, "“seq” is not a whole number"),
        ({"seq": True}, "“seq” is not a whole number"),
        ({"seq": "7"}, "“seq” is not a whole number"),
        ({"at": "yesterday"}, "“at” is not an instant"),
        ({"at": "2026-13-01T00:00:00.000Z"}, "“at” is not an instant"),
        ({"at": "2026-11-23T08:30:00.000+01:00"}, "“at” is not in UTC"),
        ({"at": "2026-11-23"}, "“at” is not in UTC"),
        ({"body_digest": "AA="}, "not base64"),
        ({"body_digest": "AA=="}, "has 1 bytes"),
        ({"account": to_base64(b"acme")}, "has 4 bytes"),
    ],
)
def test_parse__refuses_a_field_that_is_not_as_it_must_be(
    change: dict[str, object], reason: str
) -> None:
    with pytest.raises(EntryInvalid, match=reason):
        parse(canonical(PLAIN | change))


def test_commit__binds_every_byte_of_salt_and_body() -> None:
    digest = commit(SALT, BODY)

    assert commit(SALT, dict(reversed(list(BODY.items())))) == digest
    assert commit(SALT, {**BODY, "checked": 13}) != digest
    assert commit(bytes(SALT_SIZE), BODY) != digest


def test_commit__to_an_account_is_not_one_to_a_body() -> None:
    assert commit_account(SALT, canonical(BODY)) != commit(SALT, BODY)


def test_append__refuses_an_empty_body() -> None:
    with pytest.raises(EntryInvalid, match="empty"):
        commit(SALT, {})


def test_commit__refuses_a_body_that_no_receipt_could_carry() -> None:
    with pytest.raises(EntryInvalid, match=str(MAX_BODY)):
        commit(SALT, {"text": "x" * MAX_BODY})


def test_commit__refuses_a_body_without_a_canonical_form() -> None:
    with pytest.raises(NotCanonical):
        commit(SALT, {"share": 0.1})


@pytest.mark.parametrize("salt", [b"", bytes(SALT_SIZE - 1), bytes(SALT_SIZE + 1)])
def test_commit__refuses_a_salt_of_another_length(salt: bytes) -> None:
    with pytest.raises(EntryInvalid, match="salt"):
        commit(salt, BODY)
    with pytest.raises(EntryInvalid, match="salt"):
        commit_account(salt, b"acme")
