"""Which requests may bring more than fits in memory, and how their bodies arrive.

This is what the server needs before Django is there; who may send one says
`trustkeep.site.admission`.
"""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import AsyncIterator
from concurrent.futures import Executor
from http import HTTPStatus
from typing import Protocol

from trustkeep.vault.shelf import sealed_files
from trustkeep.vault.spool import SealedSpool

_ID = r"[0-9a-f-]{36}"
ROUTES = (
    ("PUT", re.compile(r"/api/v1/account/files/content")),
    ("PATCH", re.compile(rf"/api/v1/account/uploads/{_ID}")),
    ("POST", re.compile(r"/app/files/upload/")),
    ("PATCH", re.compile(rf"/app/uploads/{_ID}/")),
)
"""Method and path of everything that takes a long body."""

MOST_AT_ONCE = 32
"""How many long bodies arrive at once; the next ones wait outside."""
IDLE_S = 30.0
"""How long a sender may be silent in the middle of a long body."""
FAIR_S = 60.0
SLOWEST_BYTES_PER_S = 8 * 1024
"""After `FAIR_S`, how much must have arrived for each second."""
STEP_BYTES = 1024 * 1024


class Asked(Protocol):
    """A request, as far as its address goes."""

    method: str
    path: str


def is_long(scope: Asked) -> bool:
    """Return whether the address is one that takes a long body."""
    return any(scope.method == method and way.fullmatch(scope.path) for method, way in ROUTES)


async def spooled(
    body: AsyncIterator[bytes], most: int, writers: Executor
) -> tuple[SealedSpool, HTTPStatus | None]:
    """Take a whole body into a sealed spool, off the event loop; a status says why not."""
    loop, spool = asyncio.get_running_loop(), SealedSpool(sealed_files().partial)
    started, pending, waiting = time.monotonic(), [], 0
    try:
        while True:
            chunk = await _next(body)
            pending.append(chunk or b"")
            waiting += len(pending[-1])
            if spool.size_bytes + waiting > most:
                return spool, HTTPStatus.REQUEST_ENTITY_TOO_LARGE
            if _is_too_slow(spool.size_bytes + waiting, time.monotonic() - started):
                return spool, HTTPStatus.REQUEST_TIMEOUT
            if waiting >= STEP_BYTES or chunk is None:
                await loop.run_in_executor(writers, spool.write, b"".join(pending))
                pending, waiting = [], 0
            if chunk is None:
                return spool, None
    except TimeoutError:
        return spool, HTTPStatus.REQUEST_TIMEOUT
    except OSError:
        return spool, HTTPStatus.INSUFFICIENT_STORAGE


async def _next(body: AsyncIterator[bytes]) -> bytes | None:
    # Granian's iterator breaks the interpreter when `anext` is given a default.
    async with asyncio.timeout(IDLE_S):
        try:
            return await body.__anext__()
        except StopAsyncIteration:
            return None


def _is_too_slow(size_bytes: int, seconds: float) -> bool:
    return seconds > FAIR_S and size_bytes < SLOWEST_BYTES_PER_S * seconds
