"""Sealed streams: C2SP chunked encryption, suite Cobblestone-256 (c2sp.org/chunked-encryption@v1).

A sealed stream is ``salt (24) ‖ commitment (32) ‖ chunks``. Each chunk holds `CHUNK_BYTES` of
plaintext and a tag, except the last, which is always shorter, possibly empty: so a stream that ends
on a full chunk was cut off. The commitment proves the key and the context before any chunk is
opened. The cipher itself is the `cryptography` package's; what is ours are the large buffers around
its small chunks, and the ranges in `trustkeep.vault.ranges`.
"""

from __future__ import annotations

from collections.abc import Buffer
from typing import Protocol

from cryptography.cobblestone import Cobblestone256Decryptor, Cobblestone256Encryptor
from cryptography.exceptions import InvalidTag

from trustkeep.kernel.errors import TrustkeepError

CHUNK_BYTES = 16_384
TAG_BYTES = 16
SEALED_CHUNK_BYTES = CHUNK_BYTES + TAG_BYTES
SALT_BYTES = 24
COMMITMENT_BYTES = 32
HEADER_BYTES = SALT_BYTES + COMMITMENT_BYTES
CHUNKS_AT_ONCE = 64
# Room for the header and for the chunk that an earlier call began.
_MARGIN_BYTES = HEADER_BYTES + 2 * SEALED_CHUNK_BYTES


class SealedStreamRefused(TrustkeepError):
    """The stream is not authentic under this key and context, or it is not whole."""

    sentence = (
        "A stored file was refused: it was changed or cut off, or it belongs to another object or "
        "account. Restore it from a backup."
    )


class Cipher(Protocol):
    """One direction of one sealed stream."""

    def update_into(self, data: memoryview, buf: bytearray, /) -> int: ...

    def finalize(self) -> bytes: ...


class Source(Protocol):
    """What a binary file, `io.BytesIO` or an upload offers: bytes until it returns none."""

    def readinto(self, buffer: bytearray, /) -> int | None: ...


class Target(Protocol):
    """What takes all bytes it is given, as buffered files do."""

    def write(self, data: Buffer, /) -> object: ...


def sealed_size(size_bytes: int) -> int:
    """Return how many bytes the sealed form of a plaintext of `size_bytes` takes."""
    return HEADER_BYTES + size_bytes + TAG_BYTES * (size_bytes // CHUNK_BYTES + 1)


def encrypt(source: Source, target: Target, *, key: bytes, context: bytes) -> None:
    """Seal everything that `source` still holds into `target`, in constant memory.

    `key` has 32 bytes (ValueError otherwise); `context` says what the stream is and must be given
    again to open it.
    """
    _pump(Cobblestone256Encryptor(key, context), source, target, CHUNKS_AT_ONCE * CHUNK_BYTES)


def decrypt(source: Source, target: Target, *, key: bytes, context: bytes) -> None:
    """Open a sealed stream into `target`, in constant memory.

    Raises `SealedStreamRefused`; what was written before that is authentic but not the whole, so
    the caller must throw it away. Raises ValueError for a key of the wrong length.
    """
    try:
        _pump(
            Cobblestone256Decryptor(key, context),
            source,
            target,
            CHUNKS_AT_ONCE * SEALED_CHUNK_BYTES,
        )
    except InvalidTag:
        raise SealedStreamRefused from None


def _pump(cipher: Cipher, source: Source, target: Target, step_bytes: int) -> None:
    taken, given = bytearray(step_bytes), bytearray(step_bytes + _MARGIN_BYTES)
    taken_view, given_view = memoryview(taken), memoryview(given)
    while count := source.readinto(taken):
        made = cipher.update_into(taken_view[:count], given)
        target.write(given_view[:made])
    target.write(cipher.finalize())
