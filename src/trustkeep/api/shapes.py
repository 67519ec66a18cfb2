"""Shapes of requests and answers that are the API's own; the others are the page's."""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from ninja import Field, Schema
from pydantic import BeforeValidator

from trustkeep.controls.promise import Outcome, State
from trustkeep.records.kinds import FieldType


def _iso_day(text: object) -> object:
    # Without this a bare number would count as an instant since 1970.
    if isinstance(text, str) and not re.fullmatch(r"\d{4}-\d{2}-\d{2}", text):
        raise ValueError("write a day as 2026-11-23")
    return text


Day = Annotated[date, BeforeValidator(_iso_day)]


class Gate(Schema):
    """An account at the gate; ``since`` is when it opened, or when it closed."""

    account: UUID
    open: bool
    since: datetime


class Confirmed(Schema):
    """Where an instruction stands after a confirmation."""

    key: str
    state: str
    outcome: str


class CheckRan(Schema):
    """One run; ``entry_index`` is the entry it left, null if it confirmed what was known."""

    check: str
    outcome: Outcome
    entry_index: int | None


class StateNow(Schema):
    """The summary; ``silent_since`` is set while the checks do not run."""

    at: datetime
    counts: dict[State, int]
    last_check_at: datetime | None
    silent_since: datetime | None


class Checkpoint(Schema):
    """A signed root of the log; ``root`` in hexadecimal."""

    size: int
    root: str
    note: str
    at: datetime


class ConsistencyProof(Schema):
    """Hashes in hexadecimal, as RFC 6962 section 2.1.2 orders them."""

    old: int
    new: int
    path: list[str]
    old_root: str
    new_root: str


class FieldTold(Schema):
    """One field of a kind of records."""

    name: str
    type: FieldType
    label: str
    required: bool
    choices: list[str]


class KindTold(Schema):
    """A kind of records; ``promises`` are those whose checks read it."""

    slug: str
    title: str
    description: str
    promises: list[str]
    fields: list[FieldTold]


class Values(Schema):
    """All values of a record by the names of their fields."""

    values: dict[str, Any]


class Withdrawal(Schema):
    """Why a record no longer counts."""

    reason: Annotated[str, Field(min_length=1, max_length=500)]


class RecordMade(Schema):
    """What was entered, and the entry of the log that proves when."""

    id: UUID
    number: int
    entry_index: int


class RecordTold(Schema):
    """One version of a record."""

    id: UUID
    kind: str
    values: dict[str, Any]
    version: int
    withdrawn: bool
    entered_at: datetime
    entry_index: int
