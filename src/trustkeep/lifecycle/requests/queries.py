"""Reading requests: the list with the nearest due first, and one request as a story."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from trustkeep.accounts.queries import company
from trustkeep.lifecycle.deadlines import REQUEST_ALARMS, last_day
from trustkeep.lifecycle.progress import ErasureShown, erasure
from trustkeep.lifecycle.request_letters import RequestKind
from trustkeep.lifecycle.requests.content import Content, content_of, words_of
from trustkeep.lifecycle.requests.deciding import missing, needs_second
from trustkeep.lifecycle.requests.handling import NoSuchRequest
from trustkeep.lifecycle.requests.kinds import OurRole, Scope, is_whole
from trustkeep.lifecycle.requests.links import digest
from trustkeep.lifecycle.requests.models import Answer, Decision, Happening, Request, Restriction
from trustkeep.lifecycle.requests.states import OPEN, State


class Next(StrEnum):
    """What is to be done next; it stands on top of the page."""

    CHECK_IDENTITY = "check-identity"
    ASSESS = "assess"
    FORWARD = "forward"
    DECIDE = "decide"
    APPROVE = "approve"
    CONFIRM = "confirm"
    PLAN = "plan"
    EXECUTE = "execute"
    WAIT_FOR_LOCK = "wait-for-lock"
    DELETE_BY_HAND = "delete-by-hand"
    WAIT_FOR_SYSTEMS = "wait-for-systems"
    COLLECT = "collect"
    REVIEW = "review"
    RESTRICT = "restrict"
    CONCLUDE = "conclude"
    WAIT = "wait"
    CLOSE = "close"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class RequestShown:
    """One request in the list; ``name`` and ``email`` are empty once they are gone."""

    id: uuid.UUID
    reference: str
    kinds: tuple[str, ...]
    channel: str
    language: str
    state: State
    role: str
    scope: str
    subject: str
    things: tuple[str, ...]
    account_id: uuid.UUID | None
    account: str
    name: str
    email: str
    received_at: datetime
    due_at: datetime
    due_date: date
    first_due_at: datetime
    forward_by: datetime | None
    verified_by: str
    verified_at: datetime | None
    extension_reason: str
    extended_at: datetime | None
    confirmed_at: datetime | None
    executing_at: datetime | None
    executed_at: datetime | None
    answered_at: datetime | None
    answer_digest: str
    closed_at: datetime | None

    @property
    def is_open(self) -> bool:
        """Whether the clock runs."""
        return self.state in OPEN

    def is_late(self, now: datetime) -> bool:
        """Whether it was, or should have been, answered after its time."""
        return (self.answered_at or now) >= self.due_at


@dataclass(frozen=True, slots=True)
class HappeningShown:
    """One line of the story; ``words`` are empty once they are gone."""

    at: datetime
    what: str
    by: str
    words: str
    letter: uuid.UUID | None
    entry_index: int
    told: dict[str, str]


@dataclass(frozen=True, slots=True)
class DecisionShown:
    """What was decided about one category; ``waits`` for a second person."""

    category: str
    ground: str
    until: date | None
    by: str
    at: datetime
    approved_by: str
    waits: bool


@dataclass(frozen=True, slots=True)
class RestrictionShown:
    """A restriction that this request led to."""

    since: datetime
    notice_at: datetime | None
    lifted_at: datetime | None


@dataclass(frozen=True, slots=True)
class RequestRead:
    """One request with everything about it."""

    shown: RequestShown
    content: Content
    story: tuple[HappeningShown, ...]
    decisions: tuple[DecisionShown, ...]
    next: Next
    collected_at: datetime | None
    reviewed_at: datetime | None
    fetched_at: datetime | None
    restriction: RestrictionShown | None
    erasure: ErasureShown | None

    @property
    def gives_whole_account(self) -> bool:
        """Whether a customer asks to be given everything back, sealed to a key of theirs."""
        return is_whole(self.shown.kinds, self.shown.role, self.shown.scope)

    @property
    def waits_for_confirmation(self) -> bool:
        """Whether the customer has still to type that a whole account goes."""
        one = self.shown
        asked = one.scope == Scope.ACCOUNT and RequestKind.DELETION in one.kinds
        return asked and one.state is State.IN_PROGRESS and one.confirmed_at is None


def requests() -> list[RequestShown]:
    """Return all requests: the open ones by due date, then the others, the newest first."""
    zone = company().time_zone
    found = [shown(row, zone) for row in Request.objects.select_related("account")]
    return sorted(found, key=_order)


def pressing(now: datetime) -> list[RequestShown]:
    """Return the open requests of whose time so much is over that somebody was reminded."""
    first = REQUEST_ALARMS[0]
    return [
        one
        for one in requests()
        if one.is_open and now >= one.received_at + (one.due_at - one.received_at) * first / 100
    ]


def request(request_id: uuid.UUID) -> RequestRead:
    """Return one request; raises NoSuchRequest."""
    row = Request.objects.select_related("account").filter(pk=request_id).first()
    if row is None:
        raise NoSuchRequest(which=request_id)
    return _read(row)


def by_reference(reference: str) -> RequestRead:
    """Return the request with this reference; raises NoSuchRequest."""
    row = Request.objects.select_related("account").filter(reference=reference.upper()).first()
    if row is None:
        raise NoSuchRequest(which=reference)
    return _read(row)


def by_link(token: str) -> RequestRead:
    """Return the request that a person's link opens; raises NoSuchRequest."""
    row = Request.objects.select_related("account").filter(status_digest=digest(token)).first()
    if row is None:
        raise NoSuchRequest(which="")
    return _read(row)


