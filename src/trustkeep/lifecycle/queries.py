"""Obligations, holds and what is due, as plain values."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import date, datetime

from trustkeep.lifecycle.edges import ACCOUNT
from trustkeep.lifecycle.holding import reason_of
from trustkeep.lifecycle.models import Approval, Hold, Obligation
from trustkeep.lifecycle.planning import EARLY, REINSTATE, PlanShown, plan_of
from trustkeep.lifecycle.planning import shown as plan_shown
from trustkeep.lifecycle.stages import BEFORE_PURGING, ENDED, Stage


@dataclass(frozen=True, slots=True)
class ObligationShown:
    """Where an account's end stands, with its times and what waits for a second person."""

    id: uuid.UUID
    stage: Stage
    made_at: datetime
    trusted_at: datetime
    lock_by: datetime | None
    locked_at: datetime | None
    proved_at: datetime | None
    not_before: datetime
    done_by: datetime
    begun_at: datetime | None
    erased_at: datetime | None
    key_destroyed_at: datetime | None
    plan: PlanShown | None
    asked_by: str
    reinstatement_asked_by: str

    @property
    def can_return(self) -> bool:
        """Whether two people can still let the customer in again."""
        return self.stage in (Stage.LOCKED, Stage.PURGE_PENDING)

    @property
    def is_scheduled(self) -> bool:
        """Whether the contract has not ended yet."""
        return self.stage is Stage.TERMINATING


@dataclass(frozen=True, slots=True)
class HoldShown:
    """A legal hold with its reason."""

    id: uuid.UUID
    store: str
    basis: str
    reason: str
    owner: str
    review_date: date
    placed_at: datetime
    released_at: datetime | None


def obligation_of(account_id: uuid.UUID) -> Obligation | None:
    """Return the newest obligation of a whole account."""
    rows = Obligation.objects.filter(account=account_id, scope=ACCOUNT)
    return rows.order_by("-generation").first()


def shown_of(account_id: uuid.UUID) -> ObligationShown | None:
    """Return where an account's end stands; None if none was ever entered."""
    row = obligation_of(account_id)
    if row is None:
        return None
    plan = plan_of(row)
    asked = Approval.objects.filter(obligation=row, what=EARLY, digest=row.plan_digest).first()
    back = Approval.objects.filter(obligation=row, what=REINSTATE).first()
    return ObligationShown(
        id=row.id,
        stage=Stage(row.stage),
        made_at=row.made_at,
        trusted_at=row.trusted_at,
        lock_by=row.lock_by,
        locked_at=row.locked_at,
        proved_at=row.proved_at,
        not_before=row.not_before,
        done_by=row.done_by,
        begun_at=row.begun_at,
        erased_at=row.erased_at,
        key_destroyed_at=row.key_destroyed_at,
        plan=plan_shown(plan) if plan else None,
        asked_by=asked.by if asked and row.stage in BEFORE_PURGING else "",
        reinstatement_asked_by=back.by if back and row.stage in BEFORE_PURGING else "",
    )


def holds_of(account_id: uuid.UUID) -> list[HoldShown]:
    """Return an account's holds, those in force first."""
    rows = Hold.objects.filter(account=account_id).select_related("owner").order_by("-placed_at")
    found = [
        HoldShown(
            row.id,
            row.store,
            row.basis,
            reason_of(row),
            row.owner.name,
            row.review_date,
            row.placed_at,
            row.released_at,
        )
        for row in rows
    ]
    return sorted(found, key=lambda one: one.released_at is not None)


def due_by_account() -> dict[uuid.UUID, datetime]:
    """Return for each account with an open end the next of its deadlines."""
    rows = Obligation.objects.filter(scope=ACCOUNT, erased_at__isnull=True)
    found = {}
    for row in rows.exclude(stage__in=ENDED).select_related("account"):
        waits_for_lock = row.proved_at is None and row.lock_by is not None
        due = row.lock_by if waits_for_lock else row.done_by
        if due is not None:
            found[row.customer.id] = due
    return found
