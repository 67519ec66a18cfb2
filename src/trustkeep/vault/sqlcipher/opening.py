"""Whether a database file may be opened with a key, decided before SQLite sees either.

SQLCipher takes a raw key of the wrong length for a passphrase, makes a fresh file where a path is
mistyped, and answers a wrong key, a plain file and a damaged file with the same words. So the file
is looked at first, read-only: a page of SQLCipher 4 ends in a 16-byte initialisation vector and an
HMAC-SHA-512 over its ciphertext, that vector and its page number, under a key derived from the raw
key and the salt that opens the file (www.zetetic.net/sqlcipher/design). One authentic page proves
that the key fits; then a refusal by SQLCipher can only mean damage.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import struct
from collections.abc import Callable
from pathlib import Path

from trustkeep.kernel.errors import OutOfOrder
from trustkeep.vault import steady

KEY_BYTES = 32
PAGE_BYTES = 4096
_SALT_BYTES = 16
_MAC_BYTES = 64
_MAC_SALT_MASK = 0x3A
_MAC_KEY_ROUNDS = 2
_PAGES_TRIED = 16
_PLAIN_MAGIC = b"SQLite format 3\x00"
_HEX_KEY = re.compile(rf"[0-9a-fA-F]{{{2 * KEY_BYTES}}}")

KeySource = str | Callable[[], str] | None


class DatabaseUnusable(OutOfOrder):
    """The database cannot be opened; each reason is a class of its own."""


class DatabaseKeyMissing(DatabaseUnusable):
    """The settings name no key."""

    sentence = (
        "The database {path} cannot be opened because no key was given. "
        "Put the key store and the root key of this installation in their places; "
        "nothing was changed."
    )


class DatabaseKeyMalformed(DatabaseUnusable):
    """The key is not the hexadecimal form of exactly `KEY_BYTES` bytes."""

    sentence = (
        "The key for the database {path} does not have the right length: it must be {digits} "
        "hexadecimal digits. Check the key store; nothing was changed."
    )


class DatabaseKeyWrong(DatabaseUnusable):
    """No page of the file is authentic under the key."""

    sentence = (
        "The key does not open the database {path}: it belongs to another installation, or the "
        "start of the file is damaged. Put the matching key store and root key in their places, "
        "or restore a backup; nothing was changed."
    )


class DatabaseDamaged(DatabaseUnusable):
    """The key fits, or the file is no whole number of pages, yet it cannot be read."""

    sentence = (
        "The database {path} is damaged and cannot be read. "
        "Restore it from the newest backup; nothing was changed."
    )


class DatabaseNotEncrypted(DatabaseUnusable):
    """The file is a plain SQLite database."""

    sentence = (
        "The database {path} is not encrypted, so it is not opened. "
        "Move it away or name another file; nothing was changed."
    )


def raw_key(source: KeySource, path: str) -> str:
    """Return the key that `source` holds, as hexadecimal digits.

    Raises `DatabaseKeyMissing` for none and `DatabaseKeyMalformed` for any other length, since
    SQLCipher would silently stretch such a key as if it were a passphrase.
    """
    key = source() if callable(source) else source
    if not key:
        raise DatabaseKeyMissing(path=path)
    if not _HEX_KEY.fullmatch(key):
        raise DatabaseKeyMalformed(path=path, digits=2 * KEY_BYTES)
    return key


def check_file(path: Path, key: str) -> None:
    """Refuse a file that `key` cannot open; a missing or empty file passes, it will be made.

    Raises `DatabaseNotEncrypted`, `DatabaseDamaged` or `DatabaseKeyWrong`. Reads at most
    `_PAGES_TRIED` pages and changes nothing.
    """
    if not path.exists() or not (size := path.stat().st_size):
        return
    # Never by a descriptor that is closed: other threads may have the database open.
    start = steady.read_start(path, PAGE_BYTES * _PAGES_TRIED)
    if start.startswith(_PLAIN_MAGIC):
        raise DatabaseNotEncrypted(path=path)
    if size % PAGE_BYTES:
        raise DatabaseDamaged(path=path, log="size is no whole number of pages")
    if not _some_page_is_authentic(start, bytes.fromhex(key)):
        raise DatabaseKeyWrong(path=path)


def _some_page_is_authentic(start: bytes, key: bytes) -> bool:
    salt = bytes(byte ^ _MAC_SALT_MASK for byte in start[:_SALT_BYTES])
    mac_key = hashlib.pbkdf2_hmac("sha512", key, salt, _MAC_KEY_ROUNDS, KEY_BYTES)
    return any(
        _page_is_authentic(start[at : at + PAGE_BYTES], at // PAGE_BYTES + 1, mac_key)
        for at in range(0, len(start), PAGE_BYTES)
    )


def _page_is_authentic(page: bytes, number: int, mac_key: bytes) -> bool:
    # The salt stands in clear before the first page's ciphertext and is not under its MAC.
    sealed = page[_SALT_BYTES if number == 1 else 0 : -_MAC_BYTES]
    mac = hmac.digest(mac_key, sealed + struct.pack("<I", number), "sha512")
    return hmac.compare_digest(mac, page[-_MAC_BYTES:])
