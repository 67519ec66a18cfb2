"""Moving an obligation along its edges: row, account, steps and entry in one transaction."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from django.db.models import F, Min, Q

from trustkeep.accounts.models import Account
from trustkeep.accounts.states import AccountState
from trustkeep.evidence.kinds import Kind
from trustkeep.kernel.errors import TrustkeepError
from trustkeep.lifecycle import deeds
from trustkeep.lifecycle.models import Doomed, Obligation, Step
from trustkeep.lifecycle.stages import (
    EDGES,
    ENDED,
    OPEN,
    STATE_OF,
    Phase,
    Stage,
    StepState,
    Why,
)

ACCOUNT = "account"


class EdgeRefused(TrustkeepError):
    """An obligation cannot go there from where it stands."""

    sentence = "The account stands at “{stage}”; from there it cannot become “{wanted}”."


class NothingUnderWay(TrustkeepError):
    """Nobody ended the contract."""

    sentence = "The contract of this account has not been ended, so there is nothing to change."


def open_obligation(account_id: uuid.UUID) -> Obligation:
    """Return the open obligation of a whole account, locked; raises NothingUnderWay."""
    rows = Obligation.objects.select_for_update().exclude(stage__in=ENDED)
    row = rows.filter(account=account_id, scope=ACCOUNT).first()
    if row is None:
        raise NothingUnderWay
    return row


def move(
    row: Obligation, stage: Stage, *, by: str, now: datetime, told: dict[str, Any] | None = None
) -> None:
    """Move an obligation, and its account with it; raises EdgeRefused."""
    if stage not in EDGES[Stage(row.stage)]:
        raise EdgeRefused(stage=row.stage, wanted=stage.value)
    was = row.stage
    row.stage, row.stage_at = stage, now
    if stage is Stage.CLOSED:
        row.closed_at, row.sealed = now, b""
        Doomed.objects.filter(obligation=row).delete()
    row.save()
    if row.scope == ACCOUNT:
        _move_account(row, stage, now)
    if stage in (Stage.CANCELLED, Stage.REINSTATED):
        why = Why.CANCELLED if stage is Stage.CANCELLED else Why.REINSTATED
        _drop_steps(row, why, now)
    body = {"from": was, "to": stage.value, "by": by, **(told or {})}
    deeds.note(_kind(row, stage), obligation=row, told=body, now=now)


def enter_purging(row: Obligation, *, now: datetime) -> bool:
    """Pass the point of no return by compare-and-set; return whether this call passed it.

    Who placed a hold, or brought the account back, in the same instant has changed the row first,
    and then nothing matches; or comes after it, and finds ``purging``.
    """
    passed = Obligation.objects.filter(
        pk=row.pk,
        stage=Stage.PURGE_PENDING,
        hold_count=0,
        not_before__lte=now,
        plan_digest=row.plan_digest,
    ).update(begun_at=now)
    if not passed:
        return False
    row.begun_at = now
    move(row, Stage.PURGING, by="engine", now=now, told={"plan": row.plan_digest})
    return True


def settle_phase(obligation_id: uuid.UUID) -> None:
    """Work out the earliest phase that still has an open step that others wait for."""
    open_ = Step.objects.filter(obligation=obligation_id, outside=False, state__in=OPEN)
    phase = open_.aggregate(phase=Min("phase"))["phase"]
    Obligation.objects.filter(pk=obligation_id).update(phase=phase or Phase.OVER)


def wake(obligations: Q, *, now: datetime) -> None:
    """Let waiting steps of these obligations look again at once."""
    Step.objects.filter(obligation__in=Obligation.objects.filter(obligations)).filter(
        state=StepState.DUE,
        lease__isnull=True,
        trouble__in=("held", "not-approved", "plan-drifted", "by-hand", "last-owner"),
    ).update(next_at=now)


def wake_one(obligation_id: uuid.UUID, *, now: datetime) -> None:
    """Let the waiting steps of one obligation look again at once."""
    wake(Q(pk=obligation_id), now=now)


def _move_account(row: Obligation, stage: Stage, now: datetime) -> None:
    changes: dict[str, Any] = {"state": STATE_OF[stage], "state_at": now}
    if STATE_OF[stage] is AccountState.ACTIVE:
        changes["ends_at"] = None
    elif stage is Stage.LOCKED:
        # Every write carries the generation; what was prepared before the lock fits no more.
        changes["generation"] = F("generation") + 1
    Account.objects.filter(pk=row.customer.id).update(**changes)


def _drop_steps(row: Obligation, why: Why, now: datetime) -> None:
    Step.objects.filter(obligation=row, state__in=OPEN).update(
        state=StepState.NOT_APPLICABLE,
        reason=why,
        trouble="",
        settled_at=now,
        lease=None,
        lease_until=None,
    )
    settle_phase(row.id)


def _kind(row: Obligation, stage: Stage) -> Kind:
    if row.scope == ACCOUNT and stage in (Stage.CANCELLED, Stage.REINSTATED):
        return Kind.CONTRACT_ENDED
    return Kind.ERASURE_MOVED
