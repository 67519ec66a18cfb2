"""Two lanes for requests: what is prepared at once, everything else in a few threads of its own.

With several threads on one interpreter much time goes into handing its lock around; with one, a
sign-in would hold up every reader. So one thread, Granian's, gives what is prepared and never
waits, and hands the rest on. Granian offers this for no WSGI application, but its protocol object
may be answered from any thread, later; ADR-0006 says what that costs us.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import BoundedSemaphore
from typing import Any, Protocol

import structlog
from granian.server import mp

from trustkeep.site.edge import Edge, Environ, Started
from trustkeep.site.headers import with_security_headers
from trustkeep.site.prepared import Headers

THREADS = 4
"""Requests at work at once; each thread keeps one database connection with its page cache."""

MOST_WAITING = 256
RETRY_AFTER_S = 2
_GRANIANS_WRAPPER = "_wsgi_call_wrap"

log = structlog.get_logger(__name__)


class Exchange(Protocol):
    """Granian's side of one request; may be answered once."""

    def response_bytes(self, status: int, headers: Headers, body: bytes, /) -> None: ...

    def response_iter(self, status: int, headers: Headers, body: Iterator[bytes], /) -> None: ...


class Lanes:
    """What Granian calls for each request."""

    def __init__(
        self, edge: Edge, threads: int = THREADS, most_waiting: int = MOST_WAITING
    ) -> None:
        self._edge = edge
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="trustkeep-request")
        self._room = BoundedSemaphore(most_waiting)

    def __call__(self, exchange: Exchange, environ: Environ) -> None:
        """Answer at once or hand on; a request too many is refused instead of kept waiting."""
        answer = self._edge.ready(environ)
        if answer is not None:
            exchange.response_bytes(*answer)
        elif self._room.acquire(blocking=False):
            self._pool.submit(self._slowly, exchange, environ)
        else:
            headers = [("Retry-After", str(RETRY_AFTER_S)), ("Cache-Control", "no-store")]
            exchange.response_bytes(503, with_security_headers(headers), b"")

    def _slowly(self, exchange: Exchange, environ: Environ) -> None:
        try:
            _answer(self._edge, exchange, environ)
        except Exception:
            log.exception("lane-broken")
            exchange.response_bytes(500, with_security_headers([]), b"")
        finally:
            self._room.release()


def spawn_worker(*arguments: Any) -> None:
    """Be Granian's worker process, with `Lanes` in the place of its own call of the application."""
    if not hasattr(mp, _GRANIANS_WRAPPER):
        raise RuntimeError(
            "this version of Granian calls applications in another way: see ADR-0006"
        )
    # Ctrl-C reaches every process of a terminal's group. The supervisor alone is to act on it: its
    # signal and the terminal's, arriving together, leave Granian's worker waiting for ever.
    os.setsid()
    setattr(mp, _GRANIANS_WRAPPER, _wrapped)
    mp.MPServer._spawn_wsgi_worker(*arguments)


def _wrapped(application: Edge, *_: Any) -> Callable[[Exchange, Environ], None]:
    return Lanes(application)


def _answer(edge: Edge, exchange: Exchange, environ: Environ) -> None:
    started = Started()
    body = edge(_as_wsgi(environ), started)
    status = int(started.status.partition(" ")[0])
    if isinstance(body, list):
        exchange.response_bytes(status, started.headers, b"".join(body))
    else:
        exchange.response_iter(status, started.headers, _closing(body))


def _closing(body: Iterable[bytes]) -> Iterator[bytes]:
    try:
        yield from body
    finally:
        close = getattr(body, "close", None)
        if close is not None:
            close()


def _as_wsgi(environ: Environ) -> Environ:
    # Not the process's environment, as CGI has it: nobody down there needs those secrets.
    return environ | {
        "SCRIPT_NAME": "",
        "SERVER_SOFTWARE": "",
        "wsgi.errors": sys.stderr,
        "wsgi.input_terminated": True,
        "wsgi.multiprocess": False,
        "wsgi.multithread": True,
        "wsgi.run_once": False,
        "wsgi.version": (1, 0),
    }
