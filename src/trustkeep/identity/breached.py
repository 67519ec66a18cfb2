"""Passwords that leaked somewhere, looked up in a file that never leaves the machine.

The file is what the downloader of Pwned Passwords writes: a line for each password, its SHA-1 in
hexadecimal capitals, a colon and how often it was seen, sorted by the digest. It may be tens of
gigabytes: a look-up halves it, and reads a few hundred bytes each time. Nobody is asked.
"""

from __future__ import annotations

import hashlib
import re
from pathlib import Path
from typing import BinaryIO

from trustkeep.kernel.errors import TrustkeepError

_LINE = re.compile(rb"[0-9A-F]{40}(:[0-9]+)?\r?\n?")
_LONGEST_LINE = 80


class ListUnusable(TrustkeepError):
    """The file is no list of digests: the start is refused."""

    sentence = (
        "breached_passwords_file is no list of SHA-1 digests in capitals, sorted, one a line. Take "
        "the file that the downloader of Pwned Passwords writes."
    )


class BreachedList:
    """A sorted file of digests. Raises ListUnusable for another kind of file."""

    def __init__(self, path: Path) -> None:
        self._path = path
        with path.open("rb") as file:
            first, second = (file.readline(_LONGEST_LINE) for _ in range(2))
        known = _LINE.fullmatch(first) and (not second or _LINE.fullmatch(second))
        if not known or (second and second[:40] < first[:40]):
            raise ListUnusable

    def holds(self, text: str) -> bool:
        """Return whether a password is in the list."""
        # SHA-1 names a password in this list; nothing is protected by it.
        wanted = hashlib.sha1(text.encode("utf-8"), usedforsecurity=False).hexdigest().upper()
        with self._path.open("rb") as file:
            return _found(file, wanted.encode("ascii"))


def _found(file: BinaryIO, wanted: bytes) -> bool:
    low, high = 0, file.seek(0, 2)
    while low < high:
        middle = (low + high) // 2
        line = _line_after(file, middle)
        if not line or line[:40] > wanted:
            high = middle
        elif line[:40] < wanted:
            low = middle + 1
        else:
            return True
    file.seek(0)
    return file.read(len(wanted)) == wanted


def _line_after(file: BinaryIO, place: int) -> bytes:
    file.seek(place)
    if place:
        file.readline(_LONGEST_LINE)
    return file.readline(_LONGEST_LINE)
