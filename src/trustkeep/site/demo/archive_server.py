"""The server of the demo company's product: instructions by webhook, and a second reader.

It listens on this machine only, over HTTPS with an authority of its own, like any product that a
company connects. An instruction without our signature is refused, a reader without its token too.
"""

from __future__ import annotations

import json
import secrets
import ssl
import threading
from collections.abc import Callable
from datetime import datetime
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from trustkeep.kernel import clock, strict_json
from trustkeep.lifecycle.systems.signing import SignatureRefused, verified
from trustkeep.site import certificates
from trustkeep.site.demo.archive import Archive

HOST = "127.0.0.1"
INSTRUCTIONS, LEFT = "/trustkeep", "/left"
LARGEST = 64 * 1024
IDLE_S = 5
AT_ONCE = 1
"""It is a small product: whoever comes meanwhile waits."""
_LOOK_EVERY_S = 0.05


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = IDLE_S
    server: ArchiveServer

    def do_POST(self) -> None:
        """Take an instruction."""
        length = self.headers.get("Content-Length", "")
        if not length.isdecimal() or int(length) > LARGEST or self.path != INSTRUCTIONS:
            self._answer(400, {})
            return
        body = self.rfile.read(int(length))
        archive = self.server.archive
        try:
            now = self.server.clock()
            message = verified([archive.setting("secret")], dict(self.headers), body, now)
            told = strict_json.read(body)
        except (SignatureRefused, ValueError):
            self._answer(401, {})
            return
        if told["type"] == "ping":
            self._answer(200, {})
            return
        self._answer(200, archive.obey(message, told["type"], told["data"]))

    def do_GET(self) -> None:
        """Tell the second reader what is left of an account, or of one thing in it."""
        archive, parts = self.server.archive, urlsplit(self.path)
        given = self.headers.get("Authorization", "").encode()
        if not secrets.compare_digest(given, f"Bearer {archive.setting('token')}".encode()):
            self._answer(401, {})
            return
        asked = parse_qs(parts.query)
        if parts.path != LEFT or "account" not in asked:
            self._answer(400, {})
            return
        account, reference = asked["account"][0], asked.get("reference", [""])[0]
        left = archive.count(account, reference)
        self._answer(200, {"account": account, "remaining": left})

    def _answer(self, status: int, told: Any) -> None:
        body = json.dumps(told).encode()
        self.send_response_only(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(body)
        self.close_connection = True

    def log_message(self, *_: object) -> None:
        """Say nothing."""


class ArchiveServer(HTTPServer):
    """Listens on the port that it had before, or on a free one where somebody else has that now.

    ``clock`` is what the times of messages are compared with; a demo's past is made in seconds.
    """

    def __init__(self, directory: Path) -> None:
        self.archive = Archive(directory / "archive.db")
        self.archive.found()
        self.clock: Callable[[], datetime] = clock.now
        kept = int(self.archive.setting("port") or 0)
        try:
            super().__init__((HOST, kept), _Handler)
        except OSError:
            super().__init__((HOST, 0), _Handler)
        self.moved = self.server_port != kept
        self.archive.set(port=str(self.server_port))
        self._tls = directory / "tls"
        certificates.provide(self._tls, names=[HOST], now=clock.now())
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self._tls / "server.pem", self._tls / "server.key")
        # Whoever says nothing is waited for as a request is, not at the door.
        self.socket = context.wrap_socket(
            self.socket, server_side=True, do_handshake_on_connect=False
        )

    @property
    def settings(self) -> dict[str, str]:
        """What Trustkeep has to be told to reach it."""
        base = f"https://{HOST}:{self.server_port}"
        return {
            "url": base + INSTRUCTIONS,
            "verify_url": f"{base}{LEFT}?account={{account}}",
            "verify_token": self.archive.setting("token"),
            "authority": (self._tls / "ca.pem").read_text(encoding="ascii"),
        }

    def start(self) -> None:
        """Answer in a thread of its own."""
        listen = threading.Thread(target=self.serve_forever, args=(_LOOK_EVERY_S,), daemon=True)
        listen.name = "demo-archive"
        listen.start()

    def stop(self) -> None:
        """End, and give the port back."""
        self.shutdown()
        self.server_close()

    def handle_error(self, *_: object) -> None:
        """Whoever hangs up is no error."""
