"""Two lanes for requests: what is prepared at once, everything else in a few threads of its own.

With several threads on one interpreter much time goes into handing its lock around; with one, a
sign-in would hold up every reader. So one thread, Granian's, gives what is prepared and never
waits. Bodies of requests are read on the event loop, where a slow sender holds up nobody, and then
handed to a few threads with everything else; long ones arrive sealed on the disk, and long answers
leave from threads of their own. ADR-0006 and ADR-0011 say what this costs us.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Coroutine, Iterable
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import suppress
from http import HTTPStatus
from threading import BoundedSemaphore
from typing import Any, Protocol

import structlog
from granian import _futures
from granian.server import mp

from trustkeep.site import uploading
from trustkeep.site.edge import MOST_BODY_BYTES, SPOOL_KEY, Edge, Started, refusal
from trustkeep.site.exchange import Environ, Exchange, Scope, asked_of, environ_of
from trustkeep.site.headers import with_security_headers
from trustkeep.site.middleware import REFUSAL_KEY
from trustkeep.site.prepared import Answer, Headers
from trustkeep.site.streaming import stream

THREADS = 4
"""Requests at work at once; each thread keeps one database connection with its page cache."""

STREAMS = 16
"""Long answers on their way at once; a slow reader holds one of these and nothing else."""

MOST_WAITING = 256
RETRY_AFTER_S = 2
BODY_WITHIN_S = 60.0
_BODILESS = ("GET", "HEAD")
_GRANIANS_WRAPPER = "_future_watcher_wrapper"
_GRANIANS_SCHEDULE = "_cbsched_aioschedule"

log = structlog.get_logger(__name__)


type Admission = Callable[[Environ], int | None]
"""Tells how long a body this sender may bring; None for no longer than anybody's."""


class Watcher(Protocol):
    """What Granian makes for each request."""

    scope: Scope
    proto: Exchange


class Lanes:
    """What Granian calls for each request."""

    def __init__(
        self,
        edge: Edge,
        threads: int = THREADS,
        most_waiting: int = MOST_WAITING,
        admits: Admission = lambda _environ: None,
        closed: Callable[[], Answer | None] = lambda: None,
    ) -> None:
        self._edge, self._admits, self._closed = edge, admits, closed
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="trustkeep-request")
        self._streams = ThreadPoolExecutor(STREAMS, thread_name_prefix="trustkeep-stream")
        self._writers = ThreadPoolExecutor(threads, thread_name_prefix="trustkeep-spool")
        self._room = BoundedSemaphore(most_waiting)
        self._long_room = BoundedSemaphore(uploading.MOST_AT_ONCE)
        self._reading: set[asyncio.Task[None]] = set()

    def take(self, loop: asyncio.AbstractEventLoop, scope: Scope, exchange: Exchange) -> None:
        """Answer at once or hand on; a request too many is refused instead of kept waiting."""
        answer = self._closed() or self._edge.ready(asked_of(scope))
        if answer is not None:
            exchange.response_bytes(*answer)
        elif not self._room.acquire(blocking=False):
            headers = [("Retry-After", str(RETRY_AFTER_S)), ("Cache-Control", "no-store")]
            exchange.response_bytes(503, with_security_headers(headers), b"")
        elif scope.method in _BODILESS:
            self._pool.submit(self._slowly, exchange, environ_of(scope))
        elif uploading.is_long(scope):
            self._pool.submit(self._admit, loop, scope, exchange)
        else:
            loop.call_soon_threadsafe(self._begin, loop, self._received(scope, exchange))

    def _begin(self, loop: asyncio.AbstractEventLoop, work: Coroutine[Any, Any, None]) -> None:
        reading = loop.create_task(work)
        self._reading.add(reading)
        reading.add_done_callback(self._reading.discard)

    def _admit(self, loop: asyncio.AbstractEventLoop, scope: Scope, exchange: Exchange) -> None:
        most = None
        try:
            most = self._admits(environ_of(scope))
        except Exception:
            log.exception("admission-broken")
        if most is None or not self._long_room.acquire(blocking=False):
            work = self._received(scope, exchange)
        else:
            work = self._received_long(scope, exchange, most)
        loop.call_soon_threadsafe(self._begin, loop, work)

    async def _received(self, scope: Scope, exchange: Exchange) -> None:
        try:
            environ = await _whole(scope, exchange)
        except Exception:
            log.exception("body-broken")
            environ = environ_of(scope)
            environ[REFUSAL_KEY] = HTTPStatus.BAD_REQUEST
        self._pool.submit(self._slowly, exchange, environ)

    async def _received_long(self, scope: Scope, exchange: Exchange, most: int) -> None:
        try:
            environ = await _spooled(scope, exchange, most, self._writers)
        except Exception:
            log.exception("long-body-broken")
            environ = environ_of(scope)
            environ[REFUSAL_KEY] = HTTPStatus.BAD_REQUEST
        finally:
            self._long_room.release()
        self._pool.submit(self._slowly, exchange, environ)

    def _slowly(self, exchange: Exchange, environ: Environ) -> None:
        going_on = False
        try:
            going_on = self._answer(exchange, environ)
        except Exception:
            log.exception("lane-broken")
            exchange.response_bytes(500, with_security_headers([]), b"")
        finally:
            if SPOOL_KEY in environ:
                environ[SPOOL_KEY].close()
            if not going_on:
                self._room.release()

    def _answer(self, exchange: Exchange, environ: Environ) -> bool:
        started = Started()
        body = self._edge(environ, started)
        status = int(started.status.partition(" ")[0])
        if isinstance(body, list):
            exchange.response_bytes(status, started.headers, b"".join(body))
            return False
        self._streams.submit(self._stream, exchange, status, started.headers, body)
        return True

    def _stream(
        self, exchange: Exchange, status: int, headers: Headers, body: Iterable[bytes]
    ) -> None:
        try:
            stream(exchange, status, headers, body)
        except Exception:
            log.exception("stream-broken")
        finally:
            self._room.release()


