"""The body of a request as a source of bytes: read as it is needed, never held as a whole."""

from __future__ import annotations

from typing import Protocol

from django.http import HttpRequest


class Readable(Protocol):
    """What can be read by the piece."""

    def read(self, size: int, /) -> bytes: ...


class Body:
    """Bytes of anything readable, for what takes a source (`trustkeep.vault.chunked.Source`)."""

    def __init__(self, readable: Readable) -> None:
        self._readable = readable
        self._fills = getattr(readable, "readinto", None)

    def readinto(self, buffer: bytearray, /) -> int | None:
        if self._fills is not None:
            count: int = self._fills(buffer)
            return count
        given = self._readable.read(len(buffer))
        buffer[: len(given)] = given
        return len(given)


class _Limited:
    """A stream that ends where the request says that its body ends."""

    def __init__(self, stream: Readable, length: int) -> None:
        self._stream, self._left = stream, length

    def read(self, size: int, /) -> bytes:
        given = self._stream.read(min(size, self._left))
        self._left -= len(given)
        return given


def body_of(request: HttpRequest) -> Body:
    """Return the body of a request that nobody has read yet."""
    stream = request.META["wsgi.input"]
    if hasattr(stream, "readinto"):
        # The server gives exactly the body, and nothing after it.
        return Body(stream)
    return Body(_Limited(stream, size_of(request) or 0))


def size_of(request: HttpRequest) -> int | None:
    """Return how many bytes the request announced."""
    told = request.META.get("CONTENT_LENGTH") or ""
    return int(told) if told.isascii() and told.isdecimal() else None
