"""What arrives before anybody may keep it: in memory while it is short, sealed on the disk beyond.

The key of a spool is made for it and never leaves the process, and its file has no name: when the
process ends, however it ends, both are gone.
"""

from __future__ import annotations

import io
import tempfile
from collections.abc import Buffer
from pathlib import Path
from typing import IO

from cryptography.cobblestone import Cobblestone256Encryptor

from trustkeep.vault.chunked import CHUNK_BYTES, CHUNKS_AT_ONCE, HEADER_BYTES, SEALED_CHUNK_BYTES
from trustkeep.vault.ranges import RangeReader
from trustkeep.vault.wrapping import new_key

MEMORY_BYTES = CHUNKS_AT_ONCE * CHUNK_BYTES
"""As long as no more has arrived, nothing rests on the disk at all."""

_CONTEXT = b"trustkeep.spool/v1"
_MARGIN_BYTES = HEADER_BYTES + 2 * SEALED_CHUNK_BYTES


class SealedSpool:
    """Takes bytes by `write`; `reader` gives them again, once everything is there."""

    def __init__(self, folder: Path) -> None:
        self._folder, self._key = folder, new_key()
        self._pending = bytearray()
        self._file: IO[bytes] | None = None
        self._cipher: Cobblestone256Encryptor | None = None
        self._given = bytearray()
        self.size_bytes = 0

    def write(self, data: Buffer) -> int:
        """Take all of `data`; raises OSError where the disk is full."""
        count = memoryview(data).nbytes
        self._pending += data
        self.size_bytes += count
        if len(self._pending) > MEMORY_BYTES:
            self._flush()
        return count

    def reader(self) -> io.BufferedReader:
        """Return a reader of everything from its beginning; nothing can be written any more."""
        if self._file is None:
            return io.BufferedReader(_Bytes(bytes(self._pending)))
        self._flush()
        assert self._cipher is not None
        self._file.write(self._cipher.finalize())
        self._file.seek(0)
        whole = RangeReader(self._file, key=self._key, context=_CONTEXT)  # type: ignore[arg-type]
        return io.BufferedReader(whole, MEMORY_BYTES)

    def close(self) -> None:
        """Give the space back."""
        self._pending.clear()
        if self._file is not None:
            self._file.close()

    def _flush(self) -> None:
        if self._file is None:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._file = tempfile.TemporaryFile(dir=self._folder, buffering=0)  # noqa: SIM115
            self._cipher = Cobblestone256Encryptor(self._key, _CONTEXT)
        assert self._cipher is not None
        needed = len(self._pending) + _MARGIN_BYTES
        if len(self._given) < needed:
            self._given = bytearray(needed)
        made = self._cipher.update_into(memoryview(self._pending), self._given)
        _write_all(self._file, memoryview(self._given)[:made])
        self._pending = bytearray()


class _Bytes(io.RawIOBase):
    """Bytes in memory, as the raw stream that a buffered reader wants."""

    def __init__(self, held: bytes) -> None:
        super().__init__()
        self._held = io.BytesIO(held)

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET, /) -> int:
        return self._held.seek(offset, whence)

    def readinto(self, buffer: Buffer, /) -> int:
        return self._held.readinto(buffer)


def _write_all(file: IO[bytes], data: memoryview) -> None:
    while data:
        data = data[file.write(data) :]
