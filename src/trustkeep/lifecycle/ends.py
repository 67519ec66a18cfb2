"""Every contract that has ended, as the checks of the two promises read it."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Max

from trustkeep.lifecycle.deadlines import DELETE_MARGIN
from trustkeep.lifecycle.edges import ACCOUNT
from trustkeep.lifecycle.models import Hold, Obligation
from trustkeep.lifecycle.stages import Stage


@dataclass(frozen=True, slots=True)
class ContractEnd:
    """One contract's end.

    ``shut_at`` is when every door had been tried and was refused, ``erased_at`` when the second
    reader had confirmed that nothing is left. ``held``: a legal hold in force keeps it; ``done_by``
    then counts from its release. ``back_at`` is when two people let the customer in again.
    """

    account: uuid.UUID
    ended_at: datetime
    lock_by: datetime
    shut_at: datetime | None
    not_before: datetime
    done_by: datetime
    begun_at: datetime | None
    erased_at: datetime | None
    on_request: bool
    held: bool
    back_at: datetime | None


def contract_ends(now: datetime) -> list[ContractEnd]:
    """Return every contract that ended by `now`, the first first."""
    rows = Obligation.objects.filter(scope=ACCOUNT, trusted_at__lte=now)
    found = rows.exclude(stage=Stage.CANCELLED).order_by("trusted_at", "id")
    holds = Hold.objects.filter(account__in=found.values("account"))
    held = set(holds.filter(released_at__isnull=True).values_list("account", flat=True))
    released = dict(holds.values_list("account").annotate(at=Max("released_at")).order_by())
    return [_end(row, row.account_id in held, released) for row in found]


def _end(row: Obligation, held: bool, released: Mapping[uuid.UUID, datetime]) -> ContractEnd:
    freed_at = released.get(row.account_id)
    done_by = max(row.done_by, freed_at + DELETE_MARGIN) if freed_at else row.done_by
    assert row.lock_by
    return ContractEnd(
        account=row.account_id,
        ended_at=row.trusted_at,
        lock_by=row.lock_by,
        shut_at=row.proved_at,
        not_before=row.not_before,
        done_by=done_by,
        begun_at=row.begun_at,
        erased_at=row.erased_at,
        on_request=row.cause != "contract-end",
        held=held,
        back_at=row.stage_at if row.stage == Stage.REINSTATED else None,
    )
