"""A mark in a file that all processes map into memory: it differs as soon as anything has changed.

Prepared pages carry the mark under which they were made; another mark in the file makes them old.
The mark is random rather than counted, so that writers need no lock: every change makes it another.
"""

from __future__ import annotations

import mmap
import os
import secrets
from functools import cache
from pathlib import Path

from trustkeep.site import installation

MARK_BYTES = 8


class Generation:
    """The mark of one installation."""

    def __init__(self, path: Path) -> None:
        self._path = path
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            os.truncate(descriptor, MARK_BYTES)
            self._memory = mmap.mmap(descriptor, MARK_BYTES)
        finally:
            os.close(descriptor)

    def mark(self) -> bytes:
        """Return the present mark; a look into memory, cheap enough for every request."""
        return self._memory[:]

    def change(self) -> None:
        """Make everything that was prepared until now old, in every process."""
        self._memory[:] = secrets.token_bytes(MARK_BYTES)


@cache
def of_installation() -> Generation:
    """Return the mark of the process's installation."""
    return Generation(installation.current().generation_file)
