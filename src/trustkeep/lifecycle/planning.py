"""The plan: a dry run that counts every store, and what an approval binds to.

The digest covers what was counted. If what is there differs from the plan by more than a tolerance
when the time has come, the engine stops and asks; shortly before the published end it goes on, for
the contract asks for everything to be deleted, and says so in the log.
"""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q

from trustkeep.accounts import customers
from trustkeep.accounts.opening import locked
from trustkeep.evidence.canonical import canonical
from trustkeep.evidence.kinds import Kind
from trustkeep.kernel.errors import TrustkeepError
from trustkeep.lifecycle import deadlines, deeds, parts, stores, telling
from trustkeep.lifecycle.backups.queries import copies_of
from trustkeep.lifecycle.edges import ACCOUNT, open_obligation, wake
from trustkeep.lifecycle.models import Approval, Obligation, Plan, Step
from trustkeep.lifecycle.parts import Part
from trustkeep.lifecycle.receipts import ReceiptNamesPerson, names_person
from trustkeep.lifecycle.stages import Stage, StepKind, StepState
from trustkeep.lifecycle.stores import OBJECTS, Extent
from trustkeep.lifecycle.systems.delivery import plan as plan_of_system
from trustkeep.lifecycle.systems.delivery import targets
from trustkeep.lifecycle.systems.ports import Scope, ScopeKind
from trustkeep.vault.keys import installed
from trustkeep.vault.keystore import KeyState

PLAN, EARLY, REINSTATE, BY_HAND = "plan", "early", "reinstate", "by-hand"
"""What people say yes to; the last, what they say they have deleted by hand."""
TOLERANCE_SHARE, TOLERANCE_ITEMS = 0.05, 20
"""By how much reality may differ from the plan: a share of it, or a few items."""


class PlanChanged(TrustkeepError):
    """Somebody says yes to a plan that is not the present one."""

    sentence = "The plan has changed since. Look at the new one, then approve that."


class SecondPersonNeeded(TrustkeepError):
    """Who asked cannot also agree."""

    sentence = "You asked for this yourself. Somebody else has to agree."


class NotLockedYet(TrustkeepError):
    """Nothing is deleted while the customer still has access."""

    sentence = "The account is not locked yet. End the contract first; then it can be deleted."


@dataclass(frozen=True, slots=True)
class PlanShown:
    """A plan; ``counts`` are items by store, ``systems`` items by connected system.

    ``keys`` is how many versions of the account's key are destroyed with it; ``backups`` those that
    hold the data and are not touched, each with its place and its last day.
    """

    digest: str
    counts: Mapping[str, int]
    bytes: int
    systems: Mapping[str, int | None]
    made_at: datetime
    made_by: str
    keys: int = 0
    backups: Sequence[Mapping[str, str]] = ()

    @property
    def records(self) -> int:
        """All rows of our own tables."""
        return sum(number for store, number in self.counts.items() if store != OBJECTS)

    @property
    def files(self) -> int:
        """All sealed files."""
        return self.counts.get(OBJECTS, 0)


def extent_of(row: Obligation) -> Extent:
    """Return what an obligation of a whole account is about."""
    return Extent(row.customer.id)


def part_of(row: Obligation) -> Part:
    """Return what an obligation of a part is about."""
    return parts.part_of(row, telling.address_of(row))


def counted(row: Obligation) -> dict[str, Any]:
    """Count every store of our own."""
    if row.scope != ACCOUNT:
        part = part_of(row)
        shelves = {one.name: one.count() for one in parts.shelves(part)}
        return {"stores": shelves, "bytes": parts.size_of(part)}
    extent = extent_of(row)
    rows = {table: stores.count(table, extent) for table in stores.tables()}
    files, size = stores.files_of(extent.account)
    return {"stores": {**rows, OBJECTS: files}, "bytes": size}


