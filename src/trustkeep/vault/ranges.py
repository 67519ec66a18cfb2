"""Reading any part of a sealed stream without opening the rest (C2SP chunked encryption).

Chunk k stands at ``HEADER_BYTES + k * SEALED_CHUNK_BYTES`` under the nonce ``base nonce XOR k``.
Opening checks the commitment and the last chunk, so a stream that was cut off or lengthened is
refused before the first byte is given out; each chunk is authentic by itself.
"""

from __future__ import annotations

import hmac
import io
import os
from collections.abc import Buffer
from dataclasses import dataclass
from typing import BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from trustkeep.vault.chunked import (
    CHUNK_BYTES,
    CHUNKS_AT_ONCE,
    COMMITMENT_BYTES,
    HEADER_BYTES,
    SALT_BYTES,
    SEALED_CHUNK_BYTES,
    TAG_BYTES,
    SealedStreamRefused,
)
from trustkeep.vault.derivation import SHA512, expand

_NONCE_BYTES = 12


@dataclass(frozen=True, slots=True)
class Suite:
    """One member of the Cobblestone family."""

    aead: str
    key_bytes: int


COBBLESTONE_128 = Suite("AEAD_AES_128_GCM", 16)
COBBLESTONE_256 = Suite("AEAD_AES_256_GCM", 32)


class RangeReader(io.RawIOBase):
    """A seekable, read-only view of the plaintext; it owns `source` and closes it.

    Raises `SealedStreamRefused` at opening and at reading, and ValueError for a key of the wrong
    length. Wrap it in `io.BufferedReader` for many small reads.
    """

    def __init__(
        self, source: BinaryIO, *, key: bytes, context: bytes, suite: Suite = COBBLESTONE_256
    ) -> None:
        super().__init__()
        self._source = source
        self._cipher, self._base_nonce = _unlocked(source, key, context, suite)
        self._sealed_bytes = source.seek(0, os.SEEK_END) - HEADER_BYTES
        self._at = 0
        last, tail_bytes = divmod(self._sealed_bytes, SEALED_CHUNK_BYTES)
        if tail_bytes < TAG_BYTES:
            raise SealedStreamRefused(log="the sealed stream ends where no chunk can end")
        self.size = last * CHUNK_BYTES + tail_bytes - TAG_BYTES
        self._open_chunks(last, 1)

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._at

    def seek(self, offset: int, whence: int = os.SEEK_SET, /) -> int:
        start = {os.SEEK_SET: 0, os.SEEK_CUR: self._at, os.SEEK_END: self.size}[whence]
        if start + offset < 0:
            raise ValueError("a position before the start")
        self._at = start + offset
        return self._at

    def readinto(self, buffer: Buffer, /) -> int:
        """Fill `buffer` as far as one batch of chunks reaches; 0 at the end."""
        wanted = memoryview(buffer).cast("B")
        first, skipped = divmod(self._at, CHUNK_BYTES)
        count = -(-(skipped + len(wanted)) // CHUNK_BYTES)
        if self._at >= self.size or not count:
            return 0
        plain = self._open_chunks(first, min(count, CHUNKS_AT_ONCE))[skipped:][: len(wanted)]
        wanted[: len(plain)] = plain
        self._at += len(plain)
        return len(plain)

    def read_range(self, offset: int, length: int) -> bytes:
        """Return `length` bytes from `offset`, fewer where the plaintext ends before."""
        self.seek(offset)
        result = bytearray(max(0, min(length, self.size - offset)))
        view = memoryview(result)
        while view:
            view = view[self.readinto(view) :]
        return bytes(result)

    def close(self) -> None:
        self._source.close()
        super().close()

    def _open_chunks(self, first: int, count: int) -> memoryview:
        self._source.seek(HEADER_BYTES + first * SEALED_CHUNK_BYTES)
        sealed = memoryview(self._source.read(count * SEALED_CHUNK_BYTES))
        plain = memoryview(bytearray(len(sealed)))
        made = 0
        for k, at in enumerate(range(0, len(sealed), SEALED_CHUNK_BYTES), first):
            chunk = sealed[at : at + SEALED_CHUNK_BYTES]
            made += self._open_chunk(k, chunk, plain[made : made + len(chunk) - TAG_BYTES])
        return plain[:made]

    def _open_chunk(self, k: int, sealed: memoryview, plain: memoryview) -> int:
        nonce = (self._base_nonce ^ k).to_bytes(_NONCE_BYTES)
        try:
            return self._cipher.decrypt_into(nonce, sealed, None, plain)
        except InvalidTag:
            raise SealedStreamRefused(log="a chunk is not authentic") from None


def _unlocked(source: BinaryIO, key: bytes, context: bytes, suite: Suite) -> tuple[AESGCM, int]:
    """Return the cipher and the base nonce, once the commitment has proved key and context."""
    if len(key) != suite.key_bytes:
        raise ValueError(f"the key must have {suite.key_bytes} bytes")
    header = source.read(HEADER_BYTES)
    salt, commitment = header[:SALT_BYTES], header[SALT_BYTES:]
    about = f"c2sp.org/chunked-encryption@v1+{suite.aead}".encode() + b"\x00" + salt + context
    nonce_end = suite.key_bytes + _NONCE_BYTES
    made = expand(key, about, nonce_end + COMMITMENT_BYTES, SHA512)
    if not hmac.compare_digest(made[nonce_end:], commitment):
        raise SealedStreamRefused(log="the commitment does not fit the key and the context")
    return AESGCM(made[: suite.key_bytes]), int.from_bytes(made[suite.key_bytes : nonce_end])
