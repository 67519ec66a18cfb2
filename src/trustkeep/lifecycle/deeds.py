"""Entries about an account's end. Their bodies hold opaque ids and counts, and outlive its key."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from trustkeep.evidence.actions import Appended, append
from trustkeep.evidence.kinds import Kind
from trustkeep.kernel.clock import isoformat
from trustkeep.lifecycle.models import Deed, Obligation

LOCKED = "locked-after-contract-end"
DELETED = "deleted-after-contract-end"
REQUESTED = "deletion-on-request"
_OF_LOCK = frozenset({Kind.CONTRACT_ENDED, Kind.ACCOUNT_LOCKED, Kind.DOORS_TRIED})


def note(kind: Kind, *, obligation: Obligation, told: Mapping[str, Any], now: datetime) -> Appended:
    """Append an entry about an obligation in the caller's transaction, and keep what it says."""
    body = {"obligation": str(obligation.id), **told, "at": isoformat(now)}
    entry = append(
        kind=kind,
        body=body,
        now=now,
        promise_id=promise_of(obligation, kind),
        account=bytes(obligation.commitment) or None,
    )
    _keep(entry, kind, body, now, obligation=obligation.id, account=obligation.account_id)
    return entry


def note_account(
    kind: Kind, *, account: uuid.UUID, commitment: bytes, told: Mapping[str, Any], now: datetime
) -> Appended:
    """Append an entry about an account that has no obligation, or apart from it."""
    body = {**told, "at": isoformat(now)}
    entry = append(kind=kind, body=body, now=now, promise_id=DELETED, account=commitment)
    _keep(entry, kind, body, now, account=account)
    return entry


def note_house(kind: Kind, *, told: Mapping[str, Any], now: datetime) -> Appended:
    """Append an entry about the installation itself."""
    body = {**told, "at": isoformat(now)}
    entry = append(kind=kind, body=body, now=now, promise_id=DELETED)
    _keep(entry, kind, body, now)
    return entry


def promise_of(obligation: Obligation, kind: Kind) -> str:
    """Return the promise that an entry about an obligation is evidence for."""
    if kind in _OF_LOCK:
        return LOCKED
    return DELETED if obligation.cause == "contract-end" else REQUESTED


def _keep(
    entry: Appended,
    kind: Kind,
    body: Mapping[str, Any],
    now: datetime,
    *,
    obligation: uuid.UUID | None = None,
    account: uuid.UUID | None = None,
) -> None:
    Deed.objects.create(
        entry_index=entry.index,
        obligation_id=obligation,
        account_id=account,
        kind=kind.value,
        at=now,
        body=body,
        salt=entry.salt,
    )
