"""ClamAV's daemon: contents are sent to it as they are, and it says what it found.

The protocol is clamd's ``INSTREAM``: pieces preceded by their length, an empty one at the end. It
knows no TLS, so the daemon is reached over a socket of this machine and nowhere else.
"""

from __future__ import annotations

import io
import re
import socket
import struct
from dataclasses import dataclass

from trustkeep.holdings.scanning import BeyondScanner, ScannerSilent

PIECE_BYTES = 256 * 1024
TIMEOUT_S = 60.0
"""For one step; a scan begins when the last piece has arrived, and may take a while."""
_LARGEST_REPLY = 4096
_FOUND = re.compile(r"stream: (.+) FOUND")


@dataclass(frozen=True, slots=True)
class Clamd:
    """Implements `trustkeep.holdings.scanning.Scanner`; ``address`` is a path or ``host:port``."""

    address: str
    timeout_s: float = TIMEOUT_S

    def scan(self, reader: io.BufferedReader) -> str:
        """Return what was found; raises BeyondScanner, ScannerSilent."""
        try:
            with self._connected() as daemon:
                _send(daemon, reader)
                told = _reply(daemon)
        except OSError as error:
            raise ScannerSilent(type(error).__name__) from error
        if told == "stream: OK":
            return ""
        if found := _FOUND.fullmatch(told):
            return found[1]
        if "size limit exceeded" in told:
            raise BeyondScanner
        raise ScannerSilent("not understood")

    def answers(self) -> bool:
        """Return whether the daemon is there."""
        try:
            with self._connected() as daemon:
                daemon.sendall(b"zPING\0")
                return _reply(daemon) == "PONG"
        except OSError:
            return False

    def _connected(self) -> socket.socket:
        if not self.address.startswith("/"):
            host, _, port = self.address.rpartition(":")
            return socket.create_connection((host.strip("[]"), int(port)), self.timeout_s)
        daemon = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        daemon.settimeout(self.timeout_s)
        try:
            daemon.connect(self.address)
        except OSError:
            daemon.close()
            raise
        return daemon


def _send(daemon: socket.socket, reader: io.BufferedReader) -> None:
    try:
        daemon.sendall(b"zINSTREAM\0")
        while piece := reader.read(PIECE_BYTES):
            daemon.sendall(struct.pack(">I", len(piece)) + piece)
        daemon.sendall(struct.pack(">I", 0))
    except (BrokenPipeError, ConnectionResetError):
        # It hangs up on what is too large; its reply says so.
        return


def _reply(daemon: socket.socket) -> str:
    told = b""
    while not told.endswith(b"\0") and len(told) < _LARGEST_REPLY:
        part = daemon.recv(_LARGEST_REPLY)
        if not part:
            break
        told += part
    return told.rstrip(b"\0\n").decode("ascii", "replace")
