"""The three files of a receipt: JSON, sealed PDF, and the proof from the log. Pure.

The proof (.tlog-proof) commits to the receipt and carries it. The JSON carries the receipt as
people read it, and the proof. The PDF carries both, and is sealed by the certificate whose
fingerprint the receipt names. So each file alone, with the log's verifier key, proves the receipt.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterable
from dataclasses import dataclass

from trustkeep.evidence.canonical import to_base64
from trustkeep.letters.documents import File, as_pdf
from trustkeep.letters.mail import Enclosure
from trustkeep.letters.pdf_seal import Seal
from trustkeep.lifecycle.receipt_document import document
from trustkeep.lifecycle.receipt_labels import LABELS
from trustkeep.lifecycle.receipt_names import JSON_NAME, PROOF_NAME
from trustkeep.lifecycle.receipts import Receipt, plain

JSON_TYPE, PDF_TYPE, PROOF_TYPE = "application/json", "application/pdf", "text/plain"


@dataclass(frozen=True, slots=True)
class Named:
    """How the log names an account: SHA-256 of the salt and the id. Only its customer gets this."""

    id: uuid.UUID
    salt: bytes


def as_json_file(receipt: Receipt, proof: str, account: Named | None = None) -> str:
    """Return the JSON file: the receipt, and the proof that the log commits to it."""
    told: dict[str, object] = {"receipt": plain(receipt), "proof": proof}
    if account is not None:
        told["account"] = {"id": str(account.id), "salt": to_base64(account.salt)}
    return json.dumps(told, indent=2, ensure_ascii=False) + "\n"


def as_pdf_file(receipt: Receipt, proof: str, language: str, seal: Seal) -> bytes:
    """Return the sealed PDF in `language`, with the other two files inside."""
    files = (
        File(JSON_NAME, JSON_TYPE, LABELS["title"][language], as_json_file(receipt, proof)),
        File(PROOF_NAME, PROOF_TYPE, LABELS["proof"][language], proof),
    )
    pdf = as_pdf(document(receipt, language, files))
    title = LABELS["title"][language]
    return seal.put_on(pdf, reason=f"{title} {receipt.certificate}", name=receipt.issuer.legal_name)


def enclosures(
    receipt: Receipt,
    proof: str,
    seal: Seal,
    languages: Iterable[str],
    account: Named | None = None,
) -> tuple[Enclosure, ...]:
    """Return the files of a receipt to put into a letter: a PDF for each language, JSON, proof."""
    stem = f"receipt-{receipt.certificate}"
    papers = [
        Enclosure(f"{stem}.{one}.pdf", PDF_TYPE, as_pdf_file(receipt, proof, one, seal))
        for one in languages
    ]
    return (
        *papers,
        Enclosure(f"{stem}.json", JSON_TYPE, as_json_file(receipt, proof, account).encode()),
        Enclosure(f"{stem}.tlog-proof", PROOF_TYPE, proof.encode()),
    )
