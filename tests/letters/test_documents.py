"""Documents can be read by everybody, look the same everywhere, and show every change."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from io import BytesIO
from typing import Any

import pytest
from pypdf import PdfReader

from trustkeep.letters.documents import (
    Document,
    DocumentUnusable,
    Facts,
    File,
    Heading,
    Key,
    Paragraph,
    Standing,
    Table,
    as_pdf,
    as_pictures,
)
from trustkeep.letters.pdf_seal import LARGEST, Seal, SealBroken, opened
from trustkeep.vault import document_key

AT = datetime(2026, 11, 23, 3, 12, tzinfo=UTC)
LETTER = Document(
    title="Löschbestätigung für „Käfer & Söhne“",
    language="de",
    sender="Lindenau Software GmbH",
    address="trust.lindenau.example",
    at=AT,
    lead="Alles ist gelöscht.",
    foot="Bestätigung 17",
    blocks=(
        Heading("Was gelöscht wurde"),
        Paragraph("#strong[kein Satzbefehl] $x$ @nobody *fett* // kein Kommentar"),
        Facts(
            (("Kunde", "Käfer"), ("Schlüssel", Key("ab" * 32)), ("Stand", Standing("ja", "good")))
        ),
        Table(
            ("Ort", "Anzahl"),
            (("a", "1.000"), (Key("b"), Standing("0", "bad"))),
            (1, 0),
            (False, True),
        ),
        Paragraph("klein", "small"),
    ),
    files=(File("receipt.json", "application/json", "Die Bestätigung", '{"ä": 1}'),),
)
SECRET = bytes(range(32))


def text_of(pdf: bytes) -> str:
    return "\n".join(page.extract_text() for page in PdfReader(BytesIO(pdf)).pages)


def seal(secret: bytes = SECRET) -> Seal:
    certificate = document_key.certificate(secret, name="Lindenau Software GmbH", now=AT)
    return Seal(certificate, document_key.private_key(secret))


def sealed() -> bytes:
    return seal().put_on(as_pdf(LETTER), reason="Bestätigung 17", name="Lindenau Software GmbH")


def test_document__is_tagged_and_says_title_and_language() -> None:
    reader = PdfReader(BytesIO(as_pdf(LETTER)))
    root: Any = reader.trailer["/Root"]

    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"] == "de"
    assert "/StructTreeRoot" in root
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert reader.metadata
    assert reader.metadata.title == LETTER.title
    assert reader.metadata.author == "Lindenau Software GmbH"
    assert b"pdfuaid:part" in root["/Metadata"].get_object().get_data()


def test_document__says_what_it_was_given_and_runs_none_of_it() -> None:
    text = text_of(as_pdf(LETTER))

    for part in ("23. November 2026", "Löschbestätigung", "Alles ist gelöscht.", "1.000", "Käfer"):
        assert part in text
    assert "#strong[kein Satzbefehl] $x$ @nobody *fett* // kein Kommentar" in text


def test_document__is_the_same_for_the_same_content() -> None:
    assert as_pdf(LETTER) == as_pdf(replace(LETTER))
    assert as_pdf(LETTER) != as_pdf(replace(LETTER, lead="Anders."))


def test_document__may_be_written_at_any_fraction_of_a_second() -> None:
    assert as_pdf(replace(LETTER, at=AT.replace(microsecond=123_456))) == as_pdf(LETTER)


def test_document__long_words_and_many_rows_go_on_over_pages() -> None:
    rows = tuple((Key("k" * 90), str(number)) for number in range(120))
    table = Table(("Ort", "Anzahl"), rows, (1, 0), (False, True))
    many = replace(LETTER, title="Donaudampfschifffahrt" * 8, blocks=(table,))

    pages = PdfReader(BytesIO(as_pdf(many))).pages

    assert len(pages) > 2
    assert "Anzahl" in pages[1].extract_text()
    assert as_pictures(LETTER)[0].startswith(b"\x89PNG")


def test_document__that_cannot_be_set_says_so() -> None:
    broken = replace(LETTER, blocks=(Table(("a",), (("b", "c"),), ("no",), (False,)),))  # type: ignore[arg-type]

    with pytest.raises(DocumentUnusable, match="Löschbestätigung"):
        as_pdf(broken)


def test_seal__is_whole_and_names_its_certificate() -> None:
    ours = seal()

    found = opened(ours.put_on(as_pdf(LETTER), reason="Bestätigung 17", name="Lindenau"))

    assert found.fingerprint == ours.fingerprint
    assert found.subject == "Lindenau Software GmbH"
    assert found.claimed_at
    assert found.files == {"receipt.json": '{"ä": 1}'.encode()}


def test_seal__leaves_the_document_as_it_reads() -> None:
    pdf = sealed()

    assert text_of(pdf) == text_of(as_pdf(LETTER))
    root: Any = PdfReader(BytesIO(pdf)).trailer["/Root"]
    [field] = root["/AcroForm"]["/Fields"]
    # Hidden, as an untagged annotation has to be (PDF/UA-1).
    assert field.get_object()["/F"] & 2


@pytest.mark.parametrize("at", [100, 5_000, 20_000])
def test_seal__shows_a_changed_byte(at: int) -> None:
    pdf = bytearray(sealed())
    pdf[at] ^= 1

    with pytest.raises(SealBroken):
        opened(bytes(pdf))


def test_seal__shows_what_was_added_cut_off_or_never_sealed() -> None:
    pdf = sealed()

    for broken in (pdf + b"\n% more", pdf[:-300], b"", b"%PDF-1.7", as_pdf(LETTER)):
        with pytest.raises(SealBroken):
            opened(broken)
    with pytest.raises(SealBroken, match="larger"):
        opened(bytes(LARGEST + 1))


def test_seal__may_be_one_only() -> None:
    with pytest.raises(Exception, match=r"[Ss]eal|[Ss]ign"):
        opened(seal().put_on(sealed(), reason="again", name="Mallory"))


def test_key__is_the_same_for_the_same_secret_and_no_other() -> None:
    assert document_key.private_key(SECRET) == document_key.private_key(SECRET)
    assert document_key.private_key(SECRET) != document_key.private_key(bytes(32))


def test_certificate__is_kept_while_it_lasts_and_belongs_to_the_secret() -> None:
    made = document_key.certificate(SECRET, name="x" * 99, now=AT)
    pem = document_key.as_pem(made)
    near = AT + document_key.LIFETIME - document_key.RENEW_BEFORE

    assert document_key.kept(pem, SECRET, now=AT) == made
    assert document_key.kept(pem, bytes(32), now=AT) is None
    assert document_key.kept(pem, SECRET, now=near + timedelta(seconds=1)) is None
    assert document_key.kept(b"damaged", SECRET, now=AT) is None
