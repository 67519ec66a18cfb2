"""Signatures of other people: SHA-256 under the key of an X.509 certificate, RSA or ECDSA."""

from __future__ import annotations

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256

LEAST_RSA_BITS = 2048


def is_certificate(pem: str) -> bool:
    """Return whether `pem` is a certificate whose key we can verify with."""
    try:
        key = x509.load_pem_x509_certificate(pem.encode()).public_key()
    except ValueError:
        return False
    if isinstance(key, rsa.RSAPublicKey):
        return key.key_size >= LEAST_RSA_BITS
    return isinstance(key, ec.EllipticCurvePublicKey)


def is_signed(pem: str, signature: bytes, message: bytes) -> bool:
    """Return whether `signature` over `message` is by the key of the certificate.

    Whose certificate that is, and how long it is good, is for the caller to know: it is pinned.
    """
    if not is_certificate(pem):
        return False
    key = x509.load_pem_x509_certificate(pem.encode()).public_key()
    try:
        if isinstance(key, rsa.RSAPublicKey):
            key.verify(signature, message, padding.PKCS1v15(), SHA256())
        elif isinstance(key, ec.EllipticCurvePublicKey):
            key.verify(signature, message, ec.ECDSA(SHA256()))
    except InvalidSignature:
        return False
    return True
