"""The verdict on the JSON or the PDF of a receipt: what a customer runs, offline, years later.

1. Read the file.  2. PDF: the seal is whole.  3. Verify the proof with a key that the reader trusts
(`trustkeep.evidence.verify`).  4. The proof commits to exactly the receipt in the file.
5. PDF: the seal was made with the certificate that this receipt names.  Plain Python, no database.
"""

from __future__ import annotations

import hashlib
import json
import uuid
from collections.abc import Iterable
from dataclasses import dataclass

from trustkeep.evidence.canonical import from_base64
from trustkeep.evidence.checkpoint import VerifierKey
from trustkeep.evidence.kinds import Kind
from trustkeep.evidence.receipt import Content
from trustkeep.evidence.verify import (
    NotAReceipt,
    OtherContent,
    VerificationFailed,
    Verified,
    verify_receipt,
)
from trustkeep.letters.pdf_seal import LARGEST, SealBroken, Sealed, opened
from trustkeep.lifecycle.receipt_names import JSON_NAME, PROOF_NAME
from trustkeep.lifecycle.receipt_plain import NotPlain
from trustkeep.lifecycle.receipts import Receipt, parse, plain

PDF_START = b"%PDF-"
LARGEST_FILE = LARGEST
"""The largest file that is looked into, in bytes."""


class NotWhole(VerificationFailed):
    """The PDF was changed after it was sealed, or never sealed."""


class OtherSeal(VerificationFailed):
    """The PDF is sealed, but not with the certificate that the receipt names."""


@dataclass(frozen=True, slots=True)
class Proved:
    """What a file proves: its entry stands in the log as it is.

    ``receipt`` is None where the entry is about something else than a deletion, ``seal`` where the
    file is no PDF. ``account``: the file also holds the salt by which the log names this account.
    """

    entry: Verified
    receipt: Receipt | None = None
    seal: Sealed | None = None
    account: uuid.UUID | None = None


def verify_file(raw: bytes, keys: Iterable[VerifierKey], content: Content | None = None) -> Proved:
    """Return what any of the three files of a receipt proves, or the proof of another entry.

    ``content`` is what the reader was given apart, for a proof that does not carry it. Raises a
    VerificationFailed that says what is wrong.
    """
    if raw.startswith(PDF_START):
        return verify_pdf(raw, keys)
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        raise NotAReceipt("the file is neither text nor a PDF") from error
    if text.lstrip().startswith("{"):
        return verify_json(text, keys)
    entry = verify_receipt(text, keys, content)
    is_receipt = entry.entry.type == Kind.RECEIPT_ISSUED and entry.body is not None
    return Proved(entry, receipt_of(entry) if is_receipt else None)


def verify_json(text: str, keys: Iterable[VerifierKey]) -> Proved:
    """Return what the JSON of a receipt proves; raises a VerificationFailed."""
    told = _object(text)
    proof, claimed = told.get("proof"), told.get("receipt")
    if not isinstance(proof, str) or claimed is None:
        raise NotAReceipt("the JSON lacks its “receipt” or its “proof”")
    entry = verify_receipt(proof, keys)
    receipt = receipt_of(entry)
    if plain(receipt) != claimed:
        raise OtherContent("the receipt in the JSON is not what the proof commits to")
    return Proved(entry, receipt, account=_account(told.get("account"), entry))


def verify_pdf(pdf: bytes, keys: Iterable[VerifierKey]) -> Proved:
    """Return what the PDF of a receipt proves; raises a VerificationFailed."""
    try:
        seal = opened(pdf)
    except SealBroken as error:
        raise NotWhole(str(error)) from error
    try:
        text, proof = seal.files[JSON_NAME].decode(), seal.files[PROOF_NAME].decode()
    except (KeyError, UnicodeDecodeError) as error:
        raise NotAReceipt(f"the PDF is sealed, but holds no {JSON_NAME}") from error
    proved = verify_json(text, keys)
    if _object(text)["proof"] != proof:
        raise OtherContent(f"{PROOF_NAME} in the PDF is not the proof in its {JSON_NAME}")
    if proved.receipt is None or seal.fingerprint != proved.receipt.issuer.seal:
        raise OtherSeal("the PDF is sealed with another certificate than the receipt names")
    return Proved(proved.entry, proved.receipt, seal)


def receipt_of(entry: Verified) -> Receipt:
    """Return the receipt that an entry commits to; raises NotAReceipt for other entries."""
    if entry.entry.type != Kind.RECEIPT_ISSUED or entry.body is None:
        raise NotAReceipt("the proof is about another entry than a deletion receipt")
    try:
        return parse(entry.body)
    except NotPlain as error:
        raise NotAReceipt(
            f"the receipt has a form that this verifier does not know: {error}"
        ) from (error)


def _account(told: object, entry: Verified) -> uuid.UUID | None:
    """Return the account that the log means, if the file says how it is named there."""
    if told is None:
        return None
    if not isinstance(told, dict):
        raise NotAReceipt("the “account” in the JSON is not an object")
    try:
        account, salt = uuid.UUID(str(told["id"])), from_base64(str(told["salt"]))
    except (KeyError, TypeError, ValueError) as error:
        raise NotAReceipt("the “account” in the JSON lacks its id or its salt") from error
    if hashlib.sha256(salt + account.bytes).digest() != entry.entry.account:
        raise OtherContent("the log means another account than the JSON says")
    return account


def _object(text: str) -> dict[str, object]:
    try:
        told = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise NotAReceipt("the file is not JSON") from error
    if not isinstance(told, dict):
        raise NotAReceipt("the JSON is not an object")
    return told
