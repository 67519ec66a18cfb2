"""Root keys: what wraps the account keys, and the two-step exchange of one root for the next.

A `RootKey` wraps and unwraps; a `RootHolder` keeps the one in use and, during a rotation, its
successor. A key management service or an HSM takes part by implementing the two protocols. The
default is a file of `KEY_BYTES` random bytes that only its owner may read.

A wrapped key is ``format (1 byte) ‖ nonce (12) ‖ ciphertext ‖ tag (16)``, AES-256-GCM with its
`WrapContext` as associated data: it opens for its owner, its version and its root epoch only.
"""

from __future__ import annotations

import os
import secrets
from contextlib import suppress
from dataclasses import dataclass
from typing import Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from trustkeep.kernel.errors import TrustkeepError
from trustkeep.vault.derivation import KEY_BYTES, framed

FORMAT = b"\x01"
_NONCE_BYTES = 12
_SEALED_AT = len(FORMAT) + _NONCE_BYTES
_LABEL = "trustkeep.wrapped/v1"


class WrappedKeyRefused(TrustkeepError):
    """The wrapped key is not authentic under this root for this context."""

    sentence = (
        "The wrapped key of {owner}, version {version}, was refused: it was changed, or the root "
        "key is not the one of epoch {epoch}. Put the matching root key or key store back."
    )


@dataclass(frozen=True, slots=True)
class WrapContext:
    """What a wrapped key belongs to; wrapping binds it, unwrapping demands it."""

    owner: str
    version: int
    epoch: int


@dataclass(frozen=True, slots=True)
class RootDescription:
    """What may be told about a root key: where it is, never what it is."""

    kind: str
    location: str
    mode: str


class RootKey(Protocol):
    """A key that never leaves its holder in the clear, as far as the holder can help it."""

    def wrap(self, key: bytes, context: WrapContext) -> bytes: ...

    def unwrap(self, wrapped: bytes, context: WrapContext) -> bytes: ...

    def describe(self) -> RootDescription: ...

    def destroy(self) -> None: ...


class RootHolder(Protocol):
    """Keeps the root in use; `prepare`, then `adopt` or `abandon`, each repeatable after a kill."""

    def current(self) -> RootKey: ...

    def pending(self) -> RootKey | None: ...

    def prepare(self) -> RootKey: ...

    def adopt(self) -> None: ...

    def abandon(self) -> None: ...


def wrap_with(root: bytes, key: bytes, context: WrapContext) -> bytes:
    """Wrap `key` under root bytes that are at hand."""
    nonce = os.urandom(_NONCE_BYTES)
    return FORMAT + nonce + AESGCM(root).encrypt(nonce, key, _about(context))


def unwrap_with(root: bytes, wrapped: bytes, context: WrapContext) -> bytes:
    """Unwrap a key; raises `WrappedKeyRefused` for anything but what was wrapped for `context`."""
    form, nonce, sealed = wrapped[:1], wrapped[1:_SEALED_AT], wrapped[_SEALED_AT:]
    if form == FORMAT and len(nonce) == _NONCE_BYTES:
        with suppress(InvalidTag):
            return AESGCM(root).decrypt(nonce, sealed, _about(context))
    raise WrappedKeyRefused(owner=context.owner, version=context.version, epoch=context.epoch)


def new_key() -> bytes:
    """Return a new random key of `KEY_BYTES`."""
    return secrets.token_bytes(KEY_BYTES)


def _about(context: WrapContext) -> bytes:
    return framed(_LABEL, context.owner, context.version, context.epoch)
