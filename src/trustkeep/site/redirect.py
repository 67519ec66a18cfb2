"""The plain-HTTP port: sends people to HTTPS and gives nobody any content.

The target is the configured address, never the Host header. Machines are refused instead of
redirected (OWASP ASVS 4.1.2): a client that sent its token in clear has to notice.
"""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import quote

from trustkeep.site.errors import MACHINES
from trustkeep.site.headers import SECURITY_HEADERS

IDLE_S = 5
_SAFE_IN_TARGET = "/?&=%:@!$'()*+,;~-._"
# Browsers ignore it here, and RFC 6797 section 7.2 forbids to send it.
_NOT_OVER_HTTP = "Strict-Transport-Security"


class _Redirect(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = IDLE_S
    server: Redirector

    def do_GET(self) -> None:
        if self.path.startswith(MACHINES) or "Authorization" in self.headers:
            self._refuse(HTTPStatus.FORBIDDEN)
            return
        path = "/" + self.path.partition("://")[2].partition("/")[2]
        path = path if "://" in self.path.partition("?")[0] else self.path
        target = self.server.base_url + "/" + quote(path.lstrip("/"), safe=_SAFE_IN_TARGET)
        self._answer(HTTPStatus.PERMANENT_REDIRECT, ("Location", target))

    def do_HEAD(self) -> None:
        self.do_GET()

    def _refuse(self, status: HTTPStatus = HTTPStatus.METHOD_NOT_ALLOWED) -> None:
        # The connection ends: a body that came along is not read.
        self.close_connection = True
        self._answer(status, ("Connection", "close"), ("Allow", "GET, HEAD"))

    def __getattr__(self, name: str) -> Callable[[], None]:
        # The standard library asks for ``do_`` and the method, whatever the method is.
        if name.startswith("do_"):
            return self._refuse
        raise AttributeError(name)

    def _answer(self, status: HTTPStatus, *headers: tuple[str, str]) -> None:
        self.send_response_only(status)
        for name, value in headers:
            self.send_header(name, value)
        for name, value in SECURITY_HEADERS.items():
            if name != _NOT_OVER_HTTP:
                self.send_header(name, value)
        self.send_header("Cache-Control", "no-store")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def send_error(
        self,
        code: int,
        message: str | None = None,  # noqa: ARG002
        explain: str | None = None,  # noqa: ARG002
    ) -> None:
        self.close_connection = True
        self._answer(HTTPStatus(code), ("Connection", "close"))

    def log_message(self, *_: object) -> None:
        """Say nothing: addresses of visitors are personal data."""


class Redirector(ThreadingHTTPServer):
    """The listener; `base_url` is where everybody is sent."""

    daemon_threads = True
    request_queue_size = 64

    def __init__(self, address: str, port: int, base_url: str) -> None:
        self.base_url = base_url
        if ":" in address:
            self.address_family = socket.AF_INET6
        super().__init__((address, port), _Redirect)

    def start(self) -> None:
        """Listen in a thread of its own."""
        threading.Thread(target=self.serve_forever, name="trustkeep-redirect", daemon=True).start()

    def handle_error(self, *_: object) -> None:
        """Visitors who hang up are no error of ours."""