def asked(row: Obligation, now: datetime) -> dict[str, int | None]:
    """Ask every connected system what it would erase; None where it cannot say."""
    scopes, found = told_to_systems(row), dict[str, int | None]()
    for system in targets() if scopes else ():
        told = [plan_of_system(system_id=system.id, scope=one, now=now) for one in scopes]
        unclear = any(one.trouble for one in told)
        found[str(system.id)] = None if unclear else sum(one.items for one in told)
    return found


def told_to_systems(row: Obligation) -> list[Scope]:
    """Return what each connected system is told to erase.

    Systems know no categories of ours: they are told of a person once content is granted.
    """
    if row.scope == ACCOUNT:
        return [Scope(row.customer.id)]
    part = part_of(row)
    if part.account is None or not part.takes_content:
        return []
    if row.scope == parts.OBJECT:
        things = [str(one) for one in (*part.files, *part.records)]
        return [Scope(part.account, ScopeKind.OBJECT, one) for one in things]
    known_by = {"email": part.email} if part.email else {}
    return [Scope(part.account, ScopeKind.PERSON, row.reference, known_by)]


def rest(row: Obligation, counts: dict[str, Any], *, by: str, now: datetime) -> Plan:
    """Make these counts the plan of an obligation, in the caller's transaction.

    What protects the data, and where copies of it rest until when, is part of what is approved.
    """
    counts = {**_around(row, now), **counts}
    digest = digest_of(counts)
    plan, _ = Plan.objects.get_or_create(
        obligation=row, digest=digest, defaults={"counts": counts, "made_at": now, "made_by": by}
    )
    row.plan_digest = digest
    row.save(update_fields=["plan_digest"])
    return plan


def make_plan(*, account_id: uuid.UUID, by: str, now: datetime) -> PlanShown:
    """Count anew what the deletion of a locked account would take; raises NothingUnderWay."""
    row = Obligation.objects.filter(pk=open_obligation_id(account_id)).get()
    systems = asked(row, now)
    with transaction.atomic():
        locked(account_id)
        row = open_obligation(account_id)
        plan = rest(row, {**counted(row), "systems": systems}, by=by, now=now)
        told = {"what": "planned", "plan": plan.digest, "by": by}
        deeds.note(Kind.ERASURE_PLANNED, obligation=row, told=told, now=now)
    return shown(plan)


def ask_for_deletion(
    *, account_id: uuid.UUID, cause: str, request: str, by: str, now: datetime
) -> PlanShown:
    """Ask for a locked account to be deleted now; somebody else has to approve the plan.

    `request` stands on the receipt, so it names nobody. Raises NothingUnderWay, NotLockedYet,
    ReceiptNamesPerson.
    """
    _require_impersonal(account_id, request)
    plan = make_plan(account_id=account_id, by=by, now=now)
    with transaction.atomic():
        row = open_obligation(account_id)
        if row.stage not in (Stage.LOCKED, Stage.PURGE_PENDING):
            raise NotLockedYet
        Approval.objects.filter(obligation=row, what=EARLY).delete()
        Approval.objects.create(obligation=row, what=EARLY, digest=plan.digest, by=by, at=now)
        row.cause, row.request = cause, request
        row.save(update_fields=["cause", "request"])
        told: dict[str, Any] = {"what": "asked-for", "plan": plan.digest, "by": by}
        told["cause"] = cause
        if now < row.not_before:
            told["told"] = telling.deletion_asked(row, now)
        deeds.note(Kind.ERASURE_PLANNED, obligation=row, told=told, now=now)
    return plan


def approve(*, account_id: uuid.UUID, digest: str, by: str, now: datetime) -> None:
    """Say yes to the present plan; raises NothingUnderWay, PlanChanged, SecondPersonNeeded.

    Where somebody asked for deletion now, this is the second person's yes, and it starts.
    """
    with transaction.atomic():
        approve_plan(open_obligation(account_id), digest=digest, by=by, now=now)


