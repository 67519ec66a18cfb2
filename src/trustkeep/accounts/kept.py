"""What rests sealed in an account's row: the salt of its commitment, the customer's contact."""

from __future__ import annotations

import base64
import os
import uuid
from dataclasses import dataclass

from trustkeep.vault.fields import seal_json, unseal_json
from trustkeep.vault.sealing import Place

SALT_BYTES = 32


@dataclass(frozen=True, slots=True)
class Kept:
    """``salt`` turns the id into the log's commitment; ``dpo_contact`` is an address or empty."""

    salt: bytes
    dpo_contact: str = ""


def new_salt() -> bytes:
    """Return a salt that was never used before."""
    return os.urandom(SALT_BYTES)


def seal_kept(account_id: uuid.UUID, kept: Kept) -> bytes:
    """Return the token for the row's ``sealed`` column; the account's key has to exist."""
    salt = base64.b64encode(kept.salt).decode("ascii")
    return seal_json(_place(account_id), {"salt": salt, "dpo_contact": kept.dpo_contact})


def unseal_kept(account_id: uuid.UUID, sealed: bytes | memoryview) -> Kept:
    """Return what was sealed; raises KeyDestroyed once the account was erased."""
    document = unseal_json(_place(account_id), sealed)
    return Kept(base64.b64decode(document["salt"]), document["dpo_contact"])


def _place(account_id: uuid.UUID) -> Place:
    return Place(account_id, "accounts_account", "sealed", str(account_id))
