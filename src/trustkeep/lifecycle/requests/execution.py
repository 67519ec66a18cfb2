"""Carrying out a deletion that was decided: by the one engine that deletes, whatever the scope.

What was granted is counted (`plan`), approved as counted (`approve`), and then an obligation of the
engine like any other: held by legal holds, resumed after any crash, confirmed by a second reader,
told to connected systems, and proved by a receipt. What is here only follows it. A whole account
goes the way of every account: its contract ends, nobody gets in, and two people agree that it does
not wait for its thirty days.
"""

from __future__ import annotations

import uuid
from datetime import datetime

from django.db import transaction

from trustkeep.accounts.customers import NoSuchMember, member
from trustkeep.kernel.errors import TrustkeepError
from trustkeep.lifecycle import owing, planning, progress
from trustkeep.lifecycle.edges import ACCOUNT, NothingUnderWay, open_obligation
from trustkeep.lifecycle.models import Approval, Obligation
from trustkeep.lifecycle.owing import Kept, NewPart
from trustkeep.lifecycle.receipts import Cause
from trustkeep.lifecycle.request_letters import RequestKind
from trustkeep.lifecycle.requests import letters, story
from trustkeep.lifecycle.requests.content import content_of
from trustkeep.lifecycle.requests.deciding import needs_second
from trustkeep.lifecycle.requests.handling import require_words, row_of, row_of_link
from trustkeep.lifecycle.requests.kinds import Category, Channel, Scope
from trustkeep.lifecycle.requests.models import Decision, Happening, Request
from trustkeep.lifecycle.requests.states import NotNow, State
from trustkeep.lifecycle.requests.story import REQUESTER, What
from trustkeep.lifecycle.requests.things import files_of, records_of
from trustkeep.lifecycle.stages import ENDED, OPEN, Stage, StepKind
from trustkeep.lifecycle.terminating import call_off, end_contract
from trustkeep.vault.keystore import KeyDestroyed

_CAUSES = {
    Channel.WORKSPACE: Cause.REQUEST_OWNER,
    Channel.PROGRAM: Cause.REQUEST_OWNER,
    Channel.ACCOUNT_MANAGER: Cause.REQUEST_ACCOUNT_MANAGER,
}
ENGINE, WORKER = "engine", "worker"


class NothingToDelete(TrustkeepError):
    """No category was granted, or nobody asked for a deletion."""

    sentence = "Nothing was decided that has to be deleted."


class NotConfirmed(TrustkeepError):
    """A whole account goes only when the customer has typed what goes."""

    sentence = (
        "The customer has not confirmed yet that everything goes. They do it on the page of their "
        "request, by typing the name of their organisation."
    )


class ConfirmationDiffers(TrustkeepError):
    """What was typed is not the name of the customer."""

    sentence = "That is not “{name}”. Type the name of the organisation as it stands here."


def confirm(*, token: str, typed: str, now: datetime) -> None:
    """Take the customer's word that everything goes, by the link of who asked.

    Everybody else who speaks for the customer is told. Raises NoSuchRequest, ConfirmationDiffers,
    NotNow.
    """
    with transaction.atomic():
        row = row_of(row_of_link(token).id)
        _confirm(row, typed, REQUESTER, now)


def confirm_on_paper(*, request_id: uuid.UUID, typed: str, by: str, now: datetime) -> None:
    """Enter that the customer confirmed by letter, in the words of that letter.

    Raises ConfirmationDiffers, NotNow.
    """
    with transaction.atomic():
        _confirm(row_of(request_id), typed, by, now)


def plan(*, request_id: uuid.UUID, by: str, now: datetime) -> None:
    """Count what was granted, and take its deletion on; nothing goes before it is approved.

    For a whole account the contract ends with this. Raises NotNow, NothingToDelete, NotConfirmed,
    and what `owing.owe_part` raises.
    """
    row = Request.objects.select_related("account").get(pk=request_id)
    _require_decided(row)
    made = _end(row, by, now) if row.scope == Scope.ACCOUNT else _owe(row, by, now)
    with transaction.atomic():
        row = row_of(request_id)
        _require_decided(row)
        fits = _is_what_was_decided(row, made)
        if fits:
            row.obligation = made
            row.save(update_fields=["obligation"])
            story.note(row, What.PLANNED, by=by, now=now, obligation=str(made))
    if not fits:
        # Somebody has decided otherwise while it was counted.
        owing.call_off_part(obligation_id=made, by=by, now=now)
        raise NotNow