def row(request_id: uuid.UUID) -> Request:
    """Return the row itself, for planning a letter; raises NoSuchRequest."""
    found = Request.objects.select_related("account").filter(pk=request_id).first()
    if found is None:
        raise NoSuchRequest(which=request_id)
    return found


def _order(one: RequestShown) -> tuple[bool, float]:
    if one.is_open:
        return False, one.due_at.timestamp()
    assert one.answered_at is not None
    return True, -one.answered_at.timestamp()


def _read(found: Request) -> RequestRead:
    decisions = list(Decision.objects.filter(request=found).order_by("pk"))
    answer = Answer.objects.filter(request=found).first()
    steps = Happening.objects.filter(request=found).order_by("at", "entry_index")
    limits = Restriction.objects.filter(request=found).order_by("since").last()
    under_way = erasure(found.obligation) if found.obligation else None
    return RequestRead(
        shown=shown(found, company().time_zone),
        content=content_of(found),
        story=tuple(_happening(found, one) for one in steps),
        decisions=tuple(_decision(one) for one in decisions),
        next=_next(found, decisions, answer, under_way),
        collected_at=answer.collected_at if answer else None,
        reviewed_at=answer.reviewed_at if answer else None,
        fetched_at=answer.fetched_at if answer else None,
        restriction=RestrictionShown(limits.since, limits.notice_at, limits.lifted_at)
        if limits
        else None,
        erasure=under_way,
    )


_BY_STATE = {
    State.RECEIVED: Next.CHECK_IDENTITY,
    State.IDENTITY_CHECK: Next.ASSESS,
    State.ASSESSED: Next.FORWARD,
    State.WAITING: Next.WAIT,
    State.CLOSED: Next.NOTHING,
}


def _next(
    found: Request,
    decisions: list[Decision],
    answer: Answer | None,
    under_way: ErasureShown | None,
) -> Next:
    state = State(found.state)
    if state in _BY_STATE:
        return _BY_STATE[state]
    if state is not State.IN_PROGRESS:
        return Next.CLOSE
    if not decisions:
        return Next.DECIDE
    if any(needs_second(one) for one in decisions):
        return Next.APPROVE
    if all(one.ground for one in decisions):
        return Next.CONCLUDE
    undone = missing(found)
    if not undone:
        return Next.CONCLUDE
    if undone[0] == "deletion":
        return _next_of_deletion(found, under_way)
    if undone[0] == "data":
        return Next.REVIEW if answer else Next.COLLECT
    return Next.RESTRICT


def _next_of_deletion(found: Request, under_way: ErasureShown | None) -> Next:
    is_whole = found.scope == Scope.ACCOUNT
    if under_way is None:
        return Next.CONFIRM if is_whole and found.confirmed_at is None else Next.PLAN
    if is_whole and under_way.begun_at is None and not under_way.asked_by:
        return Next.WAIT_FOR_LOCK
    if under_way.waits_for_approval:
        return Next.EXECUTE
    return Next.DELETE_BY_HAND if under_way.waits_for_a_hand else Next.WAIT_FOR_SYSTEMS


def shown(found: Request, zone: str) -> RequestShown:
    """Return a row as a plain value; `zone` is where the company counts its days."""
    who = content_of(found)
    return RequestShown(
        id=found.id,
        reference=found.reference,
        kinds=tuple(found.kinds),
        channel=found.channel,
        language=found.language,
        state=State(found.state),
        role=OurRole(found.role).value if found.role else "",
        scope=found.scope,
        subject=found.subject,
        things=tuple(found.things),
        account_id=found.account_id,
        account=found.account.legal_name if found.account else "",
        name=who.name,
        email=who.email,
        received_at=found.received_at,
        due_at=found.due_at,
        due_date=last_day(found.due_at, zone),
        first_due_at=found.first_due_at,
        forward_by=found.forward_by,
        verified_by=found.verified_by,
        verified_at=found.verified_at,
        extension_reason=found.extension_reason,
        extended_at=found.extended_at,
        confirmed_at=found.confirmed_at,
        executing_at=found.executing_at,
        executed_at=found.executed_at,
        answered_at=found.answered_at,
        answer_digest=found.answer_digest,
        closed_at=found.closed_at,
    )


_COMMON = {"request", "what", "state", "by", "at"}


def _happening(found: Request, one: Happening) -> HappeningShown:
    return HappeningShown(
        at=one.at,
        what=one.what,
        by=one.by,
        words=words_of(found, one),
        letter=one.letter,
        entry_index=one.entry_index,
        told={name: str(value) for name, value in one.body.items() if name not in _COMMON},
    )


def _decision(one: Decision) -> DecisionShown:
    return DecisionShown(
        category=one.category,
        ground=one.ground,
        until=one.until,
        by=one.by,
        at=one.at,
        approved_by=one.approved_by,
        waits=needs_second(one),
    )
