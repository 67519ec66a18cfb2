"""Files that are either whole on the disk or not there, and files that are overwritten to go."""

from __future__ import annotations

import os
import secrets
from pathlib import Path


def partial_path(path: Path) -> Path:
    """Return where a file is written before it gets its name."""
    return path.with_name(f"{path.name}.part")


def write_new(path: Path, content: bytes, mode: int) -> None:
    """Put a file with `content` at `path`, whole or not at all, replacing what a kill has left."""
    partial = partial_path(path)
    partial.unlink(missing_ok=True)
    handle = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    with open(handle, "wb") as file:  # noqa: PTH123  # a descriptor has no path
        file.write(content)
        sync(file.fileno())
    partial.replace(path)
    sync_directory(path.parent)


def sync(handle: int) -> None:
    """Return once what was written to an open file is on the disk."""
    os.fsync(handle)


def sync_directory(directory: Path) -> None:
    """Return once the names in `directory` are on the disk."""
    handle = os.open(directory, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def wipe(path: Path) -> None:
    """Overwrite a small file and remove it.

    On a solid state disk or a file system that copies on write the old bytes may stay where no
    file name leads; that is why keys are also replaced, not only overwritten.
    """
    path.chmod(0o600)
    with path.open("r+b") as file:
        file.write(secrets.token_bytes(path.stat().st_size))
        file.flush()
        sync(file.fileno())
    remove(path)


def remove(path: Path) -> None:
    """Remove a file's name for good."""
    path.unlink()
    sync_directory(path.parent)
