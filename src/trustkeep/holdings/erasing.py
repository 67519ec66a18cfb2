"""Emptying an account: list, delete, and count what is left through another path.

The engine in `trustkeep.lifecycle` calls `erase_some` until it deletes nothing, as often as it
wants, after any interruption. `remaining` does not use what deleted: it counts rows by plain SQL
and objects by walking the directory.
"""

from __future__ import annotations

import os
import uuid
from collections.abc import Mapping

from django.db import connection, transaction

from trustkeep.holdings.models import Folder
from trustkeep.vault.shelf import sealed_files

OBJECTS = "objects"
"""The store that is no table: the account's sealed files on the disk."""

FOLDERS = "holdings_folder"
# What refers to something stands before it.
TABLES = (
    "holdings_sharelink",
    "holdings_uploadpart",
    "holdings_upload",
    "holdings_fileversion",
    "holdings_file",
    "holdings_record",
    "holdings_collection",
    "holdings_export",
    "holdings_accessnote",
)
STORES = (*TABLES, FOLDERS, OBJECTS)


def plan(account_id: uuid.UUID) -> Mapping[str, int]:
    """Return how much there is to delete in each store."""
    return remaining(account_id)


def erase_some(*, account_id: uuid.UUID, most: int = 1000) -> Mapping[str, int]:
    """Delete up to `most` of each store; returns how many went. Safe to repeat and to be killed."""
    gone = {OBJECTS: sealed_files().delete_some(account_id, most)}
    with transaction.atomic():
        for table in TABLES:
            gone[table] = _delete_rows(table, account_id, most)
            if gone[table] == most:
                # There may be more, and what follows is referred to by it.
                return gone
        gone[FOLDERS] = _delete_leaves(account_id, most)
    return gone


def erase(*, account_id: uuid.UUID, most: int = 1000) -> Mapping[str, int]:
    """Delete everything of an account, in batches; returns how many went from each store."""
    gone = dict.fromkeys(STORES, 0)
    while True:
        batch = erase_some(account_id=account_id, most=most)
        if not any(batch.values()):
            return gone
        for store, count in batch.items():
            gone[store] += count


def remaining(account_id: uuid.UUID) -> Mapping[str, int]:
    """Return what is left in each store, read by another path than `erase_some` deletes by."""
    left = {}
    with connection.cursor() as cursor:
        for table in (*TABLES, FOLDERS):
            cursor.execute(
                f"SELECT COUNT(*) FROM {table} WHERE account_id = %s",  # noqa: S608  (a constant)
                [_key(account_id)],
            )
            left[table] = int(cursor.fetchone()[0])
    left[OBJECTS] = sum(len(names) for _, _, names in os.walk(sealed_files().place_of(account_id)))
    return left


def _delete_rows(table: str, account_id: uuid.UUID, most: int) -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            f"DELETE FROM {table} WHERE id IN "  # noqa: S608  (a constant)
            f"(SELECT id FROM {table} WHERE account_id = %s LIMIT %s)",
            [_key(account_id), most],
        )
        return int(cursor.rowcount)


def _delete_leaves(account_id: uuid.UUID, most: int) -> int:
    leaves = Folder.objects.filter(account=account_id, children__isnull=True, files__isnull=True)
    found = list(leaves.values_list("pk", flat=True)[:most])
    if found:
        Folder.objects.filter(pk__in=found).delete()
    return len(found)


def _key(account_id: uuid.UUID) -> uuid.UUID | str:
    native: bool = connection.features.has_native_uuid_field
    return account_id if native else account_id.hex
