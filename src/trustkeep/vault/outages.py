"""What the machine has against us, told apart: no room, somebody else writing, or broken.

SQLite says a full disk, a lock that is not given back and a broken disk in the same class of error;
only the words differ (sqlite.org/rescode.html), and a file system has three numbers for no room.
"""

from __future__ import annotations

import errno
from collections.abc import Iterator
from enum import StrEnum

from trustkeep.kernel.errors import OutOfOrder

NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
"""Full, over quota, or over what a process may write: nothing more goes in until there is room."""
_BROKEN = frozenset({errno.EIO, errno.EROFS})


class Outage(StrEnum):
    """What is wrong; the value is how the log calls it."""

    FULL = "full"
    BUSY = "busy"
    BROKEN = "broken"


_WORDS = {
    Outage.FULL: ("is full", "no space left"),
    Outage.BUSY: ("is locked", "lock timeout", "deadlock detected"),
    Outage.BROKEN: ("disk i/o error", "readonly database", "unable to open database"),
}


def outage_of(error: BaseException | None) -> Outage | None:
    """Return what of the machine is behind an error; None if it is something else."""
    chain = list(_chain(error))
    found = [one for one in map(_of_one, chain) if one]
    if found:
        return found[-1]
    return Outage.BROKEN if any(isinstance(one, OutOfOrder) for one in chain) else None


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__


def _of_one(error: BaseException) -> Outage | None:
    # Django, sqlite3 and SQLCipher each have a class of this name, of no common parent.
    if any(one.__name__ == "OperationalError" for one in type(error).__mro__):
        told = str(error).lower()
        return next((one for one, words in _WORDS.items() if any(w in told for w in words)), None)
    if isinstance(error, OSError):
        if error.errno in NO_ROOM:
            return Outage.FULL
        return Outage.BROKEN if error.errno in _BROKEN else None
    return None
