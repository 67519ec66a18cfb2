"""A daemon that plays ClamAV's part over a socket of its own."""

from __future__ import annotations

import socketserver
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
FOUND = "Eicar-Test-Signature"
MOST_BYTES = 2 * 1024 * 1024


class _Conversation(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        command = b""
        while not command.endswith(b"\0"):
            command += self.rfile.read(1)
        if command == b"zPING\0":
            self.wfile.write(b"PONG\0")
        elif isinstance(self.server, Daemon) and self.server.says is not None:
            self.wfile.write(self.server.says)
        else:
            self.wfile.write(self._scanned())

    def _scanned(self) -> bytes:
        content = b""
        while size := struct.unpack(">I", self.rfile.read(4))[0]:
            content += self.rfile.read(size)
            if len(content) > MOST_BYTES:
                return b"INSTREAM size limit exceeded. ERROR\0"
        found = f"stream: {FOUND} FOUND" if EICAR in content else "stream: OK"
        return found.encode() + b"\0"


class Daemon(socketserver.ThreadingUnixStreamServer):
    """``says`` is what it answers whatever it is sent, where that is set."""

    daemon_threads = True
    says: bytes | None = None


@contextmanager
def running(path: Path, says: bytes | None = None) -> Iterator[str]:
    """Serve at `path`; yields the address for the setting."""
    with Daemon(str(path), _Conversation) as daemon:
        daemon.says = says
        threading.Thread(target=daemon.serve_forever, args=(0.01,), daemon=True).start()
        yield str(path)
        daemon.shutdown()
