"""The receipt as a file: what it may look like, and where it breaks."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.evidence.logs import BODY, SALT, written
from trustkeep.evidence import receipt as receipts
from trustkeep.evidence.canonical import canonical, to_base64
from trustkeep.evidence.receipt import HEADER, MAX_SIZE, Content, Receipt, ReceiptInvalid

LOG = written(7)
TEXT = LOG.receipt(4, Content(SALT, BODY)).encode()


@given(st.integers(1, 20), st.data(), st.booleans())
def test_receipt__reads_back(size: int, data: st.DataObject, public: bool) -> None:
    index = data.draw(st.integers(0, size - 1))
    receipt = written(size).receipt(index, Content(SALT, BODY) if public else None)

    assert receipts.parse(receipt.encode()) == receipt


def test_receipt__looks_as_the_specification_says() -> None:
    head, _, checkpoint = TEXT.partition("\n\n")
    lines = head.split("\n")

    assert lines[0] == "c2sp.org/tlog-proof@v1"
    assert lines[1].startswith("extra ")
    assert lines[2] == "index 4"
    assert [len(line) for line in lines[3:]] == [44, 44, 44]
    assert checkpoint == LOG.checkpoint()


@pytest.mark.parametrize(
    "text",
    [
        TEXT.replace("\n", "\r\n"),
        TEXT.rstrip("\n"),
        f"\n  {TEXT}\n\n",
    ],
)
def test_receipt__survives_copying(text: str) -> None:
    assert receipts.parse(text) == receipts.parse(TEXT)


def with_extra(extra: object) -> str:
    line = TEXT.split("\n")[1]
    raw = extra if isinstance(extra, bytes) else canonical(extra)
    return TEXT.replace(line, f"extra {to_base64(raw)}")


LEAF = to_base64(LOG.entries[4])
SALT64 = to_base64(SALT)
STEP = TEXT.split("\n")[3]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "does not start"),
        ("x" * (MAX_SIZE + 1), "too large"),
        (TEXT.replace("proof@v1", "proof@v2"), "does not start"),
        (HEADER, "cut off"),
        (TEXT.partition("\n\n")[0], "cut off"),
        (f"{HEADER}\n\n{LOG.checkpoint()}", "“extra …”. is missing"),
        (TEXT.replace("extra ", "extras "), "“extra …”. is missing"),
        (TEXT.replace("extra ", "extra ?"), "“extra …”. is damaged"),
        (with_extra(b"{"), "not JSON"),
        (with_extra(b"[" * 100_000), "not JSON"),
        (with_extra(b"\xff"), "not JSON"),
        (with_extra([LEAF]), "not an object"),
        (with_extra({}), "“extra …”. is damaged"),
        (with_extra({"leaf": 7}), "“extra …”. is damaged"),
        (with_extra({"leaf": "AA"}), "“extra …”. is damaged"),
        (with_extra({"leaf": LEAF, "salt": SALT64}), "needs a “salt” and a “body”"),
        (with_extra({"leaf": LEAF, "body": {"a": 1}}), "needs a “salt” and a “body”"),
        (with_extra({"leaf": LEAF, "salt": 1, "body": {"a": 1}}), "needs a “salt”"),
        (with_extra({"leaf": LEAF, "salt": SALT64, "body": "text"}), "needs a “salt”"),
        (with_extra({"leaf": LEAF, "salt": "AA", "body": {"a": 1}}), "salt of the content"),
        (TEXT.replace("index 4", "index"), "“index …”. is damaged"),
        (TEXT.replace("index 4", "number 4"), "“index …”. is damaged"),
        (TEXT.replace("index 4", "index 04"), "“index …”. is damaged"),
        (TEXT.replace("index 4", "index -4"), "“index …”. is damaged"),
        (TEXT.replace("index 4", "4"), "“index …”. is damaged"),
        (TEXT.replace("index 4", "index " + "9" * 5000), "“index …”. is damaged"),
        (TEXT.replace(STEP, STEP[:-2]), "line of the proof is damaged"),
        (TEXT.replace(STEP, "AAAA"), "32 bytes"),
        (TEXT.replace(STEP, "\n".join([STEP] * 65)), "longer than any tree"),
    ],
)
def test_receipt__that_is_broken_says_where(text: str, reason: str) -> None:
    with pytest.raises(ReceiptInvalid, match=reason):
        receipts.parse(text)


def test_receipt__passes_over_what_later_versions_may_add() -> None:
    text = with_extra({"leaf": LEAF, "more": "of it"})

    assert receipts.parse(text).leaf == LOG.entries[4]


def test_content__apart_reads_back() -> None:
    content = Content(SALT, BODY)

    assert receipts.parse_content(canonical(content.fields()).decode()) == content


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "not JSON"),
        ("\ud800", "not JSON"),
        ("[]", "not an object"),
        ("{}", "lacks"),
        ('{"body":{"a":1}}', "needs a “salt”"),
        (" " * (MAX_SIZE + 1), "too large"),
    ],
)
def test_content__that_is_none_says_why(text: str, reason: str) -> None:
    with pytest.raises(ReceiptInvalid, match=reason):
        receipts.parse_content(text)


def test_receipt__of_a_log_of_one_has_no_path() -> None:
    receipt: Any = written(1).receipt(0)

    assert receipt.path == ()
    assert isinstance(receipts.parse(receipt.encode()), Receipt)