def approve(*, request_id: uuid.UUID, digest: str, by: str, now: datetime) -> None:
    """Say yes to what was counted; from here on the request cannot be taken back.

    Raises NotNow, PlanChanged, SecondPersonNeeded, BegunAlready.
    """
    with transaction.atomic():
        row = row_of(request_id)
        if row.state != State.IN_PROGRESS or row.obligation is None:
            raise NotNow
        _require_unapproved(row)
        if row.scope == Scope.ACCOUNT:
            assert row.account_id
            planning.approve(account_id=row.account_id, digest=digest, by=by, now=now)
        else:
            owing.approve_part(obligation_id=row.obligation, digest=digest, by=by, now=now)
        row.executing_at = row.executing_at or now
        row.save(update_fields=["executing_at"])
        story.note(row, What.EXECUTING, by=by, now=now, plan=digest)


def executed_by_hand(*, request_id: uuid.UUID, words: str, by: str, now: datetime) -> None:
    """Say how that was deleted which no program deletes; raises NotNow, WordsMissing."""
    with transaction.atomic():
        row = row_of(request_id)
        require_words(words)
        waiting = _by_hand(row)
        if row.state != State.IN_PROGRESS or not waiting or row.obligation is None:
            raise NotNow
        for category in waiting:
            owing.deleted_by_hand(obligation_id=row.obligation, category=category, by=by, now=now)
        story.note(row, What.BY_HAND, by=by, now=now, words=words.strip())


def executing() -> list[uuid.UUID]:
    """Return the requests whose deletion is planned or under way."""
    rows = Request.objects.filter(state=State.IN_PROGRESS, executed_at__isnull=True)
    under_way = rows.filter(obligation__isnull=False) | rows.filter(executing_at__isnull=False)
    return list(under_way.values_list("pk", flat=True))


def advance_all(*, now: datetime) -> int:
    """Follow every deletion that is under way; return how many are now done."""
    return sum(advance(request_id=one, now=now) for one in executing())


def advance(*, request_id: uuid.UUID, now: datetime) -> bool:
    """Follow the engine: return whether everything asked for is now confirmed to be gone.

    Call it outside a transaction, as often as you like.
    """
    row = Request.objects.select_related("account").get(pk=request_id)
    if row.obligation is None:
        _take_over(row, now)
        return False
    if row.scope == Scope.ACCOUNT:
        _ask_early(row, now)
    found = progress.erasure(row.obligation)
    if found is None or not found.is_done:
        return False
    with transaction.atomic():
        row = row_of(request_id)
        if row.executed_at:
            return False
        row.executing_at, row.executed_at = row.executing_at or now, now
        row.save(update_fields=["executing_at", "executed_at"])
        story.note(row, What.EXECUTED, by=WORKER, now=now, how="engine")
    return True


def _confirm(row: Request, typed: str, by: str, now: datetime) -> None:
    if row.scope != Scope.ACCOUNT or row.account is None or row.confirmed_at:
        raise NotNow
    if row.state != State.IN_PROGRESS or RequestKind.DELETION not in row.kinds:
        raise NotNow
    if " ".join(typed.split()) != " ".join(row.account.legal_name.split()):
        raise ConfirmationDiffers(name=row.account.legal_name)
    row.confirmed_at = now
    row.save(update_fields=["confirmed_at"])
    told = sum(
        letters.write(one, now=now) is not None for one in letters.to_others(row, row.account)
    )
    story.note(row, What.CONFIRMED, by=by, now=now, told=told)


def _require_decided(row: Request) -> None:
    if row.state != State.IN_PROGRESS or _is_under_way(row):
        raise NotNow
    if RequestKind.DELETION not in row.kinds or not _granted(row):
        raise NothingToDelete
    if row.scope == Scope.ACCOUNT and row.confirmed_at is None:
        raise NotConfirmed


def _is_under_way(row: Request) -> bool:
    """Return whether a deletion was planned and not called off, or begun before there were plans.

    An account that two people let in again can be asked to go once more.
    """
    if row.obligation is None:
        return row.executing_at is not None
    return progress.erasure(row.obligation) is not None


def _is_what_was_decided(row: Request, obligation_id: uuid.UUID) -> bool:
    if row.scope == Scope.ACCOUNT:
        return True
    part = Obligation.objects.get(pk=obligation_id).part
    decisions = Decision.objects.filter(request=row).exclude(ground="")
    refused = {(one["category"], one["ground"]) for one in part["refused"]}
    return set(part["granted"]) == _granted(row) and refused == set(
        decisions.values_list("category", "ground")
    )


