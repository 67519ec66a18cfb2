"""The key that seals documents: EC P-256, derived from a key of the vault, and its certificate.

The private key is worked out anew from the secret in the key store whenever it is needed, so it
rests nowhere else (FIPS 186-5 section A.2.1: extra random bits). The certificate vouches for
itself; whoever wants to know that it is ours finds its fingerprint in the evidence log.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from trustkeep.vault.derivation import expand

LIFETIME = timedelta(days=5 * 365)
"""How long a certificate of our own is valid; documents that it sealed stay verifiable after it."""
RENEW_BEFORE = timedelta(days=180)
"""How long before its end a certificate is replaced."""
_CLOCK_SKEW = timedelta(hours=1)
_LABEL = b"trustkeep.document-key/v1"
_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
_BYTES = 40
_LONGEST_NAME = 64


def private_key(secret: bytes) -> bytes:
    """Return the private key of a secret, as PKCS #8 in DER."""
    return _key(secret).private_bytes(
        serialization.Encoding.DER,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )


def certificate(secret: bytes, *, name: str, now: datetime) -> bytes:
    """Return a certificate (DER) in which `name` vouches for the key itself, for signing only."""
    key = _key(secret)
    subject = x509.Name(
        [
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, name[:_LONGEST_NAME]),
            x509.NameAttribute(NameOID.COMMON_NAME, name[:_LONGEST_NAME]),
        ]
    )
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - _CLOCK_SKEW)
        .not_valid_after(now + LIFETIME)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, hashes.SHA256())
        .public_bytes(serialization.Encoding.DER)
    )


def as_pem(certificate: bytes) -> bytes:
    """Return a certificate (DER) as PEM."""
    loaded = x509.load_der_x509_certificate(certificate)
    return loaded.public_bytes(serialization.Encoding.PEM)


def kept(pem: bytes, secret: bytes, *, now: datetime) -> bytes | None:
    """Return the certificate (DER) of a PEM file if it is for this secret and lasts; else None."""
    try:
        found = x509.load_pem_x509_certificate(pem)
    except ValueError:
        return None
    lasts = found.not_valid_after_utc - RENEW_BEFORE > now
    if not lasts or found.public_key() != _key(secret).public_key():
        return None
    return found.public_bytes(serialization.Encoding.DER)


def loaded(certificate_pem: bytes, key_pem: bytes) -> tuple[bytes, bytes]:
    """Return a certificate and its private key (PKCS #8), both in DER.

    Raises ValueError, whose text says what is wrong with them.
    """
    try:
        found = x509.load_pem_x509_certificate(certificate_pem)
        key = serialization.load_pem_private_key(key_pem, password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise ValueError("they are not PEM files, or the key has a password") from error
    if key.public_key() != found.public_key():
        raise ValueError("the key does not belong to the certificate")
    if not _may_sign(found):
        raise ValueError("the certificate is not for signatures")
    encoded = key.private_bytes(
        serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return found.public_bytes(serialization.Encoding.DER), encoded


def _may_sign(found: x509.Certificate) -> bool:
    try:
        usage = found.extensions.get_extension_for_class(x509.KeyUsage).value
    except x509.ExtensionNotFound:
        return True
    return usage.digital_signature or usage.content_commitment


def _key(secret: bytes) -> ec.EllipticCurvePrivateKey:
    drawn = int.from_bytes(expand(secret, _LABEL, _BYTES))
    return ec.derive_private_key(drawn % (_ORDER - 1) + 1, ec.SECP256R1())


def _usage() -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=True,
        content_commitment=True,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=False,
        crl_sign=False,
        encipher_only=False,
        decipher_only=False,
    )
