"""The leaf: canonical JSON that says what kind of thing happened when, and commits to the detail.

A leaf holds no personal data and no customer's name. The detail (the body) stays with the part that
owns it; the leaf carries its commitment: SHA-256 over a tag, a random 32-byte salt and the body's
canonical JSON (RFC 8785). Who destroys the salt makes the leaf meaningless while the log still
verifies.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

VERSION = 1
MAX_LEAF = 64 * 1024 - 1
"""The largest leaf in bytes: what the two length bytes of an entry tile can say (tlog-tiles)."""
SALT_SIZE = 32

_BODY_TAG = b"trustkeep/body/v1\x00"
_ACCOUNT_TAG = b"trustkeep/account/v1\x00"
_MAX_SAFE_INTEGER = 2**53 - 1
_REQUIRED = {"v", "type", "at", "seq", "body_digest"}
_OPTIONAL = {"promise_id", "account"}
_AT = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z")


class EntryInvalid(ValueError):
    """The bytes are not a leaf of this log, or the body cannot be committed to."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A leaf in words. ``at`` is RFC 3339 in UTC with milliseconds, ``seq`` its index."""

    type: str
    at: str
    seq: int
    body_digest: bytes
    promise_id: str | None = None
    account: bytes | None = None

    def encode(self) -> bytes:
        """Return the canonical bytes; raises EntryInvalid if they are too long for a leaf."""
        plain: dict[str, Any] = {
            "v": VERSION,
            "type": self.type,
            "at": self.at,
            "seq": self.seq,
            "body_digest": to_base64(self.body_digest),
        }
        if self.promise_id is not None:
            plain["promise_id"] = self.promise_id
        if self.account is not None:
            plain["account"] = to_base64(self.account)
        encoded = canonical(plain)
        if len(encoded) > MAX_LEAF:
            raise EntryInvalid(f"a leaf has at most {MAX_LEAF} bytes, this one {len(encoded)}")
        return encoded


def parse(leaf: bytes) -> Entry:
    """Return the entry of canonical leaf bytes; raises EntryInvalid for anything else."""
    try:
        plain = json.loads(leaf)
    except ValueError as error:
        raise EntryInvalid("the leaf is not JSON") from error
    if not isinstance(plain, dict) or canonical(plain) != leaf:
        raise EntryInvalid("the leaf is not canonical JSON (RFC 8785)")
    names = set(plain)
    if not names >= _REQUIRED or names - _REQUIRED - _OPTIONAL:
        raise EntryInvalid("the leaf lacks a field or has one too many")
    if plain["v"] != VERSION:
        raise EntryInvalid(f"the leaf has version {plain['v']}, this verifier knows {VERSION}")
    if not _well_typed(plain):
        raise EntryInvalid("a field of the leaf has the wrong type")
    return Entry(
        type=plain["type"],
        at=plain["at"],
        seq=plain["seq"],
        body_digest=from_base64(plain["body_digest"]),
        promise_id=plain.get("promise_id"),
        account=from_base64(plain["account"]) if "account" in plain else None,
    )


def _well_typed(plain: Mapping[str, Any]) -> bool:
    texts = [plain["type"], plain["at"], plain["body_digest"]]
    texts += [plain[name] for name in _OPTIONAL if name in plain]
    number = plain["seq"]
    return (
        all(isinstance(text, str) for text in texts)
        and bool(_AT.fullmatch(plain["at"]))
        and isinstance(number, int)
        and not isinstance(number, bool)
        and number >= 0
    )


def commit(salt: bytes, body: Mapping[str, Any]) -> bytes:
    """Return the commitment to `body` under `salt` (32 random bytes).

    Raises EntryInvalid for an empty body or a short salt: neither would hide or bind anything.
    """
    if len(salt) != SALT_SIZE:
        raise EntryInvalid(f"a salt has {SALT_SIZE} bytes, this one {len(salt)}")
    if not body:
        raise EntryInvalid("an entry needs something to commit to: the body is empty")
    return hashlib.sha256(_BODY_TAG + salt + canonical(body)).digest()


def commit_account(salt: bytes, account_id: bytes) -> bytes:
    """Return the commitment to a customer account; its salt dies with the account's key."""
    if len(salt) != SALT_SIZE:
        raise EntryInvalid(f"a salt has {SALT_SIZE} bytes, this one {len(salt)}")
    return hashlib.sha256(_ACCOUNT_TAG + salt + account_id).digest()


def canonical(value: Any) -> bytes:
    """Return RFC 8785 JSON of text, whole numbers, booleans, null, lists and objects.

    Raises EntryInvalid for floats, other types and numbers that JavaScript would round: what has
    two spellings cannot be committed to.
    """
    _require_plain(value)
    text = json.dumps(_sorted(value), ensure_ascii=False, separators=(",", ":"))
    try:
        return text.encode("utf-8")
    except UnicodeEncodeError as error:
        raise EntryInvalid("a text holds half a surrogate pair") from error


def _require_plain(value: Any) -> None:
    match value:
        case None | bool() | str():
            return
        case int():
            if abs(value) > _MAX_SAFE_INTEGER:
                raise EntryInvalid(f"a number beyond 2^53-1 cannot be written safely: {value}")
        case list() | tuple():
            for item in value:
                _require_plain(item)
        case dict():
            for name, item in value.items():
                if not isinstance(name, str):
                    raise EntryInvalid("an object's names have to be text")
                _require_plain(item)
        case _:
            raise EntryInvalid(f"{type(value).__name__} has no canonical form here")


def _sorted(value: Any) -> Any:
    # RFC 8785 section 3.2.3 sorts names by their UTF-16 code units, not by code points.
    if isinstance(value, dict):
        names = sorted(value, key=lambda name: name.encode("utf-16-be", "surrogatepass"))
        return {name: _sorted(value[name]) for name in names}
    if isinstance(value, list | tuple):
        return [_sorted(item) for item in value]
    return value


def to_base64(raw: bytes) -> str:
    """Return RFC 4648 section 4 base64 with padding."""
    return base64.b64encode(raw).decode("ascii")


def from_base64(text: str) -> bytes:
    """Return the bytes of strict base64: padded, one spelling only; raises EntryInvalid."""
    try:
        raw = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise EntryInvalid("not base64") from error
    if to_base64(raw) != text:
        raise EntryInvalid("base64 in an unusual spelling")
    return raw
