"""Each file of a receipt proves it by itself, and every change shows."""

from __future__ import annotations

import hashlib
import json
import uuid
from dataclasses import replace

import pytest

from tests.letters.test_documents import SECRET, seal, text_of
from tests.lifecycle.receipt_world import BARE, FULL, LATER
from trustkeep.evidence import queries as log
from trustkeep.evidence.actions import append, publish_checkpoint
from trustkeep.evidence.checkpoint import Ed25519Signer, VerifierKey
from trustkeep.evidence.kinds import Kind
from trustkeep.evidence.verify import NotAReceipt, NotIncluded, NotSigned, OtherContent
from trustkeep.kernel.texts import LANGUAGES, placeholders
from trustkeep.letters.documents import as_pdf
from trustkeep.lifecycle import receipt_words, receipts
from trustkeep.lifecycle.receipt_document import document
from trustkeep.lifecycle.receipt_files import Named, as_json_file, as_pdf_file, enclosures
from trustkeep.lifecycle.receipt_labels import LABELS
from trustkeep.lifecycle.receipt_verify import NotWhole, OtherSeal, verify_json, verify_pdf
from trustkeep.lifecycle.receipts import Receipt, plain

SEAL = seal()
RECEIPT = replace(FULL, issuer=replace(FULL.issuer, seal=SEAL.fingerprint))


def proved(receipt: Receipt) -> str:
    """Issue a receipt; return its proof."""
    body = plain(receipt)
    entry = append(kind=Kind.RECEIPT_ISSUED, body=body, now=receipt.issued_at)
    publish_checkpoint(receipt.issued_at)
    return log.receipt(entry.index, body=body, salt=entry.salt)


@pytest.fixture
def proof(db: None) -> str:
    return proved(RECEIPT)


@pytest.fixture
def keys(db: None) -> list[VerifierKey]:
    return [VerifierKey.parse(log.verifier_key())]


@pytest.mark.parametrize("receipt", [RECEIPT, BARE, LATER])
def test_json__proves_the_receipt(receipt: Receipt, keys: list[VerifierKey]) -> None:
    found = verify_json(as_json_file(receipt, proved(receipt)), keys)

    assert found.receipt == receipt
    assert found.entry.entry.type == "receipt-issued"


@pytest.mark.parametrize("language", LANGUAGES)
def test_pdf__proves_the_receipt_in_every_language(
    proof: str, keys: list[VerifierKey], language: str
) -> None:
    pdf = as_pdf_file(RECEIPT, proof, language, SEAL)

    found = verify_pdf(pdf, keys)

    assert found.receipt == RECEIPT
    assert found.seal
    assert str(RECEIPT.certificate) in text_of(pdf)


def test_json__that_was_changed_proves_nothing(proof: str, keys: list[VerifierKey]) -> None:
    told = json.loads(as_json_file(RECEIPT, proof))
    fewer = {**told, "receipt": {**told["receipt"], "stores": told["receipt"]["stores"][:1]}}

    with pytest.raises(OtherContent):
        verify_json(json.dumps(fewer), keys)
    for broken in ("", "[]", "{}", '{"receipt": {}}', json.dumps({"proof": proof})):
        with pytest.raises(NotAReceipt):
            verify_json(broken, keys)
    with pytest.raises((NotSigned, NotIncluded, NotAReceipt)):
        verify_json(json.dumps({**told, "proof": proof.replace("index ", "index 1")}), keys)


def test_json__with_the_salt_says_which_account_the_log_means(keys: list[VerifierKey]) -> None:
    named = Named(uuid.uuid4(), b"s" * 32)
    body = plain(RECEIPT)
    commitment = hashlib.sha256(named.salt + named.id.bytes).digest()
    entry = append(kind=Kind.RECEIPT_ISSUED, body=body, now=RECEIPT.issued_at, account=commitment)
    publish_checkpoint(RECEIPT.issued_at)
    proof = log.receipt(entry.index, body=body, salt=entry.salt)

    assert verify_json(as_json_file(RECEIPT, proof, named), keys).account == named.id
    with pytest.raises(OtherContent):
        verify_json(as_json_file(RECEIPT, proof, Named(uuid.uuid4(), named.salt)), keys)
    told = json.loads(as_json_file(RECEIPT, proof, named))
    broken: object
    for broken in ([], {}, {"id": 1, "salt": ""}, {"id": str(named.id), "salt": "!"}):
        with pytest.raises(NotAReceipt):
            verify_json(json.dumps({**told, "account": broken}), keys)


