"""Keys from keys: HKDF-Expand (RFC 5869) over descriptions that cannot be confused.

Every key that is expanded here is random and of full length, so HKDF's first step, which evens out
uneven key material, is left out (RFC 5869 section 3.3).
"""

from __future__ import annotations

import struct

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.hashes import HashAlgorithm
from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand

KEY_BYTES = 32

SHA256: HashAlgorithm = hashes.SHA256()
SHA512: HashAlgorithm = hashes.SHA512()


def expand(
    key: bytes, info: bytes, length: int = KEY_BYTES, hashed: HashAlgorithm = SHA256
) -> bytes:
    """Return `length` bytes that only holders of `key` can derive for `info`.

    Raises ValueError where `length` is more than 255 times the hash's size.
    """
    return HKDFExpand(hashed, length, info).derive(key)


def framed(*fields: str | int | bytes) -> bytes:
    """Join fields so that no two different lists give the same bytes.

    Each field is preceded by its length as four bytes, big-endian; text is UTF-8, an int its
    decimal digits.
    """
    return b"".join(struct.pack(">I", len(raw)) + raw for raw in map(_raw, fields))


def _raw(field: str | int | bytes) -> bytes:
    return field if isinstance(field, bytes) else str(field).encode()
