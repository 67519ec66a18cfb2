"""The verifying page on deletion certificates: JSON is pasted, a PDF is chosen."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests.letters.test_documents import SECRET, seal
from tests.lifecycle.test_receipt_files import RECEIPT, SEAL, proved
from tests.trust.conftest import reader
from trustkeep.lifecycle.receipt_files import as_json_file, as_pdf_file
from trustkeep.trust import examining

__all__ = ["reader"]


@pytest.fixture
def proof(reader: Client) -> str:
    return proved(RECEIPT)


def pdf(content: bytes) -> dict[str, SimpleUploadedFile]:
    return {"file": SimpleUploadedFile("receipt.pdf", content, "application/pdf")}


@pytest.mark.parametrize("language", ["de", "en", "fr"])
def test_page__tells_what_a_pasted_json_proves(reader: Client, proof: str, language: str) -> None:
    answer = reader.post(f"/{language}/verify/", {"pasted": as_json_file(RECEIPT, proof)})

    told = answer.content.decode()
    assert answer.status_code == 200
    assert str(RECEIPT.certificate) in told
    assert "Harbour Freight &amp; Söhne GmbH" in told
    assert {"de": "unbekannt", "en": "unknown", "fr": "inconnu"}[language] in told


@pytest.mark.asvs("5.2.3")
def test_page__examines_a_pdf_in_a_process_of_its_own(reader: Client, proof: str) -> None:
    answer = reader.post("/en/verify/", pdf(as_pdf_file(RECEIPT, proof, "de", SEAL)))

    told = answer.content.decode()
    assert answer.status_code == 200, told
    assert "Sealed by" in told
    assert "Lindenau Software GmbH" in told
    assert str(RECEIPT.certificate) in told


def test_page__says_what_is_wrong_with_a_pdf(reader: Client, proof: str) -> None:
    whole = as_pdf_file(RECEIPT, proof, "de", SEAL)
    forged = as_pdf_file(RECEIPT, proof, "de", seal(SECRET[::-1]))

    for content, why in (
        (whole[:-50], "changed after it was sealed"),
        (forged, "not with the certificate that it names"),
    ):
        answer = reader.post("/en/verify/", pdf(content))
        assert answer.status_code == 422
        assert why in answer.content.decode()


def test_page__lets_a_greedy_pdf_starve(
    reader: Client, proof: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(examining, "MEMORY_BYTES", 64 * 1024 * 1024)

    answer = reader.post("/en/verify/", pdf(as_pdf_file(RECEIPT, proof, "de", SEAL)))

    assert answer.status_code == 422
    assert "asks for too much" in answer.content.decode()


def test_page__examines_one_pdf_at_a_time(
    reader: Client, proof: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(examining, "WAIT_S", 0.01)

    with examining._ONE_AT_A_TIME:
        answer = reader.post("/en/verify/", pdf(b"%PDF-1.7"))

    assert answer.status_code == 422
    assert "Try again in a moment" in answer.content.decode()
