"""The digest of a body, announced before it (RFC 9530)."""

from __future__ import annotations

import base64
import binascii

from trustkeep.kernel.errors import TrustkeepError

HEADER = "Content-Digest"
_BEFORE = "sha-256=:"
_SHA256_BYTES = 32


class DigestUnreadable(TrustkeepError):
    """The announced digest is not one."""

    sentence = "Content-Digest is written as sha-256=:…: with the digest in base64 (RFC 9530)."


def announced(header: str) -> str:
    """Return the SHA-256 in hexadecimal, empty where none is announced; raises DigestUnreadable."""
    if not header:
        return ""
    try:
        raw = base64.b64decode(header.removeprefix(_BEFORE).removesuffix(":"), validate=True)
    except (binascii.Error, ValueError):
        raise DigestUnreadable from None
    if not header.startswith(_BEFORE) or len(raw) != _SHA256_BYTES:
        raise DigestUnreadable
    return raw.hex()
