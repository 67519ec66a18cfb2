"""How far a deletion is: its plan, each step with its counts, each system, and what holds it up."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from trustkeep.lifecycle.holding import is_held
from trustkeep.lifecycle.models import Approval, IssuedReceipt, Obligation, Step
from trustkeep.lifecycle.planning import EARLY, PLAN, PlanShown, plan_of
from trustkeep.lifecycle.planning import shown as plan_shown
from trustkeep.lifecycle.stages import OPEN, Stage, StepKind, StepState, Trouble
from trustkeep.lifecycle.systems.judging import State
from trustkeep.lifecycle.systems.models import Delivery, System

_STORES = (StepKind.OBJECTS, StepKind.ROWS, StepKind.BY_HAND)
_SYSTEMS = (StepKind.SYSTEM_ERASE, StepKind.SYSTEM_VERIFY)


@dataclass(frozen=True, slots=True)
class StoreShown:
    """One store: what was planned, and what is gone; None before anybody has looked."""

    name: str
    planned: int | None
    state: StepState | None
    matched: int | None
    deleted: int | None
    remaining: int | None
    trouble: str


@dataclass(frozen=True, slots=True)
class SystemShown:
    """One connected system; ``state`` is empty before it was told, ``outcome`` before it answered.

    ``items`` is what it said that it would erase; None where it could not say.
    """

    name: str
    items: int | None
    state: str
    outcome: str
    instructed_at: datetime | None
    answered_at: datetime | None


@dataclass(frozen=True, slots=True)
class ErasureShown:
    """One deletion with its plan; ``asked_by`` cannot be who approves, where it is not empty."""

    id: uuid.UUID
    scope: str
    stage: Stage
    plan: PlanShown | None
    asked_by: str
    approved_by: tuple[str, ...]
    done_by: datetime
    begun_at: datetime | None
    erased_at: datetime | None
    held: bool
    troubles: tuple[Trouble, ...]
    stores: tuple[StoreShown, ...]
    systems: tuple[SystemShown, ...]
    receipts: tuple[uuid.UUID, ...]
    verified_at: datetime | None
    systems_settled: bool

    @property
    def waits_for_approval(self) -> bool:
        """Whether somebody has to say yes to the present plan."""
        waiting = self.stage in (Stage.LOCKED, Stage.PURGE_PENDING)
        return waiting and self.plan is not None and not self.approved_by

    @property
    def waits_for_a_hand(self) -> bool:
        """Whether somebody has to delete something by hand."""
        return Trouble.BY_HAND in self.troubles

    @property
    def is_done(self) -> bool:
        """Whether nothing is left here and every system has answered; unknown is no answer."""
        return self.erased_at is not None and self.systems_settled


def erasure(obligation_id: uuid.UUID) -> ErasureShown | None:
    """Return how far a deletion is; None if it was called off."""
    row = Obligation.objects.filter(pk=obligation_id).first()
    if row is None or row.stage in (Stage.CANCELLED, Stage.REINSTATED):
        return None
    steps = list(Step.objects.filter(obligation=row).order_by("phase", "rank"))
    plan = plan_of(row)
    shown = plan_shown(plan) if plan else None
    asked = Approval.objects.filter(obligation=row, what=EARLY).order_by("at").last()
    said = Approval.objects.filter(obligation=row, what=PLAN, digest=row.plan_digest)
    seen = [one.settled_at for one in steps if one.kind == StepKind.VERIFY]
    return ErasureShown(
        id=row.id,
        scope=row.scope,
        stage=Stage(row.stage),
        plan=shown,
        asked_by=asked.by if asked else "",
        approved_by=tuple(said.values_list("by", flat=True)),
        done_by=row.done_by,
        begun_at=row.begun_at,
        erased_at=row.erased_at,
        held=row.account_id is not None and is_held(row.account_id),
        troubles=_troubles(steps),
        stores=_stores(shown, steps),
        systems=_systems(shown, steps),
        receipts=tuple(
            IssuedReceipt.objects.filter(obligation=row)
            .order_by("issued_at")
            .values_list("pk", flat=True)
        ),
        verified_at=next(iter(seen), None),
        systems_settled=not any(one.kind in _SYSTEMS and one.state in OPEN for one in steps),
    )


def _troubles(steps: Sequence[Step]) -> tuple[Trouble, ...]:
    found = [Trouble(one.trouble) for one in steps if one.state in OPEN and one.trouble]
    return tuple(dict.fromkeys(found))


def _stores(plan: PlanShown | None, steps: Sequence[Step]) -> tuple[StoreShown, ...]:
    planned = dict(plan.counts) if plan else {}
    done = {one.target or one.kind: one for one in steps if one.kind in _STORES}
    names = [*planned, *(name for name in done if name not in planned)]
    return tuple(_store(name, planned.get(name), done.get(name)) for name in names)


def _store(name: str, planned: int | None, step: Step | None) -> StoreShown:
    if step is None:
        return StoreShown(name, planned, None, None, None, None, "")
    return StoreShown(
        name,
        planned,
        StepState(step.state),
        step.matched,
        step.deleted,
        step.remaining,
        step.trouble,
    )


def _systems(plan: PlanShown | None, steps: Sequence[Step]) -> tuple[SystemShown, ...]:
    planned = dict(plan.systems) if plan else {}
    told = [one for one in steps if one.kind == StepKind.SYSTEM_ERASE]
    ids = {one.target.partition(":")[0] for one in told} | set(planned)
    names = {str(one.id): one.name for one in System.objects.filter(pk__in=ids)}
    if not told:
        return tuple(
            SystemShown(names.get(one, one), items, "", "", None, None)
            for one, items in planned.items()
        )
    return tuple(_system(one, names, planned) for one in told)


def _system(step: Step, names: dict[str, str], planned: dict[str, int | None]) -> SystemShown:
    system = step.target.partition(":")[0]
    row = Delivery.objects.filter(pk=step.told["delivery"]).first() if step.told else None
    return SystemShown(
        names.get(system, system),
        planned.get(system),
        row.state if row else State.DUE.value,
        row.outcome if row else "",
        row.instructed_at if row else None,
        row.answered_at if row else None,
    )
