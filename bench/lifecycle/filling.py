"""Accounts with as much in them as is wanted, and contracts that have ended."""

from __future__ import annotations

import os
import uuid
from collections.abc import Iterator
from datetime import timedelta
from itertools import count
from typing import Any

from bench.installing import NOW

TABLES = (
    "holdings_fileversion",
    "holdings_file",
    "holdings_record",
    "holdings_collection",
    "holdings_accessnote",
)
"""What `fill` fills, what refers before what is referred to."""
SEALED_BYTES = 200
FILE_BYTES = 1000
_numbers = count(1)


def account() -> uuid.UUID:
    """Open an account through the real action."""
    from trustkeep.accounts.opening import Contract, open_account

    number = next(_numbers)
    contract = Contract(f"Customer {number}", f"C-{number}", NOW.date() - timedelta(days=300))
    return open_account(contract=contract, by="bench", now=NOW).id


def fill(customer: uuid.UUID, rows: int, files: int) -> None:
    """Put so many rows into an account, two of them for each of the files."""
    from django.db import transaction

    from trustkeep.holdings.models import AccessNote, Collection, File, FileVersion, Record

    common = {"account_id": customer, "generation": 1, "made_at": NOW, "made_by": "bench"}
    collection = Collection(**common, sealed=os.urandom(SEALED_BYTES), name_index="bench")
    rest = rows - 2 * files - 1
    notes = rest // 4
    with transaction.atomic():
        collection.save()
        kept = [_file(common) for _ in range(files)]
        File.objects.bulk_create(kept)
        FileVersion.objects.bulk_create(_versions(common, kept))
        changed = {"collection": collection, "changed_at": NOW, "changed_by": "bench"}
        Record.objects.bulk_create(
            [Record(**common, **changed, **_sealed()) for _ in range(rest - notes)]
        )
        AccessNote.objects.bulk_create(
            [
                AccessNote(**common, look=uuid.uuid4(), **_sealed())
                for _ in range(rest - rest * 3 // 4)
            ]
        )
    _put_down(customer, [one.current for one in kept])


def crowd(rows: int) -> None:
    """Put so many records of another customer beside, as alike as copies are."""
    from django.db import connection

    from trustkeep.holdings.models import Record

    other = account()
    fill(other, 3, 0)
    one = Record.objects.get(account=other)
    columns = [f'"{field.column}"' for field in Record._meta.concrete_fields]
    fresh = {'"id"': "lower(hex(randomblob(16)))", '"sealed"': f"randomblob({SEALED_BYTES})"}
    chosen = ", ".join(fresh.get(column, f"one.{column}") for column in columns)
    with connection.cursor() as cursor:
        cursor.execute(
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < %s) "
            f"INSERT INTO holdings_record ({', '.join(columns)}) "
            f"SELECT {chosen} FROM n, holdings_record AS one WHERE one.id = %s",
            [rows, one.id.hex],
        )


def through_waiting(customer: uuid.UUID) -> uuid.UUID:
    """End the contract and let the waiting time pass; return its obligation, due to be purged."""
    from trustkeep.evidence.actions import publish_checkpoint
    from trustkeep.lifecycle import clocks, stepping
    from trustkeep.lifecycle.terminating import end_contract

    told = end_contract(account_id=customer, by="bench", now=NOW)
    clocks.vouch(by="bench", now=NOW)
    now = NOW
    while now < told.delete_not_before - timedelta(minutes=1):
        stepping.run_due(worker="bench", now=now)
        publish_checkpoint(now)
        now = min(now + timedelta(days=1), told.delete_not_before - timedelta(minutes=1))
    return told.obligation


def _file(common: dict[str, Any]) -> Any:
    from trustkeep.holdings.models import File

    return File(
        **common,
        **_sealed(),
        name_index=uuid.uuid4().hex,
        current=uuid.uuid4(),
        size_bytes=FILE_BYTES,
        changed_at=NOW,
    )


def _versions(common: dict[str, Any], files: list[Any]) -> Iterator[Any]:
    from trustkeep.holdings.models import FileVersion

    for one in files:
        yield FileVersion(
            **common, **_sealed(), id=one.current, file=one, number=1, size_bytes=FILE_BYTES
        )


def _sealed() -> dict[str, bytes]:
    return {"sealed": os.urandom(SEALED_BYTES)}


def _put_down(customer: uuid.UUID, objects: list[uuid.UUID]) -> None:
    """Put down as many bytes as sealed files have; what they are does not matter for removing."""
    from trustkeep.vault.shelf import sealed_files

    folder = sealed_files().place_of(customer) / "1"
    folder.mkdir(parents=True, exist_ok=True)
    for one in objects:
        (folder / str(one)).write_bytes(os.urandom(FILE_BYTES))
