"""Answers longer than memory: a named pipe that waits for a slow reader.

Granian's own stream takes whatever it is given and would fill memory, but it reads a file no faster
than the reader takes it. A pipe is such a file, and what passes through it never rests on a disk.
"""

from __future__ import annotations

import errno
import fcntl
import os
import select
import tempfile
import time
from collections.abc import Iterable
from pathlib import Path

import structlog

from trustkeep.site.exchange import Exchange
from trustkeep.site.prepared import Headers

OPENED_WITHIN_S = 5.0
READ_WITHIN_S = 60.0
"""How long a reader may take nothing before the answer is given up."""
PIPE_BYTES = 1024 * 1024
_LOOK_EVERY_S = 0.002

log = structlog.get_logger(__name__)


def stream(exchange: Exchange, status: int, headers: Headers, body: Iterable[bytes]) -> None:
    """Give `body` as fast as it is read, from a thread; ends early when the reader has gone."""
    try:
        with tempfile.TemporaryDirectory(prefix="trustkeep-") as folder:
            path = Path(folder) / "answer"
            os.mkfifo(path, 0o600)
            exchange.response_file(status, headers, str(path))
            pipe = _opened(path)
            try:
                for chunk in body:
                    _write(pipe, memoryview(chunk))
            finally:
                os.close(pipe)
    except (BrokenPipeError, TimeoutError):
        log.info("reader-gone")
    finally:
        close = getattr(body, "close", None)
        if close is not None:
            close()


def _opened(path: Path) -> int:
    until = time.monotonic() + OPENED_WITHIN_S
    while True:
        try:
            # Opening a pipe that nobody reads would wait for ever.
            pipe = os.open(path, os.O_WRONLY | os.O_NONBLOCK)
        except OSError as error:
            if error.errno != errno.ENXIO:
                raise
            if time.monotonic() > until:
                raise TimeoutError from None
            time.sleep(_LOOK_EVERY_S)
        else:
            fcntl.fcntl(pipe, fcntl.F_SETPIPE_SZ, PIPE_BYTES)
            return pipe


def _write(pipe: int, data: memoryview) -> None:
    while data:
        try:
            data = data[os.write(pipe, data) :]
        except BlockingIOError:
            _, writable, _ = select.select([], [pipe], [], READ_WITHIN_S)
            if not writable:
                raise TimeoutError from None
