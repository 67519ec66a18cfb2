"""One archive of members: a ZIP made while it is read, sealed to the customer's age key if told.

Whatever the size, memory holds a few chunks: the ZIP is written in one pass (ZIP64, no temporary
file), and age encrypts behind a bounded queue.
"""

from __future__ import annotations

import hashlib
import queue
import stat
import threading
import zlib
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import pyrage
from stream_zip import ZIP_64, stream_zip

from trustkeep.holdings.exporting import Member
from trustkeep.kernel.errors import TrustkeepError

CHUNK_BYTES = 256 * 1024
QUEUED = 4
_LOOK_EVERY_S = 0.05
_MODE = stat.S_IFREG | 0o600
_LEVEL = 1

type Done = Callable[[int, str], object]
"""Told the size and the SHA-256 of the archive, once all of it has been read."""


class RecipientInvalid(TrustkeepError):
    """The text is no public key of age."""

    sentence = "This is not a public key of age. It begins with “age1”; age-keygen prints it."


def recipient(text: str) -> pyrage.x25519.Recipient:
    """Return the public key that a customer gave; raises RecipientInvalid."""
    try:
        return pyrage.x25519.Recipient.from_str(text.strip())
    except (pyrage.RecipientError, ValueError):
        raise RecipientInvalid from None


def zipped(members: Iterable[Member]) -> Iterator[bytes]:
    """Return the archive of `members`."""
    told = ((one.path, one.at, _MODE, ZIP_64, one.chunks) for one in members)
    return iter(
        stream_zip(
            told,
            chunk_size=CHUNK_BYTES,
            get_compressobj=lambda: zlib.compressobj(level=_LEVEL, wbits=-zlib.MAX_WBITS),
        )
    )


def sealed_to(key: str, chunks: Iterable[bytes]) -> Iterator[bytes]:
    """Return `chunks` encrypted for the holder of an age key; raises RecipientInvalid at once."""
    return _sealed(recipient(key), chunks)


def measured(chunks: Iterable[bytes], done: Done) -> Iterator[bytes]:
    """Pass chunks through, and tell `done` about all of them at the end, and only then."""
    hashed, size = hashlib.sha256(), 0
    for chunk in chunks:
        hashed.update(chunk)
        size += len(chunk)
        yield chunk
    done(size, hashed.hexdigest())


def _sealed(key: pyrage.x25519.Recipient, chunks: Iterable[bytes]) -> Iterator[bytes]:
    # What is encrypted is read here, by whoever reads the archive: reading takes the database, and
    # a thread of its own would need a connection of its own.
    given, made = _Given(), _Made()
    thread = threading.Thread(target=_encrypt, args=(key, given, made), name="trustkeep-age")
    thread.start()
    try:
        for chunk in chunks:
            given.put(chunk)
            yield from made.so_far()
        given.end()
        thread.join()
        yield from made.so_far()
    finally:
        given.end()
        thread.join()


def _encrypt(key: pyrage.x25519.Recipient, given: _Given, made: _Made) -> None:
    try:
        pyrage.encrypt_io(given, made, [key])
    except Exception as error:
        made.error = error
        raise
    finally:
        given.stop()


class _Given:
    """Chunks as the file that age reads from; giving more waits while `QUEUED` are unread."""

    def __init__(self) -> None:
        self._chunks: queue.Queue[bytes] = queue.Queue(QUEUED)
        self._left, self._stopped, self._ended = b"", False, False

    def put(self, chunk: bytes) -> None:
        while chunk and not self._stopped:
            try:
                self._chunks.put(chunk, timeout=_LOOK_EVERY_S)
            except queue.Full:
                continue
            return

    def end(self) -> None:
        self._ended = True

    def stop(self) -> None:
        self._stopped = True

    def read(self, size: Any = -1) -> bytes:
        while not self._left:
            try:
                self._left = self._chunks.get(timeout=_LOOK_EVERY_S)
            except queue.Empty:
                if self._ended and self._chunks.empty():
                    return b""
        count = len(self._left) if size is None or size < 0 else size
        given, self._left = self._left[:count], self._left[count:]
        return given


class _Made:
    """What age has written: never more than it was given, so this needs no limit of its own."""

    def __init__(self) -> None:
        self._chunks: queue.SimpleQueue[bytes] = queue.SimpleQueue()
        self.error: Exception | None = None

    def write(self, data: bytes) -> int:
        self._chunks.put(bytes(data))
        return len(data)

    def flush(self) -> None:
        """Nothing waits here that could be given on earlier."""

    def so_far(self) -> Iterator[bytes]:
        while not self._chunks.empty():
            yield self._chunks.get()
        if self.error is not None:
            raise self.error
