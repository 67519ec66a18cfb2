"""Obligations as the database would hold them after a given course, for checks that read them."""

from __future__ import annotations

from datetime import datetime, timedelta

from tests.customers import customer
from trustkeep.accounts.models import Account
from trustkeep.kernel.ids import new_id
from trustkeep.lifecycle import deadlines
from trustkeep.lifecycle.models import Obligation
from trustkeep.lifecycle.stages import Stage


def contract_end(
    ended: datetime,
    *,
    shut: datetime | None = None,
    begun: datetime | None = None,
    erased: datetime | None = None,
    cause: str = "contract-end",
    stage: Stage | None = None,
    at: datetime | None = None,
) -> Obligation:
    """Enter an end with the times that it had."""
    name = f"A{new_id().hex[-8:]}"
    account = customer(name)
    return Obligation.objects.create(
        account=Account.objects.get(pk=account.id),
        cause=cause,
        commitment=b"c" * 32,
        trusted_at=ended,
        lock_by=deadlines.lock_by(ended),
        not_before=begun if cause != "contract-end" and begun else ended + deadlines.DELETE_AFTER,
        done_by=ended + deadlines.DELETE_AFTER + deadlines.DELETE_MARGIN,
        stage=stage or (Stage.PURGED if erased else Stage.LOCKED),
        stage_at=at or erased or ended,
        made_at=ended,
        made_by="jonas",
        proved_at=shut,
        begun_at=begun or (erased - timedelta(minutes=5) if erased else None),
        erased_at=erased,
    )
