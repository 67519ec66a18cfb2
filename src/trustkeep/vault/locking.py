"""One lock file between processes: readers share it, a change has it alone."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def shared(path: Path) -> Iterator[None]:
    """Wait until nobody changes what `path` guards, and keep changes away."""
    with _locked(path, fcntl.LOCK_SH):
        yield


@contextmanager
def exclusive(path: Path) -> Iterator[None]:
    """Wait until nobody reads or changes what `path` guards, and keep all away."""
    with _locked(path, fcntl.LOCK_EX):
        yield


@contextmanager
def exclusive_if_free(path: Path) -> Iterator[bool]:
    """Keep all away if nobody reads or changes what `path` guards; tells whether, never waits."""
    handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
        else:
            yield True
    finally:
        os.close(handle)


@contextmanager
def _locked(path: Path, kind: int) -> Iterator[None]:
    handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(handle, kind)
        yield
    finally:
        # Closing the last descriptor releases the lock, as does the end of a killed process.
        os.close(handle)
