"""Records: JSON objects in collections, each sealed as a whole."""

from __future__ import annotations

import json
import uuid
from collections.abc import Collection as TextCollection
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Q

from trustkeep.accounts.gate import Passage
from trustkeep.accounts.models import Account
from trustkeep.holdings import places
from trustkeep.holdings.entering import writing
from trustkeep.holdings.models import Collection, Record
from trustkeep.holdings.queries import has_words
from trustkeep.kernel.errors import TrustkeepError
from trustkeep.kernel.ids import new_id

TABLE = "holdings_record"
COLLECTION_TABLE = "holdings_collection"
MOST_BYTES = 256 * 1024
"""How large one record may be, as JSON."""
MOST_COLLECTIONS = 1000
DELETED_KEPT_FOR = timedelta(days=30)
"""How long a deleted record can be taken back."""


class RecordInvalid(TrustkeepError):
    """A record is a JSON object of a limited size."""

    sentence = "A record is a JSON object with text keys, of at most {most} bytes."


class NoSuchRow(TrustkeepError):
    """The record is not in this account, or was deleted for good."""

    sentence = "This record is not here: it was deleted, or never was in your account."


class NoSuchCollection(TrustkeepError):
    """The collection is not in this account."""

    sentence = "There is no collection “{name}” in your account."


class RecordChanged(TrustkeepError):
    """Somebody else has changed the record since it was read."""

    sentence = "Somebody has changed this record since you read it. Read it again, then change it."


class TooManyCollections(TrustkeepError):
    """An account has only so many collections."""

    sentence = "An account has at most {most} collections. Put these records into one of them."


@dataclass(frozen=True, slots=True)
class CollectionShown:
    """A collection and how many records it holds."""

    id: uuid.UUID
    name: str
    count: int
    made_at: datetime


@dataclass(frozen=True, slots=True)
class RecordShown:
    """One record; ``number`` goes up with every change."""

    id: uuid.UUID
    collection: str
    values: Mapping[str, Any]
    number: int
    made_at: datetime
    changed_at: datetime
    deleted_at: datetime | None


def enter_record(
    *, passage: Passage, collection: str, values: Mapping[str, Any], by: str, now: datetime
) -> RecordShown:
    """Keep a record; its collection comes with the first. Raises RecordInvalid, NameInvalid."""
    name, kept = places.cleaned(collection), _checked(values)
    with writing(passage, now=now) as account:
        shelf = _shelf(account, passage, name, by, now)
        row = Record(
            id=new_id(),
            account=account,
            collection=shelf,
            generation=passage.generation,
            made_at=now,
            made_by=by,
            changed_at=now,
            changed_by=by,
        )
        row.sealed = places.seal(account.id, TABLE, row.id, kept)
        row.save(force_insert=True)
    return _shown(row, name)


def change_record(
    *,
    passage: Passage,
    record_id: uuid.UUID,
    values: Mapping[str, Any],
    by: str,
    now: datetime,
    number: int | None = None,
) -> RecordShown:
    """Put new values in the place of the old; with `number` only over that state of the record.

    Raises NoSuchRow, RecordInvalid, RecordChanged.
    """
    kept = _checked(values)
    with writing(passage, now=now) as account:
        row = _present(account.id, record_id)
        if number is not None and row.number != number:
            raise RecordChanged
        row.sealed = places.seal(account.id, TABLE, row.id, kept)
        row.number, row.changed_at, row.changed_by = row.number + 1, now, by
        row.generation = passage.generation
        row.save()
    return _shown(row, _name(row.collection))


def delete_record(*, passage: Passage, record_id: uuid.UUID, now: datetime) -> None:
    """Put a record into the trash; raises NoSuchRow."""
    with writing(passage, now=now) as account:
        row = _present(account.id, record_id)
        Record.objects.filter(pk=row.pk).update(trashed_at=now)


def take_back_record(*, passage: Passage, record_id: uuid.UUID, now: datetime) -> RecordShown:
    """Take a record back from the trash; raises NoSuchRow."""
    with writing(passage, now=now) as account:
        rows = Record.objects.filter(pk=record_id, account=account, trashed_at__isnull=False)
        if not rows.update(trashed_at=None):
            raise NoSuchRow
    return record(passage.account_id, record_id)


def forget_deleted(*, now: datetime, held: TextCollection[uuid.UUID] = ()) -> int:
    """Delete for good what has been in the trash for too long; returns how many.

    Nothing of the accounts in `held`.
    """
    rows = Record.objects.filter(trashed_at__lte=now - DELETED_KEPT_FOR)
    return rows.exclude(account__in=held).delete()[0]


def collections(account_id: uuid.UUID) -> list[CollectionShown]:
    """Return the collections of an account, by name."""
    present = Count("records", filter=Q(records__trashed_at__isnull=True))
    rows = Collection.objects.filter(account=account_id).annotate(count=present)
    found = [CollectionShown(row.id, _name(row), row.count, row.made_at) for row in rows]
    return sorted(found, key=lambda one: (one.name.casefold(), one.name))


