"""Shapes of accounts' ends: what is asked for, and what is told of deadlines and receipts."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

from ninja import Field, Schema
from pydantic import AfterValidator

from trustkeep.accounts.states import AccountState
from trustkeep.lifecycle.holding import Basis
from trustkeep.lifecycle.queries import HoldShown, ObligationShown
from trustkeep.lifecycle.stages import Stage

EARLIEST, LATEST = 1900, 2999
"""No year beyond these means anything here, and a calendar ends somewhere."""


def _of_our_times[T: date](day: T) -> T:
    if not EARLIEST <= day.year <= LATEST:
        raise ValueError(f"a day between {EARLIEST} and {LATEST} is needed")
    return day


type Day = Annotated[date, AfterValidator(_of_our_times)]
Reference = Annotated[str, Field(min_length=1, max_length=64)]
Words = Annotated[str, Field(max_length=5000)]


class AccountListed(Schema):
    """An account; ``due_at`` is the next deadline of its end."""

    id: UUID
    legal_name: str
    reference: str
    state: AccountState
    time_zone: str
    contract_start_date: date
    ends_at: datetime | None
    due_at: datetime | None


class ReceiptTold(Schema):
    """A receipt; ``why`` is empty for the first, else what made it follow."""

    id: UUID
    issued_at: datetime
    entry_index: int
    why: str


class AccountLife(AccountListed):
    """An account with its end, what holds it, and the receipts."""

    language: str
    manager: str
    dpo_contact: str
    state_at: datetime
    end: ObligationShown | None
    holds: list[HoldShown]
    receipts: list[ReceiptTold]


class Certain(Schema):
    """An act that is not taken back: ``reference`` is the contract's, typed once more."""

    reference: Reference


class EndWanted(Certain):
    """The last day in the contract's own time zone; without one the contract ends at once."""

    last_day: Day | None = None


class EndTold(Schema):
    """What follows from a contract's end."""

    obligation: UUID
    ends_at: datetime
    lock_by: datetime
    delete_not_before: datetime
    delete_by: datetime


class Agreed(Schema):
    """Where a reinstatement stands: it takes two people."""

    reinstated: bool
    stage: Stage


class HoldWanted(Schema):
    """A legal hold; without ``owner_id`` whoever asks answers for it, without ``store`` of all."""

    basis: Basis
    reason: Annotated[str, Field(min_length=1, max_length=1000)]
    review_date: Day
    owner_id: UUID | None = None
    store: Annotated[str, Field(max_length=64)] = ""
    tell: bool = True


class ReviewWanted(Schema):
    """When a hold is looked at again."""

    review_date: Day


class DeletionWanted(Certain):
    """Deletion before the period has passed, and through which door that was asked."""

    cause: Literal["request-account-manager", "request-dpo"]
    request: Annotated[str, Field(max_length=64, pattern=r"^[A-Za-z0-9 ./_-]*$")] = ""


class ApprovalWanted(Certain):
    """A yes to exactly the plan with this digest."""

    digest: Annotated[str, Field(min_length=64, max_length=64, pattern=r"^[0-9a-f]+$")]


class Course(Schema):
    """What follows from an end, instant by instant."""

    ends_at: datetime
    lock_by: datetime
    delete_not_before: datetime
    delete_by: datetime


class ContractTold(Schema):
    """A contract as its customer sees it; ``course`` is null while it runs on."""

    legal_name: str
    reference: str
    state: AccountState
    time_zone: str
    contract_start_date: date
    course: Course | None
    receipts: list[ReceiptTold]


class OwnEndWanted(Schema):
    """The organisation's name for certainty; without a last day the contract ends at once."""

    legal_name: Annotated[str, Field(min_length=1, max_length=200)]
    last_day: Day | None = None
