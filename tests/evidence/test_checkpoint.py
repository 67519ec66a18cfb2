"""Checkpoints: what is signed, by whom, and what Ed25519 must refuse."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.evidence.logs import KEY, MALLORYS, ORIGIN, SIGNER, numbered
from trustkeep.evidence import checkpoint as checkpoints
from trustkeep.evidence import note
from trustkeep.evidence.canonical import to_base64
from trustkeep.evidence.checkpoint import (
    Checkpoint,
    CheckpointInvalid,
    Ed25519Signer,
    KeyInvalid,
    VerifierKey,
)
from trustkeep.evidence.note import NoteInvalid

WYCHEPROOF = Path(__file__).parents[1] / "vectors" / "ed25519" / "ed25519_test.json"
GROUPS = json.loads(WYCHEPROOF.read_text("utf-8"))["testGroups"]
CASES = [(group["publicKey"]["pk"], case) for group in GROUPS for case in group["tests"]]
SIGNED = numbered(5).checkpoint()
ROOT = to_base64(bytes(32))


def test_vectors__are_all_there() -> None:
    assert len(CASES) == 151


@pytest.mark.asvs("11.6.1")
@pytest.mark.parametrize(
    ("public_key", "case"), CASES, ids=[str(case["tcId"]) for _, case in CASES]
)
def test_signature__agrees_with_the_public_vectors(public_key: str, case: dict[str, Any]) -> None:
    key = VerifierKey("example.com/log", bytes.fromhex(public_key))

    verified = key.verify(bytes.fromhex(case["msg"]), bytes.fromhex(case["sig"]))

    assert verified is (case["result"] == "valid")


def test_verifier_key__reads_back() -> None:
    assert VerifierKey.parse(f"  {KEY.encode()}\n") == KEY


def damaged(key: str) -> str:
    name, key_id, _ = key.split("+", 2)
    return f"{name}+{key_id}+{to_base64(b'\x01' + bytes(32))}"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "broken"),
        ("no key at all", "broken"),
        ("+00000000+AA==", "broken"),
        (f"{ORIGIN}+00000000+????", "not base64"),
        (f"{ORIGIN}+00000000+{to_base64(bytes(33))}", "not an Ed25519 key"),
        (f"{ORIGIN}+00000000+{to_base64(b'\x01' + bytes(31))}", "not an Ed25519 key"),
        (f"{ORIGIN}+00000000+{KEY.encode().split('+', 2)[2]}", "damaged"),
        (KEY.encode().replace("example", "exemple"), "damaged"),
        (damaged(KEY.encode()), "damaged"),
    ],
)
def test_verifier_key__that_is_damaged_is_refused(text: str, reason: str) -> None:
    with pytest.raises(KeyInvalid, match=reason):
        VerifierKey.parse(text)


def test_signer__refuses_a_name_that_no_note_could_hold() -> None:
    with pytest.raises(NoteInvalid):
        Ed25519Signer("trust example", bytes(32))


def test_checkpoint__tells_what_was_signed_and_by_whom() -> None:
    found, signed_by = checkpoints.verify(SIGNED, [KEY])

    assert (found.origin, found.size) == (ORIGIN, 5)
    assert signed_by == KEY


def test_checkpoint__with_extension_lines_is_read() -> None:
    assert checkpoints.parse(f"{ORIGIN}\n0\n{ROOT}\nmore\n").size == 0


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "a line each"),
        (f"{ORIGIN}\n5\n", "a line each"),
        (f"{ORIGIN}\n5\n{ROOT}", "a line each"),
        (f"{ORIGIN}\n\n{ROOT}\n", "a line each"),
        (f"{ORIGIN}\n05\n{ROOT}\n", "plain number"),
        (f"{ORIGIN}\n-5\n{ROOT}\n", "plain number"),
        (f"{ORIGIN}\n{'9' * 5000}\n{ROOT}\n", "plain number"),
        (f"{ORIGIN}\n5\n????\n", "not base64"),
        (f"{ORIGIN}\n5\nAA==\n", "1 bytes"),
    ],
)
def test_checkpoint__that_is_none_is_refused(text: str, reason: str) -> None:
    with pytest.raises(CheckpointInvalid, match=reason):
        checkpoints.parse(text)


def test_checkpoint__that_is_no_note_is_refused() -> None:
    with pytest.raises(CheckpointInvalid, match="no signed note"):
        checkpoints.verify("nothing", [KEY])


def test_checkpoint__with_a_changed_size_is_refused() -> None:
    with pytest.raises(CheckpointInvalid, match="does not fit"):
        checkpoints.verify(SIGNED.replace("\n5\n", "\n6\n"), [KEY])


def test_checkpoint__of_a_stranger_is_refused() -> None:
    with pytest.raises(CheckpointInvalid, match="no key that you gave"):
        checkpoints.verify(numbered(5).checkpoint(MALLORYS), [KEY])
    with pytest.raises(CheckpointInvalid, match="no key that you gave"):
        checkpoints.verify(SIGNED, [])


def test_checkpoint__with_a_strangers_signature_besides_is_read() -> None:
    both = checkpoints.sign(Checkpoint(ORIGIN, 5, bytes(32)), [MALLORYS, SIGNER])

    assert checkpoints.verify(both, [KEY])[1] == KEY


def test_checkpoint__of_another_log_is_refused_though_a_known_key_signed_it() -> None:
    witness = Ed25519Signer("witness.example", bytes(32))
    witness_key = VerifierKey(witness.origin, witness.public_key)
    signed = checkpoints.sign(Checkpoint(ORIGIN, 5, bytes(32)), [witness])

    with pytest.raises(CheckpointInvalid, match="no key that you gave"):
        checkpoints.verify(signed, [witness_key])


def test_checkpoint__spoiled_by_a_known_keys_bad_signature_is_refused() -> None:
    other = note.parse(checkpoints.sign(Checkpoint(ORIGIN, 6, bytes(32)), [SIGNER]))
    spoiled = SIGNED + other.signatures[0].line()

    with pytest.raises(CheckpointInvalid, match="does not fit"):
        checkpoints.verify(spoiled, [KEY])
