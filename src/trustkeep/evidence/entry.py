"""The leaf: canonical JSON that says what kind of thing happened when, and commits to the detail.

A leaf holds no personal data and no customer's name. The detail (the body) stays with the part that
owns it; the leaf carries its commitment: SHA-256 over a tag, a random 32-byte salt and the body's
canonical JSON. Who destroys the salt makes the leaf meaningless while the log still verifies. Pure.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from trustkeep.evidence.canonical import NotCanonical, canonical, from_base64, quoted, to_base64

VERSION = 1
MAX_LEAF = 64 * 1024 - 1
"""The largest leaf in bytes: what the two length bytes of an entry tile can say (tlog-tiles)."""
MAX_BODY = 512 * 1024
"""The largest body in bytes, so that a receipt that carries it stays a small file."""
SALT_SIZE = 32
DIGEST_SIZE = 32

_BODY_TAG = b"trustkeep/body/v1\x00"
_ACCOUNT_TAG = b"trustkeep/account/v1\x00"
_REQUIRED = {"v", "type", "at", "seq", "body_digest"}
_OPTIONAL = {"promise_id", "account"}
_AT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{3}Z")


class EntryInvalid(ValueError):
    """The bytes are not a leaf of this log, or there is nothing that can be committed to."""


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
        return leaf_of(
            self.type, self.at, self.seq, self.body_digest, self.promise_id, self.account
        )


def leaf_of(
    type: str,
    at: str,
    seq: int,
    body_digest: bytes,
    promise_id: str | None = None,
    account: bytes | None = None,
) -> bytes:
    """Return the canonical bytes of an entry; raises EntryInvalid if they are too long."""
    # Written out in the canonical order, since every append waits for this; a test compares it
    # with `canonical`.
    of_account = f'"account":"{to_base64(account)}",' if account is not None else ""
    of_promise = f'"promise_id":{quoted(promise_id)},' if promise_id is not None else ""
    leaf = (
        f'{{{of_account}"at":{quoted(at)},"body_digest":"{to_base64(body_digest)}",'
        f'{of_promise}"seq":{seq},"type":{quoted(type)},"v":{VERSION}}}'
    ).encode()
    _require_leaf_size(leaf)
    return leaf


def parse(leaf: bytes) -> Entry:
    """Return the entry of canonical leaf bytes; raises EntryInvalid for anything else."""
    _require_leaf_size(leaf)
    plain = _canonical_object(leaf)
    names = set(plain)
    if not names >= _REQUIRED or names - _REQUIRED - _OPTIONAL:
        raise EntryInvalid("the leaf lacks a field or has one too many")
    if plain["v"] is True or plain["v"] != VERSION:
        raise EntryInvalid(f"the leaf has version {plain['v']}, this verifier knows {VERSION}")
    _require_types(plain)
    return Entry(
        type=plain["type"],
        at=plain["at"],
        seq=plain["seq"],
        body_digest=_digest(plain["body_digest"]),
        promise_id=plain.get("promise_id"),
        account=_digest(plain["account"]) if "account" in plain else None,
    )


def _require_leaf_size(leaf: bytes) -> None:
    if len(leaf) > MAX_LEAF:
        raise EntryInvalid(f"a leaf has at most {MAX_LEAF} bytes, this one {len(leaf)}")


def _canonical_object(leaf: bytes) -> dict[str, Any]:
    try:
        plain = json.loads(leaf)
        spelled_canonically = canonical(plain) == leaf
    except NotCanonical as error:
        raise EntryInvalid(f"the leaf is not canonical JSON: {error}") from error
    except (ValueError, RecursionError) as error:
        raise EntryInvalid("the leaf is not JSON") from error
    if not isinstance(plain, dict) or not spelled_canonically:
        raise EntryInvalid("the leaf is not an object in canonical JSON (RFC 8785)")
    return plain


def _require_types(plain: Mapping[str, Any]) -> None:
    for name in ("type", "at", "body_digest", *sorted(_OPTIONAL & set(plain))):
        if not isinstance(plain[name], str):
            raise EntryInvalid(f"the leaf's “{name}” is not a text")
    if type(plain["seq"]) is not int or plain["seq"] < 0:
        raise EntryInvalid("the leaf's “seq” is not a whole number from 0 on")
    try:
        datetime.fromisoformat(plain["at"])
    except ValueError as error:
        raise EntryInvalid("the leaf's “at” is not an instant") from error
    if not _AT.fullmatch(plain["at"]):
        raise EntryInvalid("the leaf's “at” is not in UTC with milliseconds")


def _digest(text: str) -> bytes:
    try:
        digest = from_base64(text)
    except NotCanonical as error:
        raise EntryInvalid(f"a digest of the leaf is {error}") from error
    if len(digest) != DIGEST_SIZE:
        raise EntryInvalid(f"a digest of the leaf has {len(digest)} bytes, not {DIGEST_SIZE}")
    return digest


def commit(salt: bytes, body: Mapping[str, Any]) -> bytes:
    """Return the commitment to `body` under `salt` (32 random bytes).

    Raises EntryInvalid for an empty or too large body or a salt of another length, since such
    would not hide, bind or travel; and NotCanonical for a body without a canonical form.
    """
    _require_salt(salt)
    if not body:
        raise EntryInvalid("an entry needs something to commit to: the body is empty")
    spelled = canonical(body)
    if len(spelled) > MAX_BODY:
        raise EntryInvalid(f"a body has at most {MAX_BODY} bytes, this one {len(spelled)}")
    return hashlib.sha256(_BODY_TAG + salt + spelled).digest()


def commit_account(salt: bytes, account_id: bytes) -> bytes:
    """Return the commitment to a customer account; its salt dies with the account's key."""
    _require_salt(salt)
    return hashlib.sha256(_ACCOUNT_TAG + salt + account_id).digest()


def _require_salt(salt: bytes) -> None:
    if len(salt) != SALT_SIZE:
        raise EntryInvalid(f"a salt has {SALT_SIZE} bytes, this one {len(salt)}")
