"""A product on a real HTTPS server: it verifies our signatures, keeps accounts, and can misbehave.

The webhook, the second reader, a status address and an OpenDSR vendor share one server. ``faults``
are answers to give instead of the right one, in turn.
"""

from __future__ import annotations

import base64
import json
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import trustme
from standardwebhooks import Webhook, WebhookVerificationError

TOKEN = "reader-token"


@dataclass
class Fault:
    """One answer instead of the right one; ``hang_s`` waits, ``drop`` closes without an answer."""

    status: int = 200
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    hang_s: float = 0.0
    drop: bool = False
    after_acting: bool = False


@dataclass
class Product:
    """What the product holds of each account, and what it was sent."""

    url: str
    authority: str
    rows: dict[str, int] = field(default_factory=dict)
    locked: set[str] = field(default_factory=set)
    secret: str = ""
    asynchronous: bool = False
    done: dict[str, dict[str, Any]] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    seen: list[tuple[str, str, dict[str, str], bytes]] = field(default_factory=list)
    hidden: dict[str, int] = field(default_factory=dict)
    requests: dict[str, dict[str, Any]] = field(default_factory=dict)
    signer: Any = None
    stopped: threading.Event = field(default_factory=threading.Event)

    def hook(self, headers: dict[str, str], body: bytes) -> tuple[int, Any]:
        """Take an instruction: verified, and done once for each message id."""
        try:
            Webhook(self.secret).verify(body, headers)
        except (WebhookVerificationError, ValueError):
            return 401, {}
        told = json.loads(body)
        if told["type"] == "ping":
            return 204, None
        message = headers["webhook-id"]
        if message not in self.done:
            self.done[message] = self._done(told["type"], told["data"])
        if self.asynchronous:
            return 202, {"status": "accepted", "status_url": f"/status/{message}"}
        return 200, self.done[message]

    def _done(self, kind: str, data: dict[str, Any]) -> dict[str, Any]:
        account = data["account"]
        told = {"status": "done", "key": data["key"], "account": account}
        if kind == "account.lock":
            self.locked.add(account)
            return told
        if kind == "account.unlock":
            self.locked.discard(account)
            return told
        found = self.rows.pop(account, 0)
        return {**told, "matched": found, "deleted": found, "remaining": 0, "proof": "job 1"}

    def count(self, headers: dict[str, str], account: str) -> tuple[int, Any]:
        """Answer the second reader, who counts what is really there."""
        if headers.get("authorization") != f"Bearer {TOKEN}":
            return 403, {}
        left = self.rows.get(account, 0) + self.hidden.get(account, 0)
        return 200, {"account": account, "remaining": left}

    def vendor(self, method: str, path: str, body: bytes) -> tuple[int, Any]:
        """Answer as an OpenDSR vendor."""
        if path.endswith("/discovery"):
            return 200, {
                "api_version": "2.0",
                "supported_identities": [
                    {"identity_type": "controller_customer_id", "identity_format": "raw"}
                ],
                "supported_subject_request_types": ["erasure"],
                "processor_certificate": f"{self.url}/certificate.pem",
            }
        expected = (datetime.now(UTC) + timedelta(days=3)).isoformat()
        if method == "POST":
            told = json.loads(body)
            request_id = told["subject_request_id"]
            if request_id in self.requests:
                return 400, {"error": {"code": 400, "message": "known already"}}
            self.requests[request_id] = {"status": "pending", "told": told}
            return 201, {
                "controller_id": "trustkeep",
                "expected_completion_time": expected,
                "received_time": datetime.now(UTC).isoformat(),
                "encoded_request": base64.b64encode(body).decode(),
                "subject_request_id": request_id,
            }
        request_id = path.rpartition("/")[2]
        if request_id not in self.requests:
            return 404, {}
        return 200, {
            "controller_id": "trustkeep",
            "expected_completion_time": expected,
            "subject_request_id": request_id,
            "request_status": self.requests[request_id]["status"],
        }

    def answer(self, method: str, target: str, headers: dict[str, str], body: bytes) -> Any:
        """Route one request."""
        parts = urlsplit(target)
        if parts.path == "/hook":
            return self.hook(headers, body)
        if parts.path.startswith("/status/"):
            known = self.done.get(parts.path.rpartition("/")[2])
            return (200, known) if known else (404, {})
        if parts.path.startswith("/count"):
            return self.count(headers, parse_qs(parts.query)["account"][0])
        if parts.path.startswith("/v2/"):
            return self.vendor(method, parts.path, body)
        return 404, {}


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    product: Product

    def log_message(self, *_: Any) -> None:
        """Say nothing."""

    def _respond(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        body = self.rfile.read(length)
        headers = {name.lower(): value for name, value in self.headers.items()}
        self.product.seen.append((self.command, self.path, headers, body))
        fault = self.product.faults.pop(0) if self.product.faults else None
        if fault is None or fault.after_acting:
            status, told = self.product.answer(self.command, self.path, headers, body)
        if fault is not None:
            self._misbehave(fault)
            return
        self._send(status, b"" if told is None else json.dumps(told).encode(), {})

    def _misbehave(self, fault: Fault) -> None:
        self.product.stopped.wait(fault.hang_s)
        if fault.drop:
            self.close_connection = True
            return
        self._send(fault.status, fault.body, fault.headers)

    def _send(self, status: int, body: bytes, headers: dict[str, str]) -> None:
        given = {"Content-Length": str(len(body)), **headers}
        if self.product.signer is not None:
            signature = base64.b64encode(self.product.signer(body)).decode()
            given["X-OpenDSR-Signature"] = signature
        with suppress(OSError):
            self.send_response(status)
            for name, value in given.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)
        # An answer that says more than it holds ends here, so that the client notices.
        self.close_connection = self.close_connection or given["Content-Length"] != str(len(body))

    do_GET = _respond  # noqa: N815  (the names that the server looks for)
    do_POST = _respond  # noqa: N815


class _Quiet(ThreadingHTTPServer):
    daemon_threads = False

    def handle_error(self, *_: Any) -> None:
        """Clients that end in the middle are what is tested."""


@contextmanager
def serving(authority: trustme.CA) -> Iterator[Product]:
    """Run a product on a port of its own."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1", "localhost").configure_cert(context)
    handler = type("Handler", (_Handler,), {})
    server = _Quiet(("127.0.0.1", 0), handler)
    server.socket = context.wrap_socket(
        server.socket, server_side=True, do_handshake_on_connect=False
    )
    pem = authority.cert_pem.bytes().decode()
    product = Product(f"https://127.0.0.1:{server.server_port}", pem)
    handler.product = product  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield product
    finally:
        product.stopped.set()
        server.shutdown()
        server.server_close()
        thread.join(5)
