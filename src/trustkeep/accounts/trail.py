"""Entries about an account: the log learns a commitment, the account keeps what was committed to.

A leaf names the account by ``SHA-256(salt ‖ id)``. The salt and the bodies rest sealed under the
account's key and die with it; then nobody can tell which leaves were the account's, while the log
still verifies (DATA-PROTECTION.md section 3.7: commit, never publish).
"""

from __future__ import annotations

import base64
import hashlib
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from trustkeep.accounts.kept import unseal_kept
from trustkeep.accounts.models import Account, AccountAct
from trustkeep.evidence.actions import Appended, append
from trustkeep.evidence.kinds import Kind
from trustkeep.vault.fields import seal_json, unseal_json
from trustkeep.vault.sealing import Place


@dataclass(frozen=True, slots=True)
class ActShown:
    """One entry about an account, with what it commits to and the salt that proves it."""

    entry_index: int
    kind: str
    at: datetime
    body: Mapping[str, Any]
    salt: bytes


def commitment(account: Account) -> bytes:
    """Return the 32 bytes under which the log knows the account; raises KeyDestroyed."""
    salt = unseal_kept(account.id, account.sealed).salt
    return hashlib.sha256(salt + account.id.bytes).digest()


def note(
    *,
    account: Account,
    kind: Kind,
    body: Mapping[str, Any],
    now: datetime,
    promise_id: str | None = None,
) -> Appended:
    """Append an entry about an account in the caller's transaction, and keep its body sealed."""
    entry = append(
        kind=kind, body=body, now=now, promise_id=promise_id, account=commitment(account)
    )
    document = {"body": body, "salt": base64.b64encode(entry.salt).decode("ascii")}
    AccountAct.objects.create(
        entry_index=entry.index,
        account=account,
        kind=kind.value,
        at=now,
        sealed=seal_json(_act_place(account.id, entry.index), document),
    )
    return entry


def acts(account_id: uuid.UUID) -> list[ActShown]:
    """Return every entry about an account, oldest first; raises KeyDestroyed after its erasure."""
    rows = AccountAct.objects.filter(account=account_id).order_by("entry_index")
    return [_shown(row) for row in rows]


def _shown(row: AccountAct) -> ActShown:
    document = unseal_json(_act_place(row.account_id, row.entry_index), row.sealed)
    salt = base64.b64decode(document["salt"])
    return ActShown(row.entry_index, row.kind, row.at, document["body"], salt)


def _act_place(account_id: uuid.UUID, entry_index: int) -> Place:
    return Place(account_id, "accounts_accountact", "sealed", str(entry_index))
