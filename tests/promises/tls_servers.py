"""Real TLS and HTTP servers on this machine that can be told to misbehave."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass

GOOD = (
    b"HTTP/1.1 200 OK\r\nStrict-Transport-Security: max-age=63072000\r\n"
    b"Set-Cookie: a=b; Secure\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
)


@dataclass(frozen=True)
class Listening:
    """Where a server listens."""

    port: int


@contextmanager
def answering(answer: bytes, context: ssl.SSLContext | None = None) -> Iterator[Listening]:
    """Serve `answer` to every connection, under TLS if a context is given."""
    listener = socket.create_server(("127.0.0.1", 0))
    thread = threading.Thread(target=_serve, args=(listener, answer, context), daemon=True)
    thread.start()
    try:
        yield Listening(listener.getsockname()[1])
    finally:
        with suppress(OSError):
            listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join(timeout=5)


def _serve(listener: socket.socket, answer: bytes, context: ssl.SSLContext | None) -> None:
    while True:
        try:
            connection, _ = listener.accept()
        except OSError:
            return
        with connection, suppress(OSError):
            connection.settimeout(5)
            secured = context.wrap_socket(connection, server_side=True) if context else connection
            with secured:
                secured.recv(65536)
                secured.sendall(answer)
                # Closing over unread bytes, such as a form on its way, would reset the connection.
                secured.shutdown(socket.SHUT_WR)
                while secured.recv(65536):
                    pass


def old_server_hello(version: bytes) -> bytes:
    """Return the start of what a server that speaks only an outdated version answers."""
    return b"\x16" + version + b"\x00\x30\x02\x00\x00\x2c" + version + bytes(42)
