"""Reading records: what counts now, and how a record came to be."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from trustkeep.records.kinds import RecordKind
from trustkeep.records.models import Version
from trustkeep.records.values import from_json
from trustkeep.vault.fields import unseal_json
from trustkeep.vault.keys import COMPANY
from trustkeep.vault.sealing import Place


@dataclass(frozen=True, slots=True)
class Entered:
    """One version of a record with its typed values."""

    id: uuid.UUID
    kind: str
    values: Mapping[str, Any]
    number: int
    withdrawn: bool
    entered_by: str
    entered_at: datetime
    entry_index: int

    def __getitem__(self, name: str) -> Any:
        return self.values[name]

    def get(self, name: str, default: Any = None) -> Any:
        """Return a value that may have been left empty."""
        return self.values.get(name, default)


def place_of(version_id: uuid.UUID) -> Place:
    """Return where the values of a version are sealed."""
    return Place(COMPANY, "records_version", "sealed", str(version_id))


def current(kind: RecordKind, now: datetime) -> list[Entered]:
    """Return the records of a kind that count at `now`, oldest first."""
    rows = Version.objects.filter(kind=kind.slug, newest=True, withdrawn=False, entered_at__lte=now)
    return [_entered(kind, row) for row in rows.order_by("entered_at", "entry_index")]


def count(kind: RecordKind) -> int:
    """Return how many records of a kind count."""
    return Version.objects.filter(kind=kind.slug, newest=True, withdrawn=False).count()


def history(kind: RecordKind, record_id: uuid.UUID) -> list[Entered]:
    """Return all versions of a record, newest first; empty if there is none of this kind."""
    rows = Version.objects.filter(kind=kind.slug, record=record_id).order_by("-number")
    return [_entered(kind, row) for row in rows]


def kind_of(record_id: uuid.UUID) -> str | None:
    """Return the slug of the kind that a record is of; None if there is no such record."""
    return Version.objects.filter(record=record_id).values_list("kind", flat=True).first()


def _entered(kind: RecordKind, row: Version) -> Entered:
    document = unseal_json(place_of(row.id), row.sealed)
    return Entered(
        id=row.record,
        kind=row.kind,
        values=from_json(kind, document["values"]),
        number=row.number,
        withdrawn=row.withdrawn,
        entered_by=row.entered_by,
        entered_at=row.entered_at,
        entry_index=row.entry_index,
    )
