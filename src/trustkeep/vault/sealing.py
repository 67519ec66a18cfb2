"""Sealed fields: a value that can be read in the place it was written for, and nowhere else.

A token is ``format (1 byte) ‖ key version (4 bytes, big-endian) ‖ nonce (12) ‖ ciphertext ‖ tag
(16)``, AES-256-GCM (NIST SP 800-38D) under a key of its own for each account key version, table and
column. The associated data is the same list and the row, so a token that was moved to another row,
column, table, account or key version is refused like one that was changed. A random nonce of 96
bits allows 2^32 values for each such key.

This module needs neither Django nor a database: an auditor can run it.
"""

from __future__ import annotations

import hmac
import os
import struct
from dataclasses import dataclass, field
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from trustkeep.kernel.errors import TrustkeepError
from trustkeep.vault.derivation import expand, framed

FORMAT = 1
NONCE_BYTES = 12
TAG_BYTES = 16
_HEADER = struct.Struct(">BI")
_HEADER_BYTES = _HEADER.size
_BODY_AT = _HEADER_BYTES + NONCE_BYTES
_LEAST_BYTES = _BODY_AT + TAG_BYTES
_LABEL = "trustkeep.sealed/v1"


class SealedValueMalformed(TrustkeepError):
    """The bytes are no token: too short, or of another format."""

    sentence = (
        "A stored value is damaged: it does not have the form of a sealed value. "
        "Restore it from a backup."
    )


class SealedWithOtherVersion(TrustkeepError):
    """The token names a key version other than the key it is to be opened with."""

    sentence = (
        "A stored value was sealed with key version {sealed} and cannot be opened with version "
        "{given}. Open it with the version it names."
    )


class SealedValueRefused(TrustkeepError):
    """The token is not authentic in this place under this key."""

    sentence = (
        "A stored value in {table}.{column} was refused: it was changed, or it belongs to another "
        "row, column or account. Restore it from a backup and find out who wrote it."
    )


@dataclass(frozen=True, slots=True)
class Place:
    """Where one sealed value rests; `row` is whatever names the row for good."""

    account: UUID
    table: str
    column: str
    row: str


class SealedColumn:
    """Seals and opens the values of one column under one account key version."""

    __slots__ = ("_about", "_cipher", "_column", "_header", "_table", "_version")

    def __init__(self, key: AccountKey, table: str, column: str) -> None:
        self._table, self._column, self._version = table, column, key.version
        self._header = _HEADER.pack(FORMAT, key.version)
        self._about = framed(_LABEL, FORMAT, key.account.bytes, key.version, table, column)
        self._cipher = AESGCM(expand(key.secret, self._about))

    def seal(self, row: str, plaintext: bytes) -> bytes:
        """Return the token of `plaintext` for `row`; two calls never give the same token."""
        nonce = os.urandom(NONCE_BYTES)
        # The row needs no length before it: it is the last field, and all before it have theirs.
        sealed = self._cipher.encrypt(nonce, plaintext, self._about + row.encode())
        return self._header + nonce + sealed

    def unseal(self, row: str, token: bytes) -> bytes:
        """Return the plaintext of a token that was sealed here, for `row`.

        Raises `SealedValueMalformed`, `SealedWithOtherVersion` or `SealedValueRefused`; never
        returns anything unauthenticated.
        """
        # The quick path first; only a refusal is worth the time to find its reason.
        if token.startswith(self._header):
            nonce, sealed = token[_HEADER_BYTES:_BODY_AT], token[_BODY_AT:]
            try:
                return self._cipher.decrypt(nonce, sealed, self._about + row.encode())
            except (InvalidTag, ValueError):
                # ValueError is the library's answer to a nonce that was cut short.
                pass
        raise self._refusal(token)

    def _refusal(self, token: bytes) -> TrustkeepError:
        version = key_version(token)
        if version != self._version:
            return SealedWithOtherVersion(sealed=version, given=self._version)
        return SealedValueRefused(table=self._table, column=self._column)


@dataclass(frozen=True, slots=True, eq=False)
class AccountKey:
    """One version of an account's key, in the clear: hold it for a request, not longer."""

    account: UUID
    version: int
    secret: bytes = field(repr=False)
    _columns: dict[tuple[str, str], SealedColumn] = field(default_factory=dict, repr=False)

    def column(self, table: str, column: str) -> SealedColumn:
        """Return what seals the values of `table`.`column`; made once for each key object."""
        found = self._columns.get((table, column))
        if found is None:
            found = self._columns[table, column] = SealedColumn(self, table, column)
        return found

    def subkey(self, purpose: str) -> bytes:
        """Return a key for one purpose; it dies with the account key."""
        return expand(self.secret, framed(_LABEL, "subkey", self.account.bytes, purpose))

    def blind_index(self, table: str, column: str, value: str) -> str:
        """Return a keyed digest to look `value` up by; equal values give equal digests.

        Without the account key the digest tells nothing about the value, so it may stand in a
        plain column beside the sealed one and dies with the key. `value` must already be in the
        form that is looked up (case folded, trimmed).
        """
        about = framed("blind index", table, column, value)
        return hmac.digest(self.subkey("blind-index"), about, "sha256").hex()


def key_version(token: bytes) -> int:
    """Return the key version that a token names; raises `SealedValueMalformed`."""
    if len(token) < _LEAST_BYTES or token[0] != FORMAT:
        raise SealedValueMalformed
    return int(_HEADER.unpack_from(token)[1])


def seal(key: AccountKey, place: Place, plaintext: bytes) -> bytes:
    """Seal one value for its place; `key` must be of the place's account (ValueError)."""
    _check_account(key, place)
    return key.column(place.table, place.column).seal(place.row, plaintext)


def unseal(key: AccountKey, place: Place, token: bytes) -> bytes:
    """Open one value in its place; refusals as in `SealedColumn.unseal`."""
    _check_account(key, place)
    return key.column(place.table, place.column).unseal(place.row, token)


def _check_account(key: AccountKey, place: Place) -> None:
    if key.account != place.account:
        raise ValueError("the key is another account's than the place")
