"""What the staff does with a request until it is decided: identity, role, questions, more time."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from trustkeep.accounts.customers import account as account_of
from trustkeep.accounts.customers import members
from trustkeep.accounts.models import Account
from trustkeep.accounts.queries import company
from trustkeep.accounts.roles import MemberRole
from trustkeep.kernel.errors import TrustkeepError
from trustkeep.lifecycle import owing
from trustkeep.lifecycle.deadlines import (
    EXTENSION_MONTHS,
    FORWARD_WORKING_DAYS,
    REQUEST_MONTHS,
    end_of_day,
    local_day,
    request_due_at,
)
from trustkeep.lifecycle.request_letters import RequestKind
from trustkeep.lifecycle.requests import letters, story
from trustkeep.lifecycle.requests import things as things_
from trustkeep.lifecycle.requests.content import move
from trustkeep.lifecycle.requests.kinds import ExtensionReason, Means, OurRole, Scope
from trustkeep.lifecycle.requests.links import digest
from trustkeep.lifecycle.requests.models import Request
from trustkeep.lifecycle.requests.receiving import MOST_WORDS
from trustkeep.lifecycle.requests.states import OPEN, NotNow, State, require_edge
from trustkeep.lifecycle.requests.story import REQUESTER, What
from trustkeep.lifecycle.working_days import country_of, working_days_after
from trustkeep.vault.fields import COMPANY


class NoSuchRequest(TrustkeepError):
    """No request has this id, or no link opens it."""

    sentence = "There is no request {which}."


class IdentityUnknown(TrustkeepError):
    """Nothing is decided or told before it is known who asks."""

    sentence = "First say how it was checked who asks."


class ScopeUnclear(TrustkeepError):
    """The scope needs an account, or a member, person or object in it."""

    sentence = "Say which {what} the request is about."


class ReturnUnclear(TrustkeepError):
    """Data is given back to the customer whose account it is, and as a whole."""

    sentence = (
        "A return of data is of a whole account, and the customer is who asks for it. For one "
        "person’s data enter access or portability instead."
    )


class NotOursToDecide(TrustkeepError):
    """What a customer keeps here goes on the customer's word alone."""

    sentence = (
        "What a customer keeps here is the customer’s to decide. Pass the request on, or settle "
        "first that the customer is who asks."
    )


class WordsMissing(TrustkeepError):
    """A letter or a reason needs words."""

    sentence = "Write some words, at most {most} characters."


class TooLateToExtend(TrustkeepError):
    """An extension counts only if it is told within the first month."""

    sentence = (
        "The first month is over, so the time can no longer be extended. Answer at once: the "
        "request is late."
    )


class ExtendedAlready(TrustkeepError):
    """The time can be extended once."""

    sentence = "The time was extended already. It cannot be extended again."


class NobodyToForwardTo(TrustkeepError):
    """The customer has no contact that could be written to."""

    sentence = "The customer has no contact for data protection and no owner to write to."


def row_of(request_id: uuid.UUID) -> Request:
    """Return a request's row for changing it in this transaction; raises NoSuchRequest."""
    row = Request.objects.select_for_update(of=("self",)).filter(pk=request_id).first()
    if row is None:
        raise NoSuchRequest(which=request_id)
    return row


def row_of_link(token: str) -> Request:
    """Return the request that a link of who asked opens; raises NoSuchRequest."""
    row = Request.objects.filter(status_digest=digest(token)).first()
    if row is None:
        raise NoSuchRequest(which="")
    return row


def check_identity(
    *, request_id: uuid.UUID, means: Means, words: str, by: str, now: datetime
) -> None:
    """Say how it was checked who asks; never what they showed. Raises NotNow."""
    with transaction.atomic():
        row = row_of(request_id)
        if row.state == State.RECEIVED:
            move_to(row, State.IDENTITY_CHECK)
        elif row.state != State.IDENTITY_CHECK:
            raise NotNow
        row.verified_by, row.verified_at = means, now
        row.save()
        story.note(row, What.VERIFIED, by=by, now=now, words=words.strip(), means=means.value)


