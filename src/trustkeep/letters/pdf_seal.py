"""Sealing PDFs, and telling whether a seal is whole. Pure: an auditor runs it without a database.

A seal is a PAdES signature over the whole file that certifies it and permits no change (ISO 32000-2
section 12.8). It shows nothing on the page and is hidden as PDF/UA asks. That a certificate is the
issuer's is not asked of an authority: its fingerprint stands in what the evidence log commits to.
"""

# The library is loaded by whoever seals or looks at a seal, since loading takes over a second.
from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from io import BytesIO
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pyhanko.pdf_utils.reader import PdfFileReader
    from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature

FIELD = "Seal"
LARGEST = 32 * 1024 * 1024
"""The largest PDF that is looked into, in bytes."""


class SealBroken(Exception):
    """The PDF has no seal, or was changed after it was sealed; the message says which."""


@dataclass(frozen=True, slots=True)
class Seal:
    """Seals in the name of a certificate; ``certificate`` and ``key`` (PKCS #8) are DER."""

    certificate: bytes
    key: bytes = field(repr=False)

    @property
    def fingerprint(self) -> str:
        """The SHA-256 of the certificate in hex."""
        return hashlib.sha256(self.certificate).hexdigest()

    def put_on(self, pdf: bytes, *, reason: str, name: str) -> bytes:
        """Return the PDF with the seal in it; nothing may be changed any more."""
        from asn1crypto.keys import PrivateKeyInfo
        from asn1crypto.x509 import Certificate
        from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
        from pyhanko.sign.fields import InvisSigSettings, MDPPerm, SigFieldSpec, SigSeedSubFilter
        from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner, SimpleSigner
        from pyhanko_certvalidator.registry import SimpleCertificateStore

        signer = SimpleSigner(
            signing_cert=Certificate.load(self.certificate),
            signing_key=PrivateKeyInfo.load(self.key),
            cert_registry=SimpleCertificateStore(),  # type: ignore[no-untyped-call]
        )
        told = PdfSignatureMetadata(
            field_name=FIELD,
            md_algorithm="sha256",
            reason=reason,
            name=name,
            certify=True,
            docmdp_permissions=MDPPerm.NO_CHANGES,
            subfilter=SigSeedSubFilter.PADES,
        )
        hidden = InvisSigSettings(set_print_flag=False, set_hidden_flag=True)
        place = SigFieldSpec(FIELD, invis_sig_settings=hidden)
        made = PdfSigner(told, signer=signer, new_field_spec=place).sign_pdf(
            IncrementalPdfFileWriter(BytesIO(pdf))
        )
        return bytes(made.getvalue())


@dataclass(frozen=True, slots=True)
class Sealed:
    """What a whole seal says: by which certificate, in whose name, and since when it claims.

    ``files`` are what lies inside the PDF, by name.
    """

    fingerprint: str
    subject: str
    claimed_at: datetime | None
    files: Mapping[str, bytes] = field(repr=False)


def opened(pdf: bytes) -> Sealed:
    """Return what the seal of a PDF says, and the files inside; raises SealBroken."""
    from pyhanko.pdf_utils.reader import PdfFileReader

    if len(pdf) > LARGEST:
        raise SealBroken("the file is larger than any document of ours")
    try:
        reader = PdfFileReader(BytesIO(pdf), strict=False)
        seal = _only_seal(reader)
        _require_whole(seal)
        files = dict(_files(reader))
    except SealBroken:
        raise
    except Exception as error:
        # Whatever a damaged file does to the reader, it is no whole document.
        raise SealBroken("the PDF was damaged or changed: it cannot be read as sealed") from error
    certificate = seal.signer_cert
    return Sealed(
        fingerprint=hashlib.sha256(certificate.dump()).hexdigest(),
        subject=str(certificate.subject.native.get("organization_name", "")),
        claimed_at=seal.self_reported_timestamp,
        files=files,
    )


def _only_seal(reader: PdfFileReader) -> EmbeddedPdfSignature:
    seals: list[EmbeddedPdfSignature] = reader.embedded_signatures
    if len(seals) != 1:
        raise SealBroken("the PDF has no seal" if not seals else "the PDF has several seals")
    return seals[0]


def _require_whole(seal: EmbeddedPdfSignature) -> None:
    from pyhanko.sign.validation import validate_pdf_signature
    from pyhanko.sign.validation.status import SignatureCoverageLevel
    from pyhanko_certvalidator import ValidationContext

    certificate = seal.signer_cert
    # Whether it is ours is decided by its fingerprint; here it only has to have made the seal.
    context = ValidationContext(
        trust_roots=[certificate],
        allow_fetching=False,
        moment=certificate["tbs_certificate"]["validity"]["not_before"].native,
    )
    status = validate_pdf_signature(seal, signer_validation_context=context)
    if not (status.intact and status.valid):
        raise SealBroken("the PDF was changed after it was sealed")
    if status.coverage is not SignatureCoverageLevel.ENTIRE_FILE:
        raise SealBroken("something was added to the PDF after it was sealed")


def _files(reader: PdfFileReader) -> list[tuple[str, bytes]]:
    names = reader.root.get("/Names", {}).get("/EmbeddedFiles", {}).get("/Names", [])
    found = []
    for number in range(0, len(names) - 1, 2):
        stream = names[number + 1]["/EF"]["/F"]
        found.append((str(names[number]), bytes(stream.data)))
    return found
