"""Shapes of requests about personal data: what comes in, what is decided, and the whole story."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

from ninja import Field, Schema

from trustkeep.api.lifecycle_shapes import Day
from trustkeep.lifecycle.deadlines import EXTENSION_MONTHS
from trustkeep.lifecycle.owing import MOST_THINGS
from trustkeep.lifecycle.planning import PlanShown
from trustkeep.lifecycle.request_letters import RequestKind
from trustkeep.lifecycle.requests.kinds import (
    Category,
    Channel,
    ExtensionReason,
    Means,
    OurRole,
    Scope,
)
from trustkeep.lifecycle.requests.queries import (
    DecisionShown,
    HappeningShown,
    Next,
    RestrictionShown,
)
from trustkeep.lifecycle.requests.receiving import LONGEST_NAME, MOST_WORDS
from trustkeep.lifecycle.stages import Stage

RequestState = Literal[
    "received",
    "identity-check",
    "assessed",
    "in-progress",
    "waiting-for-requester",
    "fulfilled",
    "partly-refused",
    "refused",
    "forwarded-to-controller",
    "withdrawn",
    "closed",
]
"""The states of a request, as `trustkeep.lifecycle.requests.states` knows them."""
Words = Annotated[str, Field(min_length=1, max_length=MOST_WORDS)]
Kinds = Annotated[list[RequestKind], Field(min_length=1, max_length=len(RequestKind))]
Things = Annotated[list[Annotated[str, Field(max_length=64)]], Field(max_length=MOST_THINGS)]
Short = Annotated[str, Field(max_length=LONGEST_NAME)]


class RequestWanted(Schema):
    """What somebody asks; ``received_date`` starts the clock, today if it is left out."""

    kinds: Kinds
    email: Annotated[str, Field(max_length=254)]
    text: Words
    name: Short = ""
    about: Short = ""
    language: str = "en"
    channel: Channel = Channel.PROGRAM
    received_date: Day | None = None


class RequestMade(Schema):
    """A request that has come in."""

    id: UUID
    reference: str
    due_at: datetime


class RequestListed(Schema):
    """A request; ``name`` and ``email`` are empty once they are gone."""

    id: UUID
    reference: str
    kinds: list[RequestKind]
    channel: Channel
    language: str
    state: RequestState
    role: str
    scope: str
    subject: str
    things: list[str]
    account_id: UUID | None
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


class ErasureTold(Schema):
    """The deletion of a request; ``asked_by`` cannot be who approves, where it is not empty."""

    id: UUID
    stage: Stage
    plan: PlanShown | None
    asked_by: str
    approved_by: list[str]
    done_by: datetime
    begun_at: datetime | None
    erased_at: datetime | None
    held: bool
    receipts: list[UUID]


class RequestTold(Schema):
    """One request as a story; ``next`` is what is to be done, ``late`` whether its time is over."""

    request: RequestListed
    late: bool
    next: Next
    text: str
    about: str
    story: list[HappeningShown]
    decisions: list[DecisionShown]
    restriction: RestrictionShown | None
    erasure: ErasureTold | None
    collected_at: datetime | None
    reviewed_at: datetime | None
    fetched_at: datetime | None


class IdentityWanted(Schema):
    """How it was checked who asks; never a copy or a number of a document."""

    means: Means
    words: Annotated[str, Field(max_length=MOST_WORDS)] = ""


class AssessmentWanted(Schema):
    """Whose decision it is, and what it is about; ``subject`` is a member, person or object."""

    role: OurRole
    scope: Scope
    account_id: UUID | None = None
    subject: Annotated[str, Field(max_length=64)] = ""
    things: Things = []


class WordsWanted(Schema):
    """What is said."""

    words: Words


class ExtensionWanted(Schema):
    """More time, for a reason that the law knows."""

    reason: ExtensionReason
    months: Annotated[int, Field(ge=1, le=EXTENSION_MONTHS)] = 1


class DecisionWanted(Schema):
    """What is done with one category; without a ground it is done as asked."""

    category: Category
    ground: Annotated[str, Field(max_length=16)] = ""
    until: Day | None = None


class ApprovalOfRefusal(Schema):
    """Which refusal a second person approves."""

    category: Category


class PlanApproval(Schema):
    """A yes to exactly the plan with this digest."""

    digest: Annotated[str, Field(min_length=64, max_length=64, pattern=r"^[0-9a-f]+$")]


class ConfirmationWanted(Schema):
    """The organisation's name as the customer's letter has it."""

    typed: Short


class CollectionWanted(Schema):
    """For a whole account the customer’s public key of age; empty for one person’s data."""

    recipient: Annotated[str, Field(max_length=200)] = ""


class Left(Schema):
    """Rows about somebody else, as ``table/number``."""

    leave_out: Annotated[list[Annotated[str, Field(max_length=100)]], Field(max_length=1000)] = []


class PartTold(Schema):
    """What was collected from one table."""

    table: str
    why: str
    kept: str
    rows: list[dict[str, object]]


class PartsTold(Schema):
    """What was collected for the person, before it goes out."""

    parts: list[PartTold]


class AnswerWanted(Schema):
    """Words of the answer; needed where something is refused."""

    words: Annotated[str, Field(max_length=MOST_WORDS)] = ""


class OwnWanted(Schema):
    """What the maker of the token asks, about themselves or about single files and records."""

    kinds: Kinds
    text: Words
    language: str = "en"
    things: Things = []


class OwnTold(Schema):
    """A request as its customer sees it; ``status_url`` opens its page where it is one's own."""

    id: UUID
    reference: str
    kinds: list[RequestKind]
    state: RequestState
    scope: str
    text: str
    received_at: datetime
    due_date: date
    answered_at: datetime | None
    own: bool
    status_url: str