def _require_unapproved(row: Request) -> None:
    """Raise NotNow if the present plan was approved, or nobody has asked for it yet."""
    assert row.obligation
    found = progress.erasure(row.obligation)
    if found is None or found.begun_at or (found.approved_by and found.plan):
        raise NotNow
    if row.scope == Scope.ACCOUNT and not found.asked_by:
        raise planning.NotLockedYet


def _owe(row: Request, by: str, now: datetime) -> uuid.UUID:
    known = Obligation.objects.filter(request=str(row.id)).exclude(stage__in=ENDED).first()
    # A process that was killed right after taking it on left the obligation without its request.
    return known.id if known else owing.owe_part(new=_part(row), by=by, now=now)


def _part(row: Request) -> NewPart:
    granted = _granted(row)
    decisions = Decision.objects.filter(request=row).exclude(ground="").order_by("pk")
    return NewPart(
        scope=row.scope,
        reference=row.subject if row.scope == Scope.MEMBER else str(row.id),
        account_id=row.account_id,
        granted=tuple(sorted(granted)),
        refused=tuple(Kept(Category(one.category), one.ground, one.until) for one in decisions),
        cause=cause_of(row),
        request=str(row.id),
        trusted_at=row.received_at,
        due_at=row.due_at,
        email=_address(row),
        files=files_of(row),
        records=records_of(row),
    )


def cause_of(row: Request) -> Cause:
    """Return through which door a wish to delete came in."""
    return _CAUSES.get(Channel(row.channel), Cause.REQUEST_DPO)


def _end(row: Request, by: str, now: datetime) -> uuid.UUID:
    """End the contract of a whole account now, unless it has ended already."""
    assert row.account_id
    with transaction.atomic():
        try:
            present = open_obligation(row.account_id)
        except NothingUnderWay:
            return end_contract(account_id=row.account_id, by=by, now=now).obligation
        if present.stage != Stage.TERMINATING or present.trusted_at <= now:
            return present.id
        call_off(account_id=row.account_id, by=by, now=now)
        return end_contract(account_id=row.account_id, by=by, now=now).obligation


def _ask_early(row: Request, now: datetime) -> None:
    """Ask for an account to go before its time, as soon as nobody gets into it any more."""
    assert row.account_id
    assert row.obligation
    found = Obligation.objects.get(pk=row.obligation)
    asked = Approval.objects.filter(obligation=found, what=planning.EARLY)
    if found.stage not in (Stage.LOCKED, Stage.PURGE_PENDING) or asked.exists():
        return
    planned = Happening.objects.filter(request=row, what=What.PLANNED).order_by("at").last()
    planning.ask_for_deletion(
        account_id=row.account_id,
        cause=cause_of(row),
        request=str(row.id),
        by=planned.by if planned else ENGINE,
        now=now,
    )


def _take_over(row: Request, now: datetime) -> None:
    """Give the engine what was begun before it knew requests; it was decided and approved then."""
    if row.scope == Scope.ACCOUNT:
        found = Obligation.objects.filter(account=row.account_id, scope=ACCOUNT)
        known = found.order_by("-generation").first()
        made = known.id if known else None
    else:
        made = _owe(row, ENGINE, now)
        digest = Obligation.objects.get(pk=made).plan_digest
        owing.approve_part(obligation_id=made, digest=digest, by=WORKER, now=now)
    Request.objects.filter(pk=row.pk, obligation__isnull=True).update(obligation=made)


def _by_hand(row: Request) -> list[Category]:
    if row.obligation is None:
        return []
    obligation = Obligation.objects.get(pk=row.obligation)
    steps = obligation.steps.filter(kind=StepKind.BY_HAND, state__in=OPEN)
    return [Category(one) for one in steps.values_list("target", flat=True)]


def _granted(row: Request) -> set[Category]:
    decisions = list(Decision.objects.filter(request=row))
    if any(needs_second(one) for one in decisions):
        return set()
    return {Category(one.category) for one in decisions if not one.ground}


def _address(row: Request) -> str:
    """Return the address that systems know the person by: a member's own, or who asked."""
    if row.scope == Scope.OBJECT:
        return ""
    if row.scope == Scope.MEMBER and row.account_id:
        try:
            found = member(row.account_id, uuid.UUID(row.subject), own=True).email
        except (NoSuchMember, KeyDestroyed):
            found = ""
        if found:
            return found
    return content_of(row).email
