"""The outermost WSGI callable: prepared answers, static files, refusals, headers on everything.

Everything that leaves the server passes here, so here, once, every answer gets its security
headers; and here what is already made is given without waking Django.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from http import HTTPStatus
from typing import Any, Protocol

import structlog
from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler

from trustkeep.site import generation
from trustkeep.site.assets import Assets, shipped
from trustkeep.site.exchange import Environ
from trustkeep.site.headers import with_security_headers
from trustkeep.site.middleware import METHODS, REFUSAL_KEY
from trustkeep.site.peers import Peers
from trustkeep.site.prepared import Answer, Headers, Prepared, Shelf, prepare
from trustkeep.ui.preparing import PREPARED_UNTIL

SPOOL_KEY = "trustkeep.spool"
"""Where the environ holds the spool of a long body."""

MOST_BODY_BYTES = 10 * 1024 * 1024
_LAST_RESORT = (
    b"<!doctype html><html lang=en><title>500</title><h1>Something went wrong</h1></html>"
)

log = structlog.get_logger(__name__)


class StartResponse(Protocol):
    """WSGI's ``start_response`` (PEP 3333)."""

    def __call__(self, status: str, headers: Headers, exc_info: Any = None, /) -> Any: ...


type Application = Callable[[Environ, StartResponse], Iterable[bytes]]


class Marked(Protocol):
    """What `Generation` offers."""

    def mark(self) -> bytes: ...


@dataclass
class Started:
    """Catches what an application says to ``start_response``."""

    status: str = ""
    headers: Headers = field(default_factory=list)

    def __call__(self, status: str, headers: Headers, _exc_info: Any = None) -> None:
        self.status, self.headers = status, headers


@dataclass(frozen=True)
class Edge:
    """Stands in front of `application`; `hosts` are Host headers that need no further look."""

    application: Application
    hosts: frozenset[str]
    generation: Marked
    assets: Assets
    peers: Peers
    shelf: Shelf = field(default_factory=Shelf)
    clock: Callable[[], float] = time.time

    def ready(self, environ: Environ) -> Answer | None:
        """Return the answer if it is prepared: looks into memory only, never waits."""
        if not self._may_be_prepared(environ):
            return None
        path = environ["PATH_INFO"]
        prepared = self._fresh(path) or self.assets.prepared(path)
        return prepared.answer(environ) if prepared else None

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        """Answer as a WSGI application, waiting for Django where nothing is prepared."""
        answer = self.ready(environ)
        if answer is not None:
            return _given(answer, start_response)
        if not self._may_be_prepared(environ):
            return self._ask(environ, start_response)
        with self.shelf.turn(environ["PATH_INFO"]):
            # Another request may have had it made while this one waited.
            answer = self.ready(environ)
            if answer is not None:
                return _given(answer, start_response)
            return self._ask(environ, start_response)

    def _may_be_prepared(self, environ: Environ) -> bool:
        # An address with a query is never kept: anyone can invent queries without end.
        return (
            environ["REQUEST_METHOD"] in ("GET", "HEAD")
            and not environ.get("QUERY_STRING")
            and environ.get("HTTP_HOST") in self.hosts
        )

    def _fresh(self, path: str) -> Prepared | None:
        prepared = self.shelf.get(path)
        if prepared and prepared.mark == self.generation.mark() and self.clock() < prepared.until:
            return prepared
        return None

    def _ask(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        # The mark is read before the page is made: a change meanwhile makes the page old at once.
        mark = self.generation.mark()
        self.peers.clean(environ)
        # A long body was measured while it arrived (`trustkeep.site.uploading`).
        refused = None if SPOOL_KEY in environ else refusal(environ)
        if refused is not None:
            environ.setdefault(REFUSAL_KEY, refused)
        started = Started()
        try:
            answer = self.application(environ, started)
        except Exception:
            log.exception("edge-last-resort")
            start_response("500 Internal Server Error", _finished(_last_resort_headers()))
            return [_LAST_RESORT]
        if _is_streaming(answer):
            start_response(started.status, _finished(started.headers))
            return answer
        body = _whole(answer)
        prepared = self._prepared(environ, started, body, mark)
        if prepared is not None:
            return _given(prepared.answer(environ), start_response)
        start_response(started.status, _finished(started.headers))
        return [body]

    def _prepared(
        self, environ: Environ, started: Started, body: bytes, mark: bytes
    ) -> Prepared | None:
        until = _value(started.headers, PREPARED_UNTIL)
        varies = _value(started.headers, "Vary").lower()
        is_shared = not _value(started.headers, "Set-Cookie") and "cookie" not in varies
        is_whole = started.status.startswith("200") and environ["REQUEST_METHOD"] == "GET"
        if not (until and is_shared and is_whole and self._may_be_prepared(environ)):
            return None
        headers = _without(started.headers, PREPARED_UNTIL)
        expires = datetime.fromisoformat(until).timestamp()
        prepared = prepare(body, headers, until=expires, mark=mark)
        self.shelf.put(environ["PATH_INFO"], prepared)
        return prepared


def _given(answer: Answer, start_response: StartResponse) -> list[bytes]:
    status, headers, body = answer
    start_response(f"{status} {HTTPStatus(status).phrase}", headers)
    return [body]


def refusal(environ: Environ, most: int | None = None) -> HTTPStatus | None:
    """Return the status with which a request is refused unread; None lets it in.

    `most` is how much a sender may bring who was asked before; everybody else: `MOST_BODY_BYTES`.
    """
    if environ["REQUEST_METHOD"] not in METHODS:
        return HTTPStatus.METHOD_NOT_ALLOWED
    length = environ.get("CONTENT_LENGTH") or ""
    if not length:
        is_chunked = "HTTP_TRANSFER_ENCODING" in environ
        return HTTPStatus.LENGTH_REQUIRED if is_chunked and most is None else None
    if not (length.isascii() and length.isdecimal()):
        return HTTPStatus.BAD_REQUEST
    is_too_large = int(length) > (most or MOST_BODY_BYTES)
    return HTTPStatus.REQUEST_ENTITY_TOO_LARGE if is_too_large else None


def _finished(headers: Headers) -> Headers:
    headers = _without(headers, PREPARED_UNTIL)
    if not _value(headers, "Cache-Control"):
        headers.append(("Cache-Control", "no-store"))
    return with_security_headers(headers)


def _last_resort_headers() -> Headers:
    return [
        ("Content-Type", "text/html; charset=utf-8"),
        ("Content-Length", str(len(_LAST_RESORT))),
    ]


def _is_streaming(answer: Iterable[bytes]) -> bool:
    return bool(getattr(answer, "streaming", False))


def _whole(answer: Iterable[bytes]) -> bytes:
    try:
        return b"".join(answer)
    finally:
        close = getattr(answer, "close", None)
        if close is not None:
            close()


def _value(headers: Headers, name: str) -> str:
    lower = name.lower()
    return next((value for key, value in headers if key.lower() == lower), "")


def _without(headers: Headers, name: str) -> Headers:
    lower = name.lower()
    return [pair for pair in headers if pair[0].lower() != lower]


def of_installation() -> Edge:
    """Return the edge of the process's installation, with Django behind it."""
    config = settings.CONFIG
    return Edge(
        application=WSGIHandler(),
        hosts=config.host_headers,
        generation=generation.of_installation(),
        assets=shipped(),
        peers=Peers(config.trusted_proxies),
    )
