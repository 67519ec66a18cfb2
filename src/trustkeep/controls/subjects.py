"""Who or what a check found: names for opaque references, for the staff and for nobody else."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from trustkeep.accounts import queries as accounts
from trustkeep.controls.record_kinds import BY_SLUG
from trustkeep.identity import queries as identity
from trustkeep.records import queries as records
from trustkeep.records.values import to_json


@dataclass(frozen=True, slots=True)
class SubjectShown:
    """A subject by name; a record also by ``kind`` and ``record``, so that it can be opened."""

    name: str
    kind: str | None = None
    record: uuid.UUID | None = None


def subject(reference: str) -> SubjectShown:
    """Return what an opaque reference stands for; the reference itself where that is all."""
    try:
        known_by = uuid.UUID(reference)
    except ValueError:
        return SubjectShown(reference)
    return _person(reference) or _record(known_by) or SubjectShown(reference)


def _person(reference: str) -> SubjectShown | None:
    people = {str(person.id): person.name for person in accounts.people()}
    name = people.get(reference) or identity.names().get(reference)
    return SubjectShown(name) if name else None


def _record(record_id: uuid.UUID) -> SubjectShown | None:
    slug = records.kind_of(record_id)
    kind = BY_SLUG.get(slug or "")
    if kind is None:
        return None
    newest = records.history(kind, record_id)[0]
    first = to_json(newest.values).get(kind.fields[0].name)
    return SubjectShown(str(first or record_id), kind.slug, record_id)
