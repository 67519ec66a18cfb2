"""Taking on that a part is deleted: counted first, approved as counted, then done by the engine.

Who is responsible decides: what a customer keeps here goes on the customer's word, what we know of
somebody ourselves on ours. Either way the plan is counted before anybody says yes, and the yes
binds to what was counted. Where content goes, who planned it cannot approve it.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction

from trustkeep.accounts import trail
from trustkeep.accounts.membership import LastOwner
from trustkeep.accounts.models import Account, Member
from trustkeep.accounts.opening import locked
from trustkeep.accounts.roles import MemberRole
from trustkeep.evidence.kinds import Kind
from trustkeep.holdings.models import File, Record
from trustkeep.identity.erasing import maker_of
from trustkeep.kernel.errors import TrustkeepError
from trustkeep.kernel.ids import new_id
from trustkeep.letters.mail import Recipient
from trustkeep.lifecycle import deadlines, deeds, planning, schedule, telling
from trustkeep.lifecycle.edges import NothingUnderWay, move, wake_one
from trustkeep.lifecycle.models import Approval, Hold, Obligation
from trustkeep.lifecycle.parts import MEMBER, OBJECT
from trustkeep.lifecycle.requests.kinds import Category
from trustkeep.lifecycle.stages import ENDED, Stage
from trustkeep.lifecycle.terminating import next_generation, policy

MOST_THINGS = 100
"""How many single files and records one request names; more is a folder's or an account's end."""


class UnderWayAlready(TrustkeepError):
    """The same is being deleted already."""

    sentence = "This is being deleted already. Wait until that is done, or call it off first."


class NoSuchThing(TrustkeepError):
    """A file or record that is named is not in the account."""

    sentence = (
        "“{which}” is no file or record of this account. Take the ids from the account; what was "
        "deleted for good needs no request."
    )


class TooManyThings(TrustkeepError):
    """More things are named than one request can carry."""

    sentence = "One request names at most {most} files and records. Make a second one."


class BegunAlready(TrustkeepError):
    """What is gone does not come back."""

    sentence = "The deletion has begun and cannot be called off: what is gone does not come back."


@dataclass(frozen=True, slots=True)
class Kept:
    """A category that was asked for and is not deleted, and on which ground."""

    category: Category
    ground: str
    until: date | None = None


@dataclass(frozen=True, slots=True)
class NewPart:
    """What is to be deleted. ``email`` is how letters and systems know the person.

    ``reference`` names the member, or the request where nothing else names what is meant.
    """

    scope: str
    reference: str
    account_id: uuid.UUID | None
    granted: tuple[Category, ...]
    refused: tuple[Kept, ...]
    cause: str
    request: str
    trusted_at: datetime
    due_at: datetime
    email: str = ""
    files: tuple[uuid.UUID, ...] = ()
    records: tuple[uuid.UUID, ...] = ()

    @property
    def takes_content(self) -> bool:
        """Whether what a customer keeps here goes."""
        return self.account_id is not None and Category.CONTENT in self.granted


def owe_part(*, new: NewPart, by: str, now: datetime) -> uuid.UUID:
    """Take on the deletion of a part with its plan, and return the obligation.

    Nothing is deleted before `approve_part`. Raises UnderWayAlready, NoSuchThing, TooManyThings,
    LastOwner, NoSuchAccount. Asks the connected systems: call it outside a transaction.
    """
    draft = _draft(new, by, now)
    systems = planning.asked(draft, now)
    with transaction.atomic():
        account = locked(new.account_id) if new.account_id else None
        _require_free(new)
        _require_known(new)
        _require_other_owner(new)
        row = _draft(new, by, now, account)
        row.save(force_insert=True)
        counts = {**planning.counted(row), "systems": systems}
        plan = planning.rest(row, counts, by=by, now=now)
        if new.takes_content:
            Approval.objects.create(
                obligation=row, what=planning.EARLY, digest=plan.digest, by=by, at=now
            )
        schedule.on_part(row, now)
        told = {"what": "planned", "plan": plan.digest, "by": by, "cause": new.cause}
        deeds.note(Kind.ERASURE_PLANNED, obligation=row, told=told, now=now)
    return row.id


def count_again(*, obligation_id: uuid.UUID, by: str, now: datetime) -> str:
    """Make a new plan of a part that has not begun, and return its digest; raises BegunAlready."""
    systems = planning.asked(Obligation.objects.get(pk=obligation_id), now)
    with transaction.atomic():
        row = _waiting(obligation_id)
        plan = planning.rest(row, {**planning.counted(row), "systems": systems}, by=by, now=now)
        told = {"what": "planned", "plan": plan.digest, "by": by}
        deeds.note(Kind.ERASURE_PLANNED, obligation=row, told=told, now=now)
    return plan.digest


def approve_part(*, obligation_id: uuid.UUID, digest: str, by: str, now: datetime) -> None:
    """Say yes to the plan of a part, which then begins.

    Raises PlanChanged, SecondPersonNeeded, BegunAlready.
    """
    with transaction.atomic():
        planning.approve_plan(_waiting(obligation_id), digest=digest, by=by, now=now)


def call_off_part(*, obligation_id: uuid.UUID, by: str, now: datetime) -> None:
    """Call the deletion of a part off before it begins; raises BegunAlready."""
    with transaction.atomic():
        move(_waiting(obligation_id), Stage.CANCELLED, by=by, now=now)


def deleted_by_hand(
    *, obligation_id: uuid.UUID, category: Category, by: str, now: datetime
) -> None:
    """Say that a category, which no program deletes, was deleted by hand."""
    with transaction.atomic():
        Approval.objects.get_or_create(
            obligation_id=obligation_id,
            what=planning.BY_HAND,
            digest=category.value,
            by=by,
            defaults={"at": now},
        )
        wake_one(obligation_id, now=now)


def give_more_time(*, obligation_id: uuid.UUID, due_at: datetime, now: datetime) -> None:
    """Move the end of a part whose request has got more time."""
    with transaction.atomic():
        row = Obligation.objects.select_for_update(of=("self",)).get(pk=obligation_id)
        if row.erased_at is None and due_at > row.done_by:
            row.done_by = due_at
            row.save(update_fields=["done_by"])
            schedule.on_extension(row, now)


def _waiting(obligation_id: uuid.UUID) -> Obligation:
    row = Obligation.objects.select_for_update(of=("self",)).filter(pk=obligation_id).first()
    if row is None or row.stage in ENDED:
        raise NothingUnderWay
    if row.stage != Stage.PURGE_PENDING:
        raise BegunAlready
    return row


def _draft(new: NewPart, by: str, now: datetime, account: Account | None = None) -> Obligation:
    known = account
    if known is None and new.account_id is not None:
        known = Account.objects.filter(pk=new.account_id).first()
    row = Obligation(
        id=new_id(),
        account=known,
        scope=new.scope,
        reference=new.reference,
        cause=new.cause,
        request=new.request,
        generation=next_generation(new.account_id, new.scope, new.reference),
        commitment=trail.commitment(known) if known else b"",
        policy=policy(),
        part=_told(new),
        trusted_at=new.trusted_at,
        not_before=now,
        done_by=new.due_at if new.due_at > now else now + deadlines.EARLY_WITHIN,
        stage=Stage.PURGE_PENDING,
        stage_at=now,
        hold_count=_holds(new.account_id),
        made_at=now,
        made_by=by,
    )
    to: Sequence[Recipient] = telling.contacts(known) if known and new.takes_content else ()
    row.sealed = telling.sealed_contacts(row, to, new.email)
    return row


def _told(new: NewPart) -> dict[str, Any]:
    takes_makers = new.scope == MEMBER
    return {
        "granted": sorted(new.granted),
        "refused": [
            {
                "category": one.category.value,
                "ground": one.ground,
                **({"until": one.until.isoformat()} if one.until else {}),
            }
            for one in new.refused
        ],
        "files": [str(one) for one in new.files],
        "records": [str(one) for one in new.records],
        "makers": maker_of(uuid.UUID(new.reference)) if takes_makers else [],
    }


def _holds(account_id: uuid.UUID | None) -> int:
    if account_id is None:
        return 0
    return Hold.objects.filter(account=account_id, store="", released_at__isnull=True).count()


def _require_free(new: NewPart) -> None:
    rows = Obligation.objects.filter(account=new.account_id, scope=new.scope)
    if rows.filter(reference=new.reference).exclude(stage__in=[*ENDED, Stage.PURGED]).exists():
        raise UnderWayAlready


def _require_known(new: NewPart) -> None:
    if len(new.files) + len(new.records) > MOST_THINGS:
        raise TooManyThings(most=MOST_THINGS)
    for model, wanted in ((File, new.files), (Record, new.records)):
        rows = model._default_manager.filter(account=new.account_id, pk__in=wanted)
        unknown = set(wanted) - set(rows.values_list("pk", flat=True))
        if unknown:
            raise NoSuchThing(which=min(map(str, unknown)))
    if new.scope == OBJECT and not (new.files or new.records):
        raise NoSuchThing(which="–")


def _require_other_owner(new: NewPart) -> None:
    if new.scope != MEMBER or Category.PROFILE not in new.granted:
        return
    owners = Member.objects.filter(
        account=new.account_id, role=MemberRole.OWNER, left_at__isnull=True
    )
    if [str(one) for one in owners.values_list("pk", flat=True)] == [new.reference]:
        raise LastOwner