def collection_called(account_id: uuid.UUID, name: str) -> CollectionShown:
    """Return one collection; raises NoSuchCollection."""
    row = _called(account_id, name)
    if row is None:
        raise NoSuchCollection(name=name[: places.MOST_LETTERS])
    count = row.records.filter(trashed_at__isnull=True).count()
    return CollectionShown(row.id, _name(row), count, row.made_at)


def records(account_id: uuid.UUID, name: str, text: str = "") -> list[RecordShown]:
    """Return the records of a collection that hold all words of `text`, oldest first."""
    shelf = collection_called(account_id, name)
    return [
        one
        for one in all_records(account_id, shelf.id, shelf.name)
        if not text or has_words(text, json.dumps(one.values, ensure_ascii=False))
    ]


def all_records(account_id: uuid.UUID, shelf_id: uuid.UUID, name: str) -> Iterator[RecordShown]:
    """Give the records of a collection one by one, without holding them all."""
    rows = Record.objects.filter(account=account_id, collection=shelf_id, trashed_at__isnull=True)
    for row in rows.order_by("made_at", "pk").iterator(chunk_size=500):
        yield _shown(row, name)


def deleted_records(account_id: uuid.UUID) -> list[RecordShown]:
    """Return the records in the trash, newest first."""
    rows = Record.objects.filter(account=account_id, trashed_at__isnull=False)
    return [
        _shown(row, _name(row.collection))
        for row in rows.select_related("collection").order_by("-trashed_at", "pk")
    ]


def record(account_id: uuid.UUID, record_id: uuid.UUID) -> RecordShown:
    """Return one record that is not in the trash; raises NoSuchRow."""
    row = _present(account_id, record_id)
    return _shown(row, _name(row.collection))


def count_made_by(account_id: uuid.UUID, makers: TextCollection[str]) -> int:
    """Return how many records somebody made, those in the trash too."""
    return Record.objects.filter(account=account_id, made_by__in=makers).count()


def made_by(account_id: uuid.UUID, makers: TextCollection[str]) -> Iterator[RecordShown]:
    """Give the records that somebody made, one by one, those in the trash too."""
    rows = Record.objects.filter(account=account_id, made_by__in=makers)
    ordered = rows.select_related("collection").order_by("collection", "made_at", "pk")
    for row in ordered.iterator(chunk_size=500):
        yield _shown(row, _name(row.collection))


def collection_of(account_id: uuid.UUID, record_id: uuid.UUID) -> str:
    """Return the collection in which a record lies, or lay before the trash; raises NoSuchRow."""
    rows = Record.objects.select_related("collection").filter(pk=record_id, account=account_id)
    row = rows.first()
    if row is None:
        raise NoSuchRow
    return _name(row.collection)


def count_records(account_id: uuid.UUID) -> int:
    """Return how many records an account keeps."""
    return Record.objects.filter(account=account_id, trashed_at__isnull=True).count()


def _present(account_id: uuid.UUID, record_id: uuid.UUID) -> Record:
    rows = Record.objects.select_related("collection")
    row = rows.filter(pk=record_id, account=account_id, trashed_at__isnull=True).first()
    if row is None:
        raise NoSuchRow
    return row


def _shelf(account: Account, passage: Passage, name: str, by: str, now: datetime) -> Collection:
    found = _called(account.id, name)
    if found is not None:
        return found
    if Collection.objects.filter(account=account).count() >= MOST_COLLECTIONS:
        raise TooManyCollections(most=MOST_COLLECTIONS)
    row = Collection(
        id=new_id(), account=account, generation=passage.generation, made_at=now, made_by=by
    )
    row.sealed = places.seal(account.id, COLLECTION_TABLE, row.id, {"name": name})
    row.name_index = places.index_of(account.id, COLLECTION_TABLE, name)
    row.save(force_insert=True)
    return row


def _called(account_id: uuid.UUID, name: str) -> Collection | None:
    indexes = places.indexes_of(account_id, COLLECTION_TABLE, name)
    return Collection.objects.filter(account=account_id, name_index__in=indexes).first()


def _checked(values: Mapping[str, Any]) -> dict[str, Any]:
    try:
        told = json.dumps(values, ensure_ascii=False, allow_nan=False)
        size_bytes = len(told.encode("utf-8"))
    except (TypeError, ValueError, RecursionError):
        raise RecordInvalid(most=MOST_BYTES) from None
    if not isinstance(values, dict) or size_bytes > MOST_BYTES:
        raise RecordInvalid(most=MOST_BYTES)
    kept: dict[str, Any] = json.loads(told)
    return kept


def _name(row: Collection) -> str:
    told = places.unseal(row.account_id, COLLECTION_TABLE, row.id, row.sealed)
    name: str = told["name"]
    return name


def _shown(row: Record, collection: str) -> RecordShown:
    return RecordShown(
        id=row.id,
        collection=collection,
        values=places.unseal(row.account_id, TABLE, row.id, row.sealed),
        number=row.number,
        made_at=row.made_at,
        changed_at=row.changed_at,
        deleted_at=row.trashed_at,
    )