def assess(
    *,
    request_id: uuid.UUID,
    role: OurRole,
    scope: Scope,
    account_id: uuid.UUID | None,
    subject: str = "",
    things: Sequence[str] = (),
    by: str,
    now: datetime,
) -> None:
    """Say whose decision it is and what it is about; ``things`` are single files and records.

    What a customer stores is the customer's to decide: then it has to be forwarded within
    `FORWARD_WORKING_DAYS`, unless the customer is who asks. Raises IdentityUnknown, ScopeUnclear,
    ReturnUnclear, NotOursToDecide, ThingUnreadable, NoSuchThing, NoSuchAccount, NotNow.
    """
    named = things_.read(things)
    with transaction.atomic():
        row = row_of(request_id)
        if row.verified_at is None:
            raise IdentityUnknown
        move_to(row, State.ASSESSED)
        _require_scope(role, scope, account_id, subject)
        _require_things(role, scope, account_id, named)
        _require_return(row, role, scope)
        account = account_of(account_id) if account_id else None
        row.role, row.scope, row.subject = role, scope, subject.strip()
        row.account_id, row.things = account.id if account else None, named
        # An account's own deletion must not take the proof of its request with it.
        move(row, account.id if account and scope is not Scope.ACCOUNT else COMPANY)
        if role is OurRole.PROCESSOR:
            row.forward_by, row.alarmed = forward_by(row.received_at, now), 0
        else:
            row.state = State.IN_PROGRESS
        row.save()
        story.note(row, What.ASSESSED, by=by, now=now, role=role.value, scope=scope.value)


def forward_by(received_at: datetime, now: datetime) -> datetime:
    """Return until when a request has to be with the customer: counted from when it came in.

    Where it took longer to find out whose it is, the end of today at the earliest.
    """
    zone = company().time_zone
    day = local_day(received_at, zone)
    last = working_days_after(day, FORWARD_WORKING_DAYS, country_of(zone))
    return end_of_day(max(last, local_day(now, zone)), zone)


def ask(*, request_id: uuid.UUID, words: str, by: str, now: datetime) -> None:
    """Ask who asked; the clock goes on. Raises WordsMissing, NotNow."""
    with transaction.atomic():
        row = row_of(request_id)
        require_words(words)
        if row.state == State.IN_PROGRESS:
            move_to(row, State.WAITING)
        elif row.state not in (State.RECEIVED, State.IDENTITY_CHECK):
            raise NotNow
        row.save()
        letter = letters.write(letters.question(row, words.strip()), now=now)
        story.note(row, What.ASKED, by=by, now=now, words=words.strip(), letter=letter)


def reply(*, token: str, words: str, now: datetime) -> None:
    """Take an answer of who asked, by their link; raises NoSuchRequest, WordsMissing, NotNow."""
    with transaction.atomic():
        row = row_of(row_of_link(token).id)
        require_words(words)
        if row.state not in OPEN:
            raise NotNow
        if row.state == State.WAITING:
            move_to(row, State.IN_PROGRESS)
            row.save()
        story.note(row, What.REPLIED, by=REQUESTER, now=now, words=words.strip())


def resume(*, request_id: uuid.UUID, words: str, by: str, now: datetime) -> None:
    """Go on although the answer came by another way, or did not come; raises NotNow."""
    with transaction.atomic():
        row = row_of(request_id)
        if row.state != State.WAITING:
            raise NotNow
        move_to(row, State.IN_PROGRESS)
        row.save()
        story.note(row, What.REPLIED, by=by, now=now, words=words.strip())


def extended_until(row: Request, months: int) -> datetime:
    """Return the end of the time after an extension by so many months."""
    return request_due_at(row.received_at, company().time_zone, REQUEST_MONTHS + months)


def extend(
    *, request_id: uuid.UUID, reason: ExtensionReason, months: int, by: str, now: datetime
) -> None:
    """Extend the time once, and tell why; only within the first month.

    Raises TooLateToExtend, ExtendedAlready, ValueError for more months than the law allows.
    """
    if not 1 <= months <= EXTENSION_MONTHS:
        raise ValueError("an extension is at most two further months")
    with transaction.atomic():
        row = row_of(request_id)
        if row.state not in OPEN:
            raise NotNow
        if row.extended_at:
            raise ExtendedAlready
        if now >= row.first_due_at:
            raise TooLateToExtend
        row.extension_reason, row.extended_at = reason, now
        row.due_at = extended_until(row, months)
        row.alarmed = 0
        row.save()
        if row.obligation is not None and row.scope != Scope.ACCOUNT:
            owing.give_more_time(obligation_id=row.obligation, due_at=row.due_at, now=now)
        letter = letters.write(letters.extension(row, reason, row.due_at), now=now)
        story.note(
            row, What.EXTENDED, by=by, now=now, letter=letter, reason=reason.value, months=months
        )


