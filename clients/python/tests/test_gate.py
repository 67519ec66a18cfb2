"""The gate of a product: asked seldom, closed when in doubt, in Django and in ASGI."""

from __future__ import annotations

import asyncio
import json
import ssl
import threading
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
import trustme
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory, override_settings

from trustkeep_client import Gate, GateClosed
from trustkeep_client.asgi import GateMiddleware as AsgiGate
from trustkeep_client.django import GateMiddleware as DjangoGate

ACCOUNT = str(uuid.uuid4())
TOKEN = "tk_gate"


@dataclass
class Server:
    """Trustkeep's gate on a real HTTPS server, that can fail."""

    url: str
    context: ssl.SSLContext
    locked: set[str] = field(default_factory=set)
    asked: list[str] = field(default_factory=list)
    status: int = 200
    body: bytes | None = None


@pytest.fixture
def server() -> Iterator[Server]:
    authority = trustme.CA()
    serving = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(serving)
    trusting = ssl.create_default_context()
    authority.configure_trust(trusting)

    class Handler(BaseHTTPRequestHandler):
        def log_message(self, *_: Any) -> None:
            """Say nothing."""

        def do_GET(self) -> None:
            account = self.path.rpartition("/")[2]
            known.asked.append(account)
            is_known = self.headers["Authorization"] == f"Bearer {TOKEN}"
            told = {"account": account, "open": account not in known.locked, "since": "2026"}
            body = known.body if known.body is not None else json.dumps(told).encode()
            self.send_response(known.status if is_known else 401)
            self.send_header("Cache-Control", "private, max-age=5")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

    listener = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    listener.socket = serving.wrap_socket(listener.socket, server_side=True)
    known = Server(f"https://127.0.0.1:{listener.server_port}", trusting)
    thread = threading.Thread(target=listener.serve_forever, args=(0.05,))
    thread.start()
    yield known
    listener.shutdown()
    listener.server_close()
    thread.join()


class Clock:
    """Time that a test moves."""

    now = 100.0

    def __call__(self) -> float:
        return self.now


def gate(server: Server, clock: Clock | None = None, **changes: Any) -> Gate:
    return Gate(server.url, TOKEN, context=server.context, clock=clock or Clock(), **changes)


def test_gate__asks_once_for_as_long_as_an_answer_is_good(server: Server) -> None:
    clock = Clock()
    asking = gate(server, clock)

    assert asking.passage(ACCOUNT).is_open
    server.locked.add(ACCOUNT)
    clock.now += 4
    assert asking.passage(ACCOUNT).is_open
    clock.now += 2
    found = asking.passage(ACCOUNT)

    assert (found.is_open, found.since, found.is_certain) == (False, "2026", True)
    assert len(server.asked) == 2
    with pytest.raises(GateClosed):
        asking.require_open(uuid.UUID(ACCOUNT))


def test_gate__that_cannot_ask_closes_after_a_short_while(server: Server) -> None:
    clock = Clock()
    asking = gate(server, clock)
    asking.passage(ACCOUNT)
    server.status = 500

    clock.now += 20
    soon = asking.passage(ACCOUNT)
    clock.now += 30
    later = asking.passage(ACCOUNT)

    assert (soon.is_open, soon.is_certain) == (True, False)
    assert (later.is_open, later.is_certain) == (False, False)
    assert not asking.passage(uuid.uuid4()).is_open


def test_gate__that_stays_open_does_so_only_for_whom_it_does_not_know_locked(
    server: Server,
) -> None:
    clock = Clock()
    asking = gate(server, clock, fail_closed=False)
    server.locked.add(ACCOUNT)
    asking.passage(ACCOUNT)
    server.status = 503
    clock.now += 1000

    assert asking.passage(uuid.uuid4()).is_open
    assert not asking.passage(ACCOUNT).is_open


@pytest.mark.parametrize(
    "body", [b"", b"[]", b"{}", b'{"account":"other","open":true}', b'{"open":"yes"}']
)
def test_gate__takes_a_strange_answer_for_none(server: Server, body: bytes) -> None:
    server.body = body

    assert not gate(server).passage(ACCOUNT).is_open


def test_gate__is_closed_for_what_is_no_account(server: Server) -> None:
    assert not gate(server).passage("../systems").is_open
    assert server.asked == []


def test_gate__follows_no_redirect_and_speaks_https_only(server: Server) -> None:
    server.status = 302

    assert not gate(server).passage(ACCOUNT).is_open
    with pytest.raises(ValueError, match="https"):
        Gate("http://trust.example.com", TOKEN)


def test_gate__without_a_token_that_is_known_is_closed(server: Server) -> None:
    assert not Gate(server.url, "wrong", context=server.context).passage(ACCOUNT).is_open


def test_django__refuses_every_request_of_a_locked_account(server: Server) -> None:
    server.locked.add(ACCOUNT)
    accounts = {"/locked": ACCOUNT, "/open": str(uuid.uuid4())}

    def account_of(request: HttpRequest) -> str | None:
        return accounts.get(request.path)

    told = {"gate": gate(server), "account": account_of}
    with override_settings(TRUSTKEEP_GATE=told):
        middleware = DjangoGate(lambda request: HttpResponse("inside"))

    answers = [middleware(RequestFactory().get(path)) for path in ("/locked", "/open", "/public")]

    assert [answer.status_code for answer in answers] == [403, 200, 200]
    assert answers[0]["Cache-Control"] == "no-store"


def test_django__reads_its_settings(server: Server) -> None:
    told = {
        "url": server.url,
        "token": TOKEN,
        "context": server.context,
        "fail_closed": False,
        "account": "uuid.uuid1",
    }

    with override_settings(TRUSTKEEP_GATE=told):
        middleware = DjangoGate(lambda request: HttpResponse("inside"))

    assert middleware is not None


def test_asgi__refuses_requests_and_sockets_of_a_locked_account(server: Server) -> None:
    server.locked.add(ACCOUNT)
    sent: list[Any] = []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "inside"})

    async def send(message: Any) -> None:
        sent.append(message)

    async def receive() -> Any:
        return {}

    def account_of(scope: Any) -> Any:
        return scope.get("account")

    guarded = AsgiGate(app, gate(server), account_of)

    async def run() -> None:
        for scope in (
            {"type": "http", "account": ACCOUNT},
            {"type": "websocket", "account": ACCOUNT},
            {"type": "http", "account": str(uuid.uuid4())},
            {"type": "http"},
            {"type": "lifespan"},
        ):
            await guarded(scope, receive, send)

    asyncio.run(run())

    assert [message["type"] for message in sent] == [
        "http.response.start",
        "http.response.body",
        "websocket.close",
        "inside",
        "inside",
        "inside",
    ]
    assert sent[0]["status"] == 403