def approve_plan(row: Obligation, *, digest: str, by: str, now: datetime) -> None:
    """Say yes to the present plan of a locked row; raises PlanChanged, SecondPersonNeeded."""
    if digest != row.plan_digest:
        raise PlanChanged
    asked_for = _asked_for(row, digest)
    if asked_for is not None and asked_for.by == by:
        raise SecondPersonNeeded
    Approval.objects.get_or_create(
        obligation=row, what=PLAN, digest=digest, by=by, defaults={"at": now}
    )
    told = {"what": "approved", "plan": digest, "by": by}
    deeds.note(Kind.ERASURE_PLANNED, obligation=row, told=told, now=now)
    if asked_for is not None and row.scope == ACCOUNT:
        _start_now(row, now)
    wake(Q(pk=row.pk), now=now)


def is_approved(row: Obligation, digest: str) -> bool:
    """Return whether somebody said yes to exactly these counts."""
    return Approval.objects.filter(obligation=row, what=PLAN, digest=digest).exists()


def has_drifted(planned: Mapping[str, Any], present: Mapping[str, Any]) -> bool:
    """Return whether what is there differs from the plan by more than the tolerance."""
    stores_ = set(planned["stores"]) | set(present["stores"])
    for store in stores_:
        was, is_ = planned["stores"].get(store, 0), present["stores"].get(store, 0)
        if abs(is_ - was) > max(TOLERANCE_ITEMS, was * TOLERANCE_SHARE):
            return True
    return False


def digest_of(counts: Mapping[str, Any]) -> str:
    """Return the SHA-256 of what was counted."""
    return hashlib.sha256(canonical(dict(counts))).hexdigest()


def plan_of(row: Obligation) -> Plan | None:
    """Return the present plan of an obligation."""
    return Plan.objects.filter(obligation=row, digest=row.plan_digest).first()


def shown(plan: Plan) -> PlanShown:
    """Return a plan as a plain value."""
    counts = plan.counts
    return PlanShown(
        plan.digest,
        counts["stores"],
        counts["bytes"],
        counts.get("systems", {}),
        plan.made_at,
        plan.made_by,
        counts.get("keys", 0),
        counts.get("backups", ()),
    )


def open_obligation_id(account_id: uuid.UUID) -> uuid.UUID:
    """Return which obligation is open, without locking it; raises NothingUnderWay."""
    with transaction.atomic():
        return open_obligation(account_id).pk


def _around(row: Obligation, now: datetime) -> dict[str, Any]:
    states = installed().versions(row.customer.id).values() if row.scope == ACCOUNT else ()
    return {
        "keys": sum(state is not KeyState.DESTROYED for state in states),
        "backups": [
            {"place": one.place, "gone_date": one.gone_date.isoformat()}
            for one in copies_of(now, now)
        ],
    }


def _require_impersonal(account_id: uuid.UUID, request: str) -> None:
    people = customers.members(account_id) if request else ()
    words = [word for one in people for word in (one.name, one.email)]
    if "@" in request or names_person(request, words):
        raise ReceiptNamesPerson(field="request")


def _asked_for(row: Obligation, digest: str) -> Approval | None:
    asked = Approval.objects.filter(obligation=row, what=EARLY)
    # Who asked for a part stays who asked, however often it is counted anew.
    return asked.filter(digest=digest).first() if row.scope == ACCOUNT else asked.first()


def _start_now(row: Obligation, now: datetime) -> None:
    row.not_before = max(now, row.trusted_at)
    row.done_by = min(row.done_by, now + deadlines.EARLY_WITHIN)
    if row.done_by <= row.not_before:
        # A clock that was ahead may have locked an account whose end is still to come.
        row.done_by = row.not_before + deadlines.EARLY_WITHIN
    row.save(update_fields=["not_before", "done_by"])
    Step.objects.filter(obligation=row, kind=StepKind.BEGIN, state=StepState.DUE).update(
        next_at=now
    )
