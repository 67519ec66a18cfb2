"""Reading files that SQLite has open in this process.

Whoever closes any descriptor of a file drops every lock that the process has on it (POSIX; SQLite,
"How To Corrupt An SQLite Database File", section 2.2). Another process would then take the database
for unused when it leaves, and remove its write-ahead log. So such a file is opened once and stays
open; only descriptors of files that have been removed are closed.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from threading import Lock

BLOCK_BYTES = 1024 * 1024
_held: dict[tuple[int, int], int] = {}
_mutex = Lock()


def read_start(path: Path, size: int) -> bytes:
    """Return up to `size` bytes from the beginning; raises FileNotFoundError."""
    return os.pread(_descriptor(path), size, 0)


def blocks(path: Path) -> Iterator[bytes]:
    """Return everything that stands in a file; raises FileNotFoundError."""
    descriptor, offset = _descriptor(path), 0
    while block := os.pread(descriptor, BLOCK_BYTES, offset):
        offset += len(block)
        yield block


def _descriptor(path: Path) -> int:
    with _mutex:
        found = path.stat()
        key = (found.st_dev, found.st_ino)
        if key not in _held:
            _forget_removed()
            _held[key] = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
        return _held[key]


def forget_removed() -> None:
    """Close the descriptors of files that have been removed, so that their space is free again."""
    with _mutex:
        _forget_removed()


def _forget_removed() -> None:
    for key, descriptor in list(_held.items()):
        if not os.fstat(descriptor).st_nlink:
            os.close(_held.pop(key))
