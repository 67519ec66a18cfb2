"""Carrying out a deletion that was decided: our own stores at once, connected systems until done.

``executing_at`` is the point of no return. Every step may be run again and changes nothing then:
our own erasures find nothing left, and an instruction to a system has a key of its own. So a killed
process loses nothing: the worker calls `advance` until everything is confirmed, and unknown never
counts as done.
"""

from __future__ import annotations

import uuid
from datetime import datetime

from django.db import transaction

from trustkeep.accounts.customers import NoSuchMember, member
from trustkeep.accounts.restricting import erase_member
from trustkeep.accounts.states import EMPTY_STATES
from trustkeep.identity import erasing as doors
from trustkeep.kernel.errors import TrustkeepError
from trustkeep.letters import recipients
from trustkeep.lifecycle.request_letters import RequestKind
from trustkeep.lifecycle.requests import story
from trustkeep.lifecycle.requests.content import content_of
from trustkeep.lifecycle.requests.deciding import needs_second
from trustkeep.lifecycle.requests.handling import require_words, row_of
from trustkeep.lifecycle.requests.kinds import Category, Scope
from trustkeep.lifecycle.requests.models import Decision, Request
from trustkeep.lifecycle.requests.states import NotNow, State
from trustkeep.lifecycle.requests.story import What
from trustkeep.lifecycle.systems import delivery
from trustkeep.lifecycle.systems.judging import State as Delivered
from trustkeep.lifecycle.systems.ports import Act, Instruction, ScopeKind
from trustkeep.lifecycle.systems.ports import Scope as SystemScope
from trustkeep.vault.keystore import KeyDestroyed

_SYSTEM_SCOPES = {
    Scope.MEMBER: ScopeKind.PERSON,
    Scope.PERSON: ScopeKind.PERSON,
    Scope.OBJECT: ScopeKind.OBJECT,
}
_SETTLED = {Delivered.DONE, Delivered.NOT_APPLICABLE}


class NothingToDelete(TrustkeepError):
    """No category was granted, or nobody asked for a deletion."""

    sentence = "Nothing was decided that has to be deleted."


class AccountNotEmpty(TrustkeepError):
    """A whole account is gone when the engine says so, and by nobody's word."""

    sentence = (
        "A whole account is deleted by ending its contract, on the account’s page. This request is "
        "done by itself once everything of it is gone."
    )


def execute(*, request_id: uuid.UUID, by: str, now: datetime) -> None:
    """Begin the deletion; from here on the request cannot be taken back.

    A whole account goes the way of every account, by the end of its contract; the request waits
    until that is done. Raises NotNow, NothingToDelete.
    """
    with transaction.atomic():
        row = row_of(request_id)
        if row.state != State.IN_PROGRESS or row.executing_at:
            raise NotNow
        if RequestKind.DELETION not in row.kinds or not _granted(row):
            raise NothingToDelete
        row.executing_at = now
        row.save(update_fields=["executing_at"])
        story.note(row, What.EXECUTING, by=by, now=now)
    advance(request_id=request_id, now=now)


def executed_by_hand(*, request_id: uuid.UUID, words: str, by: str, now: datetime) -> None:
    """Say that everything was deleted by another way, and how.

    Raises NotNow, WordsMissing, AccountNotEmpty.
    """
    with transaction.atomic():
        row = row_of(request_id)
        require_words(words)
        if row.state != State.IN_PROGRESS or row.executed_at or not _granted(row):
            raise NotNow
        if row.scope == Scope.ACCOUNT:
            raise AccountNotEmpty
        row.executing_at = row.executing_at or now
        row.executed_at = now
        row.save(update_fields=["executing_at", "executed_at"])
        story.note(row, What.EXECUTED, by=by, now=now, words=words.strip(), how="by-hand")


def executing() -> list[uuid.UUID]:
    """Return the requests whose deletion has begun and is not confirmed everywhere."""
    rows = Request.objects.filter(executing_at__isnull=False, executed_at__isnull=True)
    return list(rows.filter(state=State.IN_PROGRESS).values_list("pk", flat=True))


def advance_all(*, now: datetime) -> int:
    """Go on with every deletion that has begun; return how many are now done."""
    return sum(advance(request_id=one, now=now) for one in executing())


def advance(*, request_id: uuid.UUID, now: datetime) -> bool:
    """Erase what is ours, ask the systems for the rest; return whether everything is confirmed.

    Call it outside a transaction, as often as you like.
    """
    row = Request.objects.select_related("account").get(pk=request_id)
    email = _address(row)
    waiting = _left_of_account(row) if row.scope == Scope.ACCOUNT else _instruct(row, email, now)
    with transaction.atomic():
        row = row_of(request_id)
        if row.executed_at:
            return False
        _erase_ours(row, email, now)
        if waiting:
            return False
        row.executed_at = now
        row.save(update_fields=["executed_at"])
        story.note(row, What.EXECUTED, by="worker", now=now, how="engine")
    return True


def _left_of_account(row: Request) -> bool:
    return row.account is None or row.account.state not in EMPTY_STATES


def _erase_ours(row: Request, email: str, now: datetime) -> None:
    granted = _granted(row)
    if row.scope == Scope.MEMBER and row.account_id:
        member_id = uuid.UUID(row.subject)
        if Category.SIGN_IN in granted:
            doors.erase(member_id=member_id, now=now)
        if Category.PROFILE in granted:
            doors.erase(member_id=member_id, now=now)
            erase_member(account_id=row.account_id, member_id=member_id, by="request", now=now)
    if Category.LETTERS in granted and email:
        recipients.erase_to(email, now=now)


def _instruct(row: Request, email: str, now: datetime) -> int:
    """Tell every connected system; return how many have not confirmed."""
    if row.account_id is None or Category.CONTENT not in _granted(row):
        return 0
    kind = _SYSTEM_SCOPES[Scope(row.scope)]
    identities = {"email": email} if email and kind is ScopeKind.PERSON else {}
    scope = SystemScope(row.account_id, kind, row.subject or str(row.id), identities)
    waiting = 0
    for target in delivery.targets():
        instruction = Instruction(
            act=Act.ERASE,
            key=f"request:{row.id}:{target.id}:1",
            scope=scope,
            deadline=row.due_at,
            cause="request",
        )
        told = delivery.deliver(system_id=target.id, instruction=instruction, now=now)
        waiting += told.state not in _SETTLED
    return waiting


def _granted(row: Request) -> set[Category]:
    decisions = list(Decision.objects.filter(request=row))
    if any(needs_second(one) for one in decisions):
        return set()
    return {Category(one.category) for one in decisions if not one.ground}


def _address(row: Request) -> str:
    """Return the address that systems know the person by: a member's own, or who asked."""
    if row.scope == Scope.MEMBER and row.account_id:
        try:
            found = member(row.account_id, uuid.UUID(row.subject), own=True).email
        except (NoSuchMember, KeyDestroyed):
            found = ""
        if found:
            return found
    return content_of(row).email
