"""The one place where this process keeps sealed files, given by the site like the key ring."""

from __future__ import annotations

from collections.abc import Callable

from trustkeep.kernel.errors import OutOfOrder
from trustkeep.vault.files import SealedFiles

_opener: Callable[[], SealedFiles] | None = None


class ShelfNotInstalled(OutOfOrder):
    """No sealed files were installed in this process."""

    sentence = "This process has no place for sealed files; it was started without an installation."


def install(opener: Callable[[], SealedFiles]) -> None:
    """Give this process its sealed files, by what opens them when they are first needed."""
    global _opener
    _opener = opener


def sealed_files() -> SealedFiles:
    """Return the sealed files of this process; raises ShelfNotInstalled."""
    if _opener is None:
        raise ShelfNotInstalled
    return _opener()
