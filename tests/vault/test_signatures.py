"""Signatures of other people: by a pinned certificate, and by nothing weaker."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from trustkeep.vault import shelf
from trustkeep.vault.shelf import ShelfNotInstalled, sealed_files
from trustkeep.vault.signatures import is_certificate, is_signed

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
MESSAGE = b"the account is gone"
RSA = rsa.generate_private_key(65537, 2048)
EC = ec.generate_private_key(ec.SECP256R1())


def certificate(
    key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey,
) -> str:
    """Return a certificate that the key signs for itself."""
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "vendor.example")])
    built = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(NOON)
        .not_valid_after(NOON + timedelta(days=30))
    )
    is_edwards = isinstance(key, ed25519.Ed25519PrivateKey)
    signed = built.sign(key, None if is_edwards else SHA256())
    return signed.public_bytes(Encoding.PEM).decode()


SIGNED = [
    (certificate(RSA), RSA.sign(MESSAGE, padding.PKCS1v15(), SHA256())),
    (certificate(EC), EC.sign(MESSAGE, ec.ECDSA(SHA256()))),
]


@pytest.mark.parametrize(("pem", "signature"), SIGNED, ids=["rsa", "ecdsa"])
def test_signature__is_by_the_key_over_the_whole_message(pem: str, signature: bytes) -> None:
    assert is_signed(pem, signature, MESSAGE)
    assert not is_signed(pem, signature, MESSAGE + b".")
    assert not is_signed(pem, signature[:-1], MESSAGE)


@pytest.mark.asvs("11.2.3")
@pytest.mark.parametrize(
    "pem",
    [
        "no certificate",
        certificate(rsa.generate_private_key(65537, 1024)),
        certificate(ed25519.Ed25519PrivateKey.generate()),
    ],
    ids=["garbage", "short", "other"],
)
def test_certificate__that_we_cannot_rely_on_is_refused(pem: str) -> None:
    assert not is_certificate(pem)
    assert not is_signed(pem, b"", MESSAGE)


def test_shelf__says_that_this_process_has_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shelf, "_opener", None)

    with pytest.raises(ShelfNotInstalled):
        sealed_files()