def contact_of(row: Request) -> tuple[Account, str]:
    """Return the customer's account and whom to write to there; raises NobodyToForwardTo."""
    assert row.account is not None
    told = account_of(row.account.id)
    if told.dpo_contact:
        return row.account, told.dpo_contact
    owners = [one for one in members(told.id) if one.role is MemberRole.OWNER and not one.left_at]
    if not owners or not owners[0].email:
        raise NobodyToForwardTo
    return row.account, owners[0].email


def forward(*, request_id: uuid.UUID, by: str, now: datetime) -> None:
    """Pass a request on to the customer who decides, and tell who asked that we did.

    Raises NotNow, NobodyToForwardTo.
    """
    with transaction.atomic():
        row = row_of(request_id)
        move_to(row, State.FORWARDED)
        if row.role != OurRole.PROCESSOR:
            raise NotNow
        account, email = contact_of(row)
        row.answered_at = now
        row.save()
        letters.write(letters.to_controller(row, account, email), now=now)
        letter = letters.write(letters.forwarded(row, now), now=now)
        story.note(row, What.FORWARDED, by=by, now=now, letter=letter)


def withdraw(*, token: str, now: datetime) -> None:
    """Take a request back, by the link of who asked; raises NoSuchRequest, NotNow."""
    with transaction.atomic():
        row = row_of(row_of_link(token).id)
        if row.executing_at or (row.obligation and row.scope == Scope.ACCOUNT):
            raise NotNow
        move_to(row, State.WITHDRAWN)
        call_off_plan(row, REQUESTER, now)
        row.answered_at = now
        row.save()
        letter = letters.write(letters.withdrawn(row), now=now)
        story.note(row, What.WITHDRAWN, by=REQUESTER, now=now, letter=letter)


def call_off_plan(row: Request, by: str, now: datetime) -> None:
    """Call off what was counted for a request and not approved; does not save `row`."""
    if row.obligation is not None:
        owing.call_off_part(obligation_id=row.obligation, by=by, now=now)
        row.obligation = None
        story.note(row, What.CALLED_OFF, by=by, now=now)


def close(*, request_id: uuid.UUID, by: str, now: datetime) -> None:
    """Put an answered request away; its words go a while later. Raises NotNow."""
    with transaction.atomic():
        row = row_of(request_id)
        move_to(row, State.CLOSED)
        row.closed_at = now
        row.save()
        story.note(row, What.CLOSED, by=by, now=now)


def move_to(row: Request, state: State) -> None:
    """Put `row` into another state, if it may go there; does not save. Raises NotNow."""
    require_edge(State(row.state), state)
    row.state = state


def require_words(words: str) -> None:
    """Raise WordsMissing unless there are words, and not too many."""
    if not words.strip() or len(words) > MOST_WORDS:
        raise WordsMissing(most=MOST_WORDS)


def _require_scope(role: OurRole, scope: Scope, account_id: uuid.UUID | None, subject: str) -> None:
    needs_account = role is OurRole.PROCESSOR or scope is not Scope.PERSON
    if needs_account and account_id is None:
        raise ScopeUnclear(what="account")
    if scope is Scope.MEMBER and not subject.strip():
        raise ScopeUnclear(what=scope.value)
    if scope is Scope.MEMBER and account_id:
        ids = {str(one.id) for one in members(account_id)}
        if subject.strip() not in ids:
            raise ScopeUnclear(what=scope.value)


def _require_return(row: Request, role: OurRole, scope: Scope) -> None:
    of_whole = scope is Scope.ACCOUNT and role is OurRole.INSTRUCTED
    if RequestKind.EXPORT in row.kinds and not of_whole and role is not OurRole.PROCESSOR:
        raise ReturnUnclear


def _require_things(
    role: OurRole, scope: Scope, account_id: uuid.UUID | None, named: Sequence[str]
) -> None:
    if scope is not Scope.OBJECT:
        return
    if role is OurRole.CONTROLLER:
        raise NotOursToDecide
    if role is OurRole.INSTRUCTED:
        if not named or account_id is None:
            raise ScopeUnclear(what=scope.value)
        things_.require_in(account_id, named)
