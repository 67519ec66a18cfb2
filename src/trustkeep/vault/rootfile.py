"""The root key in a file, and its exchange for a new one that survives a kill at any instant.

The file is read anew for each use, so a root key that was taken away stops the vault within the
lifetime of its cache. A symbolic link is followed, because container platforms mount secrets as
links; what is checked is the file that was opened. Exchange: the successor is written beside the
root as ``.next``; `adopt` keeps the old root reachable as ``.retired`` until it was overwritten.
"""

from __future__ import annotations

import os
import stat
from dataclasses import dataclass
from pathlib import Path

from trustkeep.kernel.errors import OutOfOrder, TrustkeepError
from trustkeep.vault.derivation import KEY_BYTES
from trustkeep.vault.durable import partial_path, remove, sync_directory, wipe, write_new
from trustkeep.vault.wrapping import (
    RootDescription,
    WrapContext,
    new_key,
    unwrap_with,
    wrap_with,
)

ROOT_KEY_MODE = 0o400
_OTHERS = stat.S_IRWXG | stat.S_IRWXO


class RootKeyMissing(OutOfOrder):
    """There is no file at the root key's path."""

    sentence = (
        "The root key {path} is missing. Put it back, or name its place in TRUSTKEEP_ROOT_KEY_FILE."
    )


class RootKeyUnreadable(OutOfOrder):
    """This process may not read the root key, or it is no file."""

    sentence = (
        "The root key {path} cannot be read by the user who runs Trustkeep. "
        "Give the file to that user with mode 0400."
    )


class RootKeyExposed(OutOfOrder):
    """Others than its owner may read or change the root key."""

    sentence = (
        "The root key {path} is open to other users (mode {mode}). Set its mode to 0400 and, "
        "if others may have read it, rotate it with: trustkeep keys rotate-root"
    )


class RootKeyForeign(OutOfOrder):
    """The root key belongs to another user than the one who runs the process."""

    sentence = (
        "The root key {path} belongs to another user of this machine. "
        "Give the file to the user who runs Trustkeep."
    )


class RootKeyMalformed(OutOfOrder):
    """The file does not hold exactly `KEY_BYTES` bytes."""

    sentence = (
        "The root key {path} has {found} bytes instead of {expected}: it is damaged or no root "
        "key. Put the right file in its place."
    )


class RootKeyNotOurs(TrustkeepError):
    """The root key lies where this process cannot exchange it."""

    sentence = (
        "The root key {path} is provided from outside (a link or a directory that cannot be "
        "written), so it cannot be exchanged here. Nothing was changed."
    )


@dataclass(frozen=True, slots=True)
class FileRootKey:
    """One root key file; every use reads and checks it."""

    path: Path

    def wrap(self, key: bytes, context: WrapContext) -> bytes:
        return wrap_with(self._secret(), key, context)

    def unwrap(self, wrapped: bytes, context: WrapContext) -> bytes:
        return unwrap_with(self._secret(), wrapped, context)

    def describe(self) -> RootDescription:
        """Say where the file is and its mode; raises like any use where it is not in order."""
        self._secret()
        mode = stat.S_IMODE(self.path.stat().st_mode)
        return RootDescription("file", str(self.path), f"{mode:04o}")

    def destroy(self) -> None:
        """Overwrite and remove the file."""
        wipe(self.path)

    def _secret(self) -> bytes:
        try:
            file = self.path.open("rb", buffering=0)
        except FileNotFoundError:
            raise RootKeyMissing(path=self.path) from None
        except OSError:
            raise RootKeyUnreadable(path=self.path) from None
        with file:
            self._check(os.fstat(file.fileno()))
            secret = file.read(KEY_BYTES + 1)
        if len(secret) != KEY_BYTES:
            raise RootKeyMalformed(path=self.path, found=len(secret), expected=KEY_BYTES)
        return secret

    def _check(self, found: os.stat_result) -> None:
        if found.st_mode & _OTHERS:
            raise RootKeyExposed(path=self.path, mode=f"{stat.S_IMODE(found.st_mode):04o}")
        if found.st_uid != os.geteuid():
            raise RootKeyForeign(path=self.path)
        if found.st_size != KEY_BYTES:
            raise RootKeyMalformed(path=self.path, found=found.st_size, expected=KEY_BYTES)


@dataclass(frozen=True, slots=True)
class RootFile:
    """The root key file in use, and beside it, only during a rotation, its successor."""

    path: Path

    @property
    def next_path(self) -> Path:
        return self.path.with_name(f"{self.path.name}.next")

    @property
    def retired_path(self) -> Path:
        return self.path.with_name(f"{self.path.name}.retired")

    def current(self) -> FileRootKey:
        return FileRootKey(self.path)

    def pending(self) -> FileRootKey | None:
        """Return the successor that a rotation, perhaps a killed one, has left."""
        return FileRootKey(self.next_path) if self.next_path.exists() else None

    def create(self) -> None:
        """Write the first root key; keeps one that is there already."""
        if not self.path.exists():
            write_new(self.path, new_key(), ROOT_KEY_MODE)

    def prepare(self) -> FileRootKey:
        """Write the successor; raises `RootKeyNotOurs` where it could not take its place."""
        if self.path.is_symlink() or not os.access(self.path.parent, os.W_OK):
            raise RootKeyNotOurs(path=self.path)
        write_new(self.next_path, new_key(), ROOT_KEY_MODE)
        return FileRootKey(self.next_path)

    def adopt(self) -> None:
        """Put the successor in the root's place, then overwrite the old root."""
        if self.path.exists() and not self.retired_path.exists():
            self.retired_path.hardlink_to(self.path)
        self.next_path.replace(self.path)
        sync_directory(self.path.parent)
        wipe(self.retired_path)

    def abandon(self) -> None:
        """Remove what a rotation that did not happen, or that is over, has left.

        Call it only once the root in use is proved to be the one the key store is under.
        """
        for leftover in (partial_path(self.next_path), self.next_path, self.retired_path):
            if not leftover.exists():
                continue
            # A second name of the root in use must go without its bytes being overwritten.
            (remove if leftover.samefile(self.path) else wipe)(leftover)
