"""Signed notes: the public example, and what is no note."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trustkeep.evidence import note
from trustkeep.evidence.canonical import to_base64
from trustkeep.evidence.checkpoint import VerifierKey
from trustkeep.evidence.note import KEY_ID_SIZE, MAX_SIGNATURES, NoteInvalid, Signature, SignedNote

VECTORS = Path(__file__).parents[1] / "vectors" / "c2sp"
LINE = f"— example.com/log {to_base64(bytes(68))}\n"

texts = st.text(st.characters(exclude_categories=["Cs", "Cc"], include_characters="\n"))


def test_note__of_the_specification_verifies() -> None:
    signed = note.parse((VECTORS / "signed-note-example.txt").read_text("utf-8"))
    key = VerifierKey.parse((VECTORS / "signed-note-example.vkey").read_text("utf-8"))

    assert signed.text == "This is an example message.\n"
    (signature,) = signed.signatures
    assert (signature.name, signature.key_id) == (key.name, key.id)
    assert key.verify(signed.text.encode(), signature.raw)
    assert not key.verify(b"This is another message.\n", signature.raw)


@given(texts, st.integers(1, MAX_SIGNATURES))
def test_note__reads_back(text: str, signatures: int) -> None:
    one = Signature("example.com/log", bytes(KEY_ID_SIZE), bytes(64))
    signed = SignedNote(text + "\n", (one,) * signatures)

    assert note.parse(signed.encode()) == signed


def test_note__with_empty_lines_in_its_text_ends_at_the_last() -> None:
    assert note.parse(f"one\n\ntwo\n\n{LINE}").text == "one\n\ntwo\n"


@pytest.mark.parametrize(
    ("encoded", "reason"),
    [
        ("", "no empty line"),
        ("text\n" + LINE, "no empty line"),
        ("te\txt\n\n" + LINE, "control character"),
        ("te\rxt\n\n" + LINE, "control character"),
        ("te\ud800xt\n\n" + LINE, "surrogate"),
        ("text\n\n", "no end"),
        ("text\n\n" + LINE.rstrip(), "no end"),
        ("text\n\n" + LINE + "\n", "no end"),
        ("text\n\n" + LINE * (MAX_SIGNATURES + 1), "at most"),
        ("text\n\n\n", "no end"),
        ("text\n\n" + LINE.replace("— ", "- "), "line is broken"),
        ("text\n\n— example.com/log\n", "line is broken"),
        ("text\n\n—  AAAA\n", "may not be empty"),
        ("text\n\n— a+b AAAA\n", "plus signs"),
        ("text\n\n— a\xa0b AAAA\n", "spaces"),
        ("text\n\n— example.com/log ????\n", "not base64"),
        ("text\n\n— example.com/log AAAAAA==\n", "no signature"),
    ],
)
def test_note__that_is_none_is_refused(encoded: str, reason: str) -> None:
    with pytest.raises(NoteInvalid, match=reason):
        note.parse(encoded)
