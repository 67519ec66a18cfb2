"""Sealing values where parts keep them: one call to write a column, one to read it.

The row is named by its primary key as text, so it must be chosen before the value is sealed: give
such tables a UUID key. Tokens belong into a `BinaryField`. New values are sealed with the account's
current key; old ones are opened with the version they name.
"""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID

from trustkeep.vault.keys import COMPANY, installed
from trustkeep.vault.sealing import Place, key_version, seal, unseal

__all__ = [
    "COMPANY",
    "Place",
    "blind_indexes",
    "seal_bytes",
    "seal_json",
    "seal_text",
    "unseal_bytes",
    "unseal_json",
]


def seal_bytes(place: Place, value: bytes) -> bytes:
    """Return the token of `value` for its place."""
    return seal(installed().account_key(place.account), place, value)


def unseal_bytes(place: Place, token: bytes | memoryview) -> bytes:
    """Return what was sealed for this place.

    Raises the refusals of `trustkeep.vault.sealing`, and `KeyDestroyed` once the key is gone.
    """
    raw = bytes(token)
    return unseal(installed().account_key(place.account, key_version(raw)), place, raw)


def seal_text(place: Place, value: str) -> bytes:
    return seal_bytes(place, value.encode())


def unseal_text(place: Place, token: bytes | memoryview) -> str:
    return unseal_bytes(place, token).decode()


def seal_json(place: Place, value: object) -> bytes:
    """Return the token of a JSON value; TypeError for what JSON cannot hold."""
    return seal_bytes(place, json.dumps(value, ensure_ascii=False, allow_nan=False).encode())


def unseal_json(place: Place, token: bytes | memoryview) -> Any:
    return json.loads(unseal_bytes(place, token))


def blind_indexes(account: UUID, table: str, column: str, value: str) -> list[str]:
    """Return the digests under which `value` may be found, the current key version's first.

    Write the first; look up with ``IN`` all of them, so that rows are found while a rotation
    re-seals them.
    """
    ring = installed()
    current = ring.account_key(account)
    older = (
        ring.account_key(account, version)
        for version, state in reversed(ring.versions(account).items())
        if state == "retired"
    )
    return [key.blind_index(table, column, value) for key in (current, *older)]
