"""ASGI (Starlette, FastAPI, …): refuses every request and every WebSocket of a locked account.

    app = GateMiddleware(app, Gate("https://trust.example.com", token), account_of)

``account_of`` gets the connection's scope and returns the id of the account, or None.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from trustkeep_client.gate import Gate

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

REFUSED = b"This account is closed."
POLICY_VIOLATION = 1008


class GateMiddleware:
    """Wraps an application; put it inside what finds out who is signed in."""

    def __init__(self, app: App, gate: Gate, account_of: Callable[[Scope], Any]) -> None:
        self._app = app
        self._gate = gate
        self._account_of = account_of

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] in ("http", "websocket"):
            account = self._account_of(scope)
            # Asking waits for the network, so it happens beside the event loop.
            if account is not None and not (await asyncio.to_thread(self._passes, account)):
                await _refuse(scope, send)
                return
        await self._app(scope, receive, send)

    def _passes(self, account: Any) -> bool:
        return self._gate.passage(account).is_open


async def _refuse(scope: Scope, send: Send) -> None:
    if scope["type"] == "websocket":
        await send({"type": "websocket.close", "code": POLICY_VIOLATION})
        return
    headers = [
        (b"content-type", b"text/plain; charset=utf-8"),
        (b"content-length", str(len(REFUSED)).encode()),
        (b"cache-control", b"no-store"),
    ]
    await send({"type": "http.response.start", "status": 403, "headers": headers})
    await send({"type": "http.response.body", "body": REFUSED})