def test_json__of_another_log_proves_nothing(proof: str) -> None:
    stranger = Ed25519Signer("localhost/log", bytes(32))
    key = VerifierKey(stranger.origin, stranger.public_key)

    with pytest.raises(NotSigned):
        verify_json(as_json_file(RECEIPT, proof), [key])


def test_json__of_another_entry_is_no_receipt(keys: list[VerifierKey]) -> None:
    body = {"a": 1}
    entry = append(kind=Kind.ACCESS, body=body, now=FULL.issued_at)
    odd = append(kind=Kind.RECEIPT_ISSUED, body=body, now=FULL.issued_at)
    publish_checkpoint(FULL.issued_at)

    for one in (entry, odd):
        text = json.dumps(
            {"receipt": body, "proof": log.receipt(one.index, body=body, salt=one.salt)}
        )
        with pytest.raises(NotAReceipt):
            verify_json(text, keys)


def test_pdf__that_was_changed_proves_nothing(proof: str, keys: list[VerifierKey]) -> None:
    pdf = bytearray(as_pdf_file(RECEIPT, proof, "de", SEAL))
    pdf[2_000] ^= 1

    with pytest.raises(NotWhole):
        verify_pdf(bytes(pdf), keys)


def test_pdf__sealed_by_somebody_else_proves_nothing(proof: str, keys: list[VerifierKey]) -> None:
    forged = as_pdf_file(RECEIPT, proof, "de", seal(SECRET[::-1]))

    with pytest.raises(OtherSeal):
        verify_pdf(forged, keys)


def test_pdf__with_other_files_proves_nothing(proof: str, keys: list[VerifierKey]) -> None:
    without = SEAL.put_on(as_pdf(document(RECEIPT, "de")), reason="r", name="n")

    with pytest.raises(NotAReceipt):
        verify_pdf(without, keys)


def test_enclosures__are_a_paper_for_each_language_json_and_proof(proof: str) -> None:
    names = [one.name for one in enclosures(RECEIPT, proof, SEAL, ("de", "fr"))]

    stem = f"receipt-{RECEIPT.certificate}"
    assert names == [f"{stem}.de.pdf", f"{stem}.fr.pdf", f"{stem}.json", f"{stem}.tlog-proof"]


def test_paper__tells_everything_and_is_never_better_than_the_facts() -> None:
    text = " ".join(text_of(as_pdf(document(FULL, "en"))).split())

    for part in (
        "Still open",
        "18,734,112,005",
        "the account never used it",
        "not met",
        "built in",
        "https://trust.lindenau.example/verify/",
        "d5f321f",
        "cd" * 32,
        "28 December 2026",
        "unknown",
        "job-88121",
        "objects/7",
        "1 March 2027",
        "sso-google, password, api",
    ):
        assert part in text
    assert "That was done on" in text_of(as_pdf(document(replace(FULL, systems=()), "en")))


def test_paper__of_a_later_receipt_names_the_first() -> None:
    text = text_of(as_pdf(document(LATER, "de")))

    assert str(FULL.certificate) in text
    assert "die letzte Sicherung ist abgelaufen" in text


def test_words__exist_for_every_code_in_every_language() -> None:
    for words, codes in (
        (receipt_words.CAUSES, receipts.Cause),
        (receipt_words.EXTENTS, receipts.Extent),
        (receipt_words.CATEGORIES, receipts.Category),
        (receipt_words.METHODS, receipts.Method),
        (receipt_words.LOOKS, receipts.Look),
        (receipt_words.SYSTEM_STATES, receipts.SystemState),
        (receipt_words.BASES, receipts.Basis),
        (receipt_words.FOLLOW_UPS, receipts.FollowUp),
    ):
        assert set(words) == set(codes)
    for label in LABELS.values():
        assert len({placeholders(label[language]) for language in LANGUAGES}) == 1
