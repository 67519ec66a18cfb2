"""Entering records from any door, and looking at once what that means for the promises.

A record is committed first; the checks then run on their own. A check that stops with an error
shows as one and takes no record with it.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import datetime

from trustkeep.controls import catalogue
from trustkeep.controls.actions import run_promise
from trustkeep.records import actions
from trustkeep.records.actions import Recorded
from trustkeep.records.kinds import RecordKind


def enter(*, kind: RecordKind, values: Mapping[str, object], by: str, now: datetime) -> Recorded:
    """Enter a record and check its promises; raises InvalidRecord."""
    made = actions.enter(kind=kind, values=values, by=by, now=now)
    return _checked(kind, made, now)


def amend(
    *,
    kind: RecordKind,
    record_id: uuid.UUID,
    values: Mapping[str, object],
    by: str,
    now: datetime,
) -> Recorded:
    """Enter a new version and check its promises; raises NoSuchRecord, InvalidRecord."""
    made = actions.amend(kind=kind, record_id=record_id, values=values, by=by, now=now)
    return _checked(kind, made, now)


def withdraw(
    *, kind: RecordKind, record_id: uuid.UUID, reason: str, by: str, now: datetime
) -> Recorded:
    """Withdraw a record and check its promises; raises NoSuchRecord, InvalidRecord."""
    made = actions.withdraw(kind=kind, record_id=record_id, reason=reason, by=by, now=now)
    return _checked(kind, made, now)


def _checked(kind: RecordKind, made: Recorded, now: datetime) -> Recorded:
    for slug in kind.promises:
        run_promise(promise=catalogue.promise(slug), now=now)
    return made