def spawn_worker(*arguments: Any) -> None:
    """Be Granian's worker process, with `Lanes` called directly instead of as a coroutine."""
    if not (hasattr(mp, _GRANIANS_WRAPPER) and hasattr(_futures, _GRANIANS_SCHEDULE)):
        raise RuntimeError("this version of Granian calls applications in another way: ADR-0006")
    # Ctrl-C reaches every process of a terminal's group. The supervisor alone is to act on it: its
    # signal and the terminal's, arriving together, leave Granian's worker waiting for ever.
    os.setsid()
    run_in_batches()
    setattr(mp, _GRANIANS_WRAPPER, lambda lanes: lanes)
    setattr(_futures, _GRANIANS_SCHEDULE, _scheduled)
    mp.MPServer._spawn_rsgi_worker(*arguments)


def run_in_batches() -> None:
    """Let this thread, and all that it will start, run in batches; go on where that is refused."""
    # A page takes two threads, Granian's and ours, and each answer wakes the other one. Of threads
    # that run in batches a woken one waits for the end of a turn instead of breaking into it, so
    # many requests go over at once: a fifth less processor time for each. All threads inherit it.
    with suppress(AttributeError, OSError):  # Linux alone has it, and a sandbox may refuse it.
        os.sched_setscheduler(0, os.SCHED_BATCH, os.sched_param(0))


def _scheduled(
    loop: asyncio.AbstractEventLoop, _context: Any, lanes: Lanes
) -> Callable[[Watcher], None]:
    def scheduled(watcher: Watcher) -> None:
        try:
            lanes.take(loop, watcher.scope, watcher.proto)
        except Exception:
            # Nobody above would catch it: Granian calls without looking at what comes back.
            log.exception("lane-broken")
            watcher.proto.response_bytes(500, with_security_headers([]), b"")

    return scheduled


async def _whole(scope: Scope, exchange: Exchange) -> Environ:
    environ = environ_of(scope)
    status = refusal(environ)
    if status is None:
        body, status = await _body_of(exchange)
        environ = environ_of(scope, body) | {"CONTENT_LENGTH": str(len(body))}
    if status is not None:
        environ[REFUSAL_KEY] = status
    return environ


async def _body_of(exchange: Exchange) -> tuple[bytes, HTTPStatus | None]:
    chunks: list[bytes] = []
    size = 0
    try:
        async with asyncio.timeout(BODY_WITHIN_S):
            async for chunk in exchange:
                size += len(chunk)
                if size > MOST_BODY_BYTES:
                    return b"", HTTPStatus.REQUEST_ENTITY_TOO_LARGE
                chunks.append(chunk)
    except TimeoutError:
        return b"", HTTPStatus.REQUEST_TIMEOUT
    return b"".join(chunks), None


async def _spooled(scope: Scope, exchange: Exchange, most: int, writers: Executor) -> Environ:
    environ = environ_of(scope)
    status = refusal(environ, most)
    if status is None:
        spool, status = await uploading.spooled(aiter(exchange), most, writers)
        told = environ.get("CONTENT_LENGTH") or str(spool.size_bytes)
        if status is None and told != str(spool.size_bytes):
            status = HTTPStatus.BAD_REQUEST
        environ |= {"CONTENT_LENGTH": str(spool.size_bytes), SPOOL_KEY: spool}
        environ.pop("HTTP_TRANSFER_ENCODING", None)
        if status is None:
            environ["wsgi.input"] = spool.reader()
    if status is not None:
        environ[REFUSAL_KEY] = status
    return environ
