"""Systems and deliveries as plain values, never with a secret."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import models

from trustkeep.kernel.errors import TrustkeepError
from trustkeep.lifecycle.systems.judging import OPEN, State
from trustkeep.lifecycle.systems.keeping import kind_of, settings_of
from trustkeep.lifecycle.systems.models import Attempt, Delivery, System
from trustkeep.lifecycle.systems.ports import SystemKind

MOST = 500


class NoSuchSystem(TrustkeepError):
    """No system has this id."""

    sentence = "There is no connected system {id}."


class NoSuchDelivery(TrustkeepError):
    """No delivery has this id."""

    sentence = "There is no delivery {id}."


@dataclass(frozen=True, slots=True)
class SystemShown:
    """A connected system; ``settings`` are those that are no secret."""

    id: uuid.UUID
    name: str
    kind: SystemKind
    enabled: bool
    expects_data: bool
    added_at: datetime
    changed_at: datetime
    retired_at: datetime | None
    closed_until: datetime | None
    answered_at: datetime | None
    trouble: str
    waiting: int = 0
    stalled: int = 0


@dataclass(frozen=True, slots=True)
class DeliveryShown:
    """What one system was told and where that stands: what the receipt needs."""

    id: uuid.UUID
    system: uuid.UUID
    system_name: str
    act: str
    account: uuid.UUID
    scope: str
    reference: str
    key: str
    generation: int
    deadline: datetime
    made_at: datetime
    state: State
    outcome: str
    trouble: str
    detail: str
    reason: str
    attempts: int
    next_at: datetime | None
    instructed_at: datetime | None
    answered_at: datetime | None
    settled_at: datetime | None
    settled_by: str
    called_at: datetime | None
    expected_at: datetime | None
    planned: int | None
    matched: int | None
    deleted: int | None
    remaining: int | None
    proof: str

    @property
    def is_done(self) -> bool:
        """Whether nothing is left to do: confirmed, already gone, or not applicable."""
        return self.state in (State.DONE, State.NOT_APPLICABLE)

    @property
    def needs_somebody(self) -> bool:
        """Whether a person was called and it is not done yet."""
        return self.called_at is not None and not self.is_done


@dataclass(frozen=True, slots=True)
class AttemptShown:
    """One time a system was asked."""

    number: int
    at: datetime
    took: timedelta
    outcome: str
    trouble: str
    detail: str


def systems(*, retired: bool = True) -> list[SystemShown]:
    """Return all systems by name, those in use first."""
    rows = System.objects.order_by("name") if retired else _in_use().order_by("name")
    found = [_system(row, _counts(row)) for row in rows]
    return sorted(found, key=lambda one: one.retired_at is not None)


def system(system_id: uuid.UUID) -> SystemShown:
    """Return one system; raises NoSuchSystem."""
    row = row_of(system_id)
    return _system(row, _counts(row))


def open_settings(system_id: uuid.UUID) -> dict[str, str]:
    """Return the settings of a system that are no secret; raises NoSuchSystem."""
    row = row_of(system_id)
    secret = {one.name for one in kind_of(row.kind).fields if one.secret}
    told = {one.name for one in kind_of(row.kind).fields} - secret
    return {name: value for name, value in settings_of(row).items() if name in told}


def row_of(system_id: uuid.UUID) -> System:
    row = System.objects.filter(pk=system_id).first()
    if row is None:
        raise NoSuchSystem(id=system_id)
    return row


def deliveries(
    *,
    system_id: uuid.UUID | None = None,
    account: uuid.UUID | None = None,
    states: Sequence[State] = (),
    limit: int = MOST,
) -> list[DeliveryShown]:
    """Return deliveries, the newest first, of one system or account or of all."""
    rows = Delivery.objects.select_related("system").order_by("-made_at", "id")
    if system_id is not None:
        rows = rows.filter(system=system_id)
    if account is not None:
        rows = rows.filter(account=account)
    if states:
        rows = rows.filter(state__in=states)
    return [shown(row) for row in rows[:limit]]


def delivery(delivery_id: uuid.UUID) -> DeliveryShown:
    """Return one delivery; raises NoSuchDelivery."""
    row = Delivery.objects.select_related("system").filter(pk=delivery_id).first()
    if row is None:
        raise NoSuchDelivery(id=delivery_id)
    return shown(row)


def attempts(delivery_id: uuid.UUID, *, limit: int = MOST) -> list[AttemptShown]:
    """Return the newest attempts of a delivery, newest first."""
    rows = Attempt.objects.filter(delivery=delivery_id).order_by("-number")[:limit]
    return [
        AttemptShown(
            row.number,
            row.at,
            timedelta(milliseconds=row.took_ms),
            row.outcome,
            row.trouble,
            row.detail,
        )
        for row in rows
    ]


def calling() -> list[DeliveryShown]:
    """Return what a person was called for and has not been done since, the oldest first."""
    rows = Delivery.objects.select_related("system").filter(called_at__isnull=False, state__in=OPEN)
    return [shown(row) for row in rows.order_by("called_at")[:MOST]]


def shown(row: Delivery) -> DeliveryShown:
    """Return a row as it is shown."""
    return DeliveryShown(
        id=row.id,
        system=row.system_id,
        system_name=row.system.name,
        act=row.act,
        account=row.account,
        scope=row.scope,
        reference=row.reference,
        key=row.key,
        generation=row.generation,
        deadline=row.deadline,
        made_at=row.made_at,
        state=State(row.state),
        outcome=row.outcome,
        trouble=row.trouble,
        detail=row.detail,
        reason=row.reason,
        attempts=row.attempts,
        next_at=row.next_at,
        instructed_at=row.instructed_at,
        answered_at=row.answered_at,
        settled_at=row.settled_at,
        settled_by=row.settled_by,
        called_at=row.called_at,
        expected_at=row.expected_at,
        planned=row.planned,
        matched=row.matched,
        deleted=row.deleted,
        remaining=row.remaining,
        proof=row.proof,
    )


def _in_use() -> models.QuerySet[System]:
    return System.objects.filter(retired_at__isnull=True)


def _counts(row: System) -> tuple[int, int]:
    found = Delivery.objects.filter(system=row)
    waiting = found.filter(state__in=(State.DUE, State.AWAITING)).count()
    return waiting, found.filter(state=State.STALLED).count()


def _system(row: System, counts: tuple[int, int]) -> SystemShown:
    return SystemShown(
        id=row.id,
        name=row.name,
        kind=SystemKind(row.kind),
        enabled=row.enabled,
        expects_data=row.expects_data,
        added_at=row.added_at,
        changed_at=row.changed_at,
        retired_at=row.retired_at,
        closed_until=row.closed_until,
        answered_at=row.answered_at,
        trouble=row.trouble,
        waiting=counts[0],
        stalled=counts[1],
    )
