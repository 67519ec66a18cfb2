"""Entering, amending and withdrawing records: nothing is changed or deleted, versions follow.

The log learns that a record of a kind was entered, and a commitment to its values; the salt rests
sealed beside them. Values are never in the log.
"""

from __future__ import annotations

import base64
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from trustkeep.evidence.actions import append
from trustkeep.evidence.kinds import Kind
from trustkeep.kernel.clock import isoformat
from trustkeep.kernel.errors import TrustkeepError
from trustkeep.kernel.ids import new_id
from trustkeep.records.kinds import RecordKind
from trustkeep.records.models import Version
from trustkeep.records.queries import place_of
from trustkeep.records.values import InvalidRecord, checked, to_json
from trustkeep.vault.fields import seal_json

__all__ = ["InvalidRecord", "NoSuchRecord", "Recorded", "amend", "enter", "withdraw"]


class NoSuchRecord(TrustkeepError):
    """The record does not exist, is of another kind, or was withdrawn."""

    sentence = "There is no open record {id}."


@dataclass(frozen=True, slots=True)
class Recorded:
    """A record that was entered, and the entry that proves when."""

    id: uuid.UUID
    number: int
    entry_index: int


def enter(*, kind: RecordKind, values: Mapping[str, object], by: str, now: datetime) -> Recorded:
    """Enter a record; raises InvalidRecord naming every field that cannot be as given."""
    typed = checked(kind, values)
    with transaction.atomic():
        return _add(kind, new_id(), 1, typed, by, now, Kind.RECORD_ENTERED)


def amend(
    *,
    kind: RecordKind,
    record_id: uuid.UUID,
    values: Mapping[str, object],
    by: str,
    now: datetime,
) -> Recorded:
    """Enter a new version; the old one stays readable. Raises NoSuchRecord, InvalidRecord."""
    typed = checked(kind, values)
    with transaction.atomic():
        number = _close(record_id, kind.slug)
        return _add(kind, record_id, number + 1, typed, by, now, Kind.RECORD_AMENDED)


def withdraw(
    *, kind: RecordKind, record_id: uuid.UUID, reason: str, by: str, now: datetime
) -> Recorded:
    """Say that a record no longer counts, and why; raises NoSuchRecord, InvalidRecord."""
    if not reason.strip():
        raise InvalidRecord({"reason": "Say why the record no longer counts."})
    with transaction.atomic():
        number = _close(record_id, kind.slug)
        values = {"reason": reason.strip()}
        return _add(kind, record_id, number + 1, values, by, now, Kind.RECORD_WITHDRAWN)


def _close(record_id: uuid.UUID, slug: str) -> int:
    row = (
        Version.objects.select_for_update()
        .filter(record=record_id, kind=slug, newest=True, withdrawn=False)
        .first()
    )
    if row is None:
        raise NoSuchRecord(id=record_id)
    Version.objects.filter(pk=row.pk).update(newest=False)
    return row.number


def _add(
    kind: RecordKind,
    record_id: uuid.UUID,
    number: int,
    values: Mapping[str, Any],
    by: str,
    now: datetime,
    what: Kind,
) -> Recorded:
    plain = to_json(values)
    body = {
        "kind": kind.slug,
        "record": str(record_id),
        "number": number,
        "values": plain,
        "at": isoformat(now),
    }
    # A record may serve several promises; the entry stands under the first and names the kind.
    entry = append(kind=what, promise_id=kind.promises[0], body=body, now=now)
    version_id = new_id()
    document = {"values": plain, "salt": base64.b64encode(entry.salt).decode("ascii")}
    Version.objects.create(
        id=version_id,
        record=record_id,
        number=number,
        kind=kind.slug,
        sealed=seal_json(place_of(version_id), document),
        withdrawn=what is Kind.RECORD_WITHDRAWN,
        entered_by=by,
        entered_at=now,
        entry_index=entry.index,
    )
    return Recorded(record_id, number, entry.index)
