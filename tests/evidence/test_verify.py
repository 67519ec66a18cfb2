"""The verdict: what a receipt proves, and the reason for every one that proves nothing."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.evidence.logs import AT, BODY, KEY, MALLORYS, ORIGIN, SALT, Log, written
from trustkeep.evidence.canonical import to_base64
from trustkeep.evidence.checkpoint import VerifierKey
from trustkeep.evidence.entry import SALT_SIZE, Entry, commit
from trustkeep.evidence.receipt import Content, Receipt
from trustkeep.evidence.tree import ProofInvalid
from trustkeep.evidence.verify import (
    NotAReceipt,
    NotIncluded,
    NotOurEntry,
    NotSigned,
    OtherContent,
    VerificationFailed,
    verify_receipt,
)

LOG = written(7)
PUBLIC = Content(SALT, BODY)
RECEIPT = LOG.receipt(4, PUBLIC)


@given(st.integers(1, 40), st.data())
def test_receipt__of_every_entry_is_proved(size: int, data: st.DataObject) -> None:
    index = data.draw(st.integers(0, size - 1))
    text = written(size).receipt(index, PUBLIC).encode()

    verified = verify_receipt(text, [KEY])

    assert (verified.index, verified.checkpoint.size) == (index, size)
    assert verified.entry == Entry("check-result", AT, index, commit(SALT, BODY), "backups")
    assert verified.signed_by == KEY
    assert verified.body == BODY


def test_receipt__without_content_proves_the_entry_alone() -> None:
    text = replace(RECEIPT, content=None).encode()

    assert verify_receipt(text, [KEY]).body is None
    assert verify_receipt(text, [KEY], PUBLIC).body == BODY


def flipped(raw: bytes, position: int = 0) -> bytes:
    return raw[:position] + bytes([raw[position] ^ 1]) + raw[position + 1 :]


LEAF = RECEIPT.leaf
OTHER_LEAF = LEAF.replace(b'"seq":4', b'"seq":5')


@pytest.mark.asvs("16.4.2")
@pytest.mark.parametrize(
    ("forged", "failure", "reason"),
    [
        (replace(RECEIPT, index=5), NotIncluded, "another root"),
        (replace(RECEIPT, index=7), NotIncluded, "no entry 7"),
        (replace(RECEIPT, leaf=OTHER_LEAF), NotIncluded, "another root"),
        (replace(RECEIPT, path=RECEIPT.path[:-1]), NotIncluded, "shorter"),
        (replace(RECEIPT, path=RECEIPT.path * 2), NotIncluded, "longer"),
        (replace(RECEIPT, path=RECEIPT.path[::-1]), NotIncluded, "another root"),
        (replace(RECEIPT, checkpoint="nothing\n"), NotSigned, "no signed note"),
        (replace(RECEIPT, checkpoint=LOG.checkpoint(MALLORYS)), NotSigned, "no key that you"),
        (
            replace(RECEIPT, checkpoint=RECEIPT.checkpoint.replace("\n7\n", "\n8\n")),
            NotSigned,
            "does not fit",
        ),
        (replace(RECEIPT, checkpoint=written(6).checkpoint()), NotIncluded, "longer|another root"),
        (
            replace(RECEIPT, content=Content(SALT, {**BODY, "checked": 13})),
            OtherContent,
            "was changed",
        ),
        (replace(RECEIPT, content=Content(flipped(SALT), BODY)), OtherContent, "was changed"),
        (replace(RECEIPT, content=Content(b"short", BODY)), OtherContent, "salt"),
        (replace(RECEIPT, content=Content(SALT, {})), OtherContent, "empty"),
    ],
)
def test_forgery__is_refused_with_the_reason(
    forged: Receipt, failure: type[VerificationFailed], reason: str
) -> None:
    with pytest.raises(failure, match=reason):
        verify_receipt(forged.encode(), [KEY])


@pytest.mark.parametrize("position", range(len(LEAF)))
def test_leaf__with_any_byte_changed_is_refused(position: int) -> None:
    with pytest.raises(NotIncluded):
        verify_receipt(replace(RECEIPT, leaf=flipped(LEAF, position)).encode(), [KEY])


@pytest.mark.parametrize("step", range(len(RECEIPT.path)))
@pytest.mark.parametrize("position", range(32))
def test_path__with_any_byte_changed_is_refused(step: int, position: int) -> None:
    path = list(RECEIPT.path)
    path[step] = flipped(path[step], position)

    with pytest.raises(NotIncluded):
        verify_receipt(replace(RECEIPT, path=tuple(path)).encode(), [KEY])


@given(st.data())
def test_receipt__with_any_character_changed_proves_nothing_else(data: st.DataObject) -> None:
    text = RECEIPT.encode()
    position = data.draw(st.integers(0, len(text) - 1))
    changed = text[:position] + data.draw(st.characters()) + text[position + 1 :]

    try:
        verified = verify_receipt(changed, [KEY])
    except VerificationFailed:
        return
    assert verified == verify_receipt(text, [KEY])


@given(st.text() | st.binary().map(lambda raw: raw.decode("latin-1")))
def test_noise__is_no_receipt(text: str) -> None:
    with pytest.raises(NotAReceipt):
        verify_receipt(text, [KEY])


def test_receipt__for_another_key_is_refused() -> None:
    mallorys = VerifierKey(ORIGIN, MALLORYS.public_key)

    with pytest.raises(NotSigned, match="no key that you gave"):
        verify_receipt(RECEIPT.encode(), [mallorys])


def test_content__given_apart_is_held_against_the_entry_too() -> None:
    with pytest.raises(OtherContent, match="was changed"):
        verify_receipt(RECEIPT.encode(), [KEY], Content(SALT, {"other": 1}))


@pytest.mark.parametrize("body", ['{"share":0.5}', '{"deep":' + "[" * 40 + "]" * 40 + "}"])
def test_content__without_a_canonical_form_is_refused(body: str) -> None:
    with pytest.raises(OtherContent, match="cannot belong"):
        verify_receipt(RECEIPT.encode(), [KEY], Content(SALT, json.loads(body)))


def test_log__that_signs_something_else_than_entries_is_refused() -> None:
    log = Log([b"not an entry"])

    with pytest.raises(NotOurEntry, match="not JSON"):
        verify_receipt(log.receipt(0).encode(), [KEY])


def test_log__that_moved_an_entry_is_refused() -> None:
    log = Log(written(3).entries[1:])

    with pytest.raises(NotOurEntry, match="number 1, not 0"):
        verify_receipt(log.receipt(0).encode(), [KEY])


def test_failures__are_one_family_that_tells_the_step() -> None:
    steps = {NotAReceipt, NotSigned, NotIncluded, NotOurEntry, OtherContent}

    # Parts above may have failures of their own, for what their receipts add.
    family = VerificationFailed.__subclasses__()
    assert {one for one in family if one.__module__.startswith("trustkeep.evidence.")} == steps
    assert not issubclass(ProofInvalid, VerificationFailed)


def test_salt__of_zeros_does_not_open_the_content() -> None:
    guess = Content(bytes(SALT_SIZE), BODY)

    with pytest.raises(OtherContent):
        verify_receipt(replace(RECEIPT, content=None).encode(), [KEY], guess)


def test_root__alone_is_not_enough() -> None:
    text = RECEIPT.encode()
    root = text.split("\n\n")[1].split("\n")[2]

    with pytest.raises(NotSigned, match="does not fit"):
        verify_receipt(text.replace(root, to_base64(bytes(32))), [KEY])
