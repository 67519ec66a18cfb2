"""What an account holds, store by store: counted, and emptied in batches.

A store is a table that `trustkeep.lifecycle.holders` gives a reach, or the directory of the
account's sealed files. Rows are deleted by their key in batches that commit together with their
count, so that a killed process neither loses nor doubles what the receipt says.
"""

from __future__ import annotations

import os
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from graphlib import TopologicalSorter
from typing import Any

from django.apps import apps
from django.db import connection, models

from trustkeep.kernel.errors import TrustkeepError
from trustkeep.lifecycle.holders import HOLDERS, Reach
from trustkeep.vault.shelf import sealed_files

OBJECTS = "objects"
"""The store that is no table."""
ROOTS: Mapping[str, str] = {
    "account": "accounts_account",
    "member": "accounts_member",
    "file": "holdings_file",
}
"""Which table the reference of a scope names a row of."""


class ScopeUnknown(TrustkeepError):
    """Nothing here can be told apart by that."""

    sentence = "“{scope}” cannot be erased by itself. There are: {known}."


@dataclass(frozen=True, slots=True)
class Extent:
    """What is meant: an account, or one row in it that others belong to."""

    account: uuid.UUID
    scope: str = "account"
    reference: str = ""

    @property
    def root(self) -> uuid.UUID:
        """The id of the row that everything hangs on."""
        return uuid.UUID(self.reference) if self.reference else self.account


def tables(scope: str = "account") -> list[str]:
    """Return the tables that hold anything of a scope, what refers before what is referred to."""
    return [table for table in _ordered() if _condition(table, scope) is not None]


def count(table: str, extent: Extent) -> int:
    """Return how many rows of a table belong to an extent."""
    where, values = _where(table, extent)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT COUNT(*) FROM {table} WHERE {where}", values)  # noqa: S608  (our own names)
        return int(cursor.fetchone()[0])


def erase_some(table: str, extent: Extent, most: int) -> int:
    """Delete up to `most` rows, or blank them; return how many went."""
    where, values = _where(table, extent)
    reach = reach_of(table)
    key = primary_key(table)
    if reach.leaves:
        # What something else in the same table refers to goes in a later batch.
        others = f"SELECT {reach.leaves} FROM {table} WHERE {reach.leaves} IS NOT NULL"  # noqa: S608  (our own names)
        where = f"{where} AND {key} NOT IN ({others})"
    picked = f"{key} IN (SELECT {key} FROM {table} WHERE {where} LIMIT %s)"  # noqa: S608  (our own names)
    act = f"UPDATE {table} SET {reach.blank} = %s" if reach.blank else f"DELETE FROM {table}"  # noqa: S608  (our own names)
    before = [b""] if reach.blank else []
    with connection.cursor() as cursor:
        cursor.execute(f"{act} WHERE {picked}", [*before, *values, most])
        return int(cursor.rowcount)


def told(table: str, extent: Extent) -> list[dict[str, Any]]:
    """Return what an export gives of a table's rows: the columns that the list of holders names."""
    where, values = _where(table, extent)
    rows = _models()[table]._default_manager.extra(where=[f"({where})"], params=values)  # noqa: S610  (our own names)
    return list(rows.values(*reach_of(table).told))


def delete_rows(table: str, ids: Sequence[uuid.UUID]) -> int:
    """Delete these rows and nothing that hangs on them; return how many went."""
    if not ids:
        return 0
    places = ", ".join(["%s"] * len(ids))
    with connection.cursor() as cursor:
        cursor.execute(
            f"DELETE FROM {table} WHERE {primary_key(table)} IN ({places})",  # noqa: S608  (our own names)
            [key_of(one) for one in ids],
        )
        return int(cursor.rowcount)


def files_of(account: uuid.UUID) -> tuple[int, int]:
    """Return how many sealed files an account has, and their bytes on the disk."""
    count, size = 0, 0
    for folder in sealed_files().place_of(account).glob("*"):
        with os.scandir(folder) as entries:
            for entry in entries:
                count, size = count + 1, size + entry.stat().st_size
    return count, size


def reach_of(table: str) -> Reach:
    reach = HOLDERS[table].reach
    assert reach, table
    return reach


def key_of(value: uuid.UUID) -> str | uuid.UUID:
    """Return an id as this database stores it."""
    native: bool = connection.features.has_native_uuid_field
    return value if native else value.hex


@cache
def primary_key(table: str) -> str:
    """Return the column that tells the rows of a table apart."""
    column = _models()[table]._meta.pk.column
    return f'"{column}"'


def _where(table: str, extent: Extent) -> tuple[str, list[str | uuid.UUID]]:
    condition = _condition(table, extent.scope)
    if condition is None:
        raise ScopeUnknown(scope=extent.scope, known=", ".join(ROOTS))
    return condition, [key_of(extent.root)] * condition.count("%s")


@cache
def _condition(table: str, scope: str) -> str | None:
    """Return the condition for the rows that belong to one root; None if none can."""
    reach = HOLDERS[table].reach
    root = ROOTS.get(scope)
    if reach is None or root is None:
        return None
    also = f" AND {reach.also}" if reach.also else ""
    if table == root:
        return "id = %s" + also
    paths = [_path_to(path, root) for path in (reach.path, reach.other) if path]
    ways = [_by_path(path) for path in paths if path is not None]
    return f"({' OR '.join(ways)}){also}" if ways else None


def _by_path(path: tuple[str, ...]) -> str:
    condition = f"{path[-1]} = %s"
    for column, owner in zip(path[-3::-2], path[-2::-2], strict=True):
        condition = f"{column} IN (SELECT id FROM {owner} WHERE {condition})"  # noqa: S608  (our own names)
    return condition


def _path_to(path: tuple[str, ...], root: str) -> tuple[str, ...] | None:
    """Cut a path of columns and tables where it comes to the root's table."""
    if root == ROOTS["account"]:
        return path
    return path[: path.index(root)] if root in path else None


@cache
def _ordered() -> tuple[str, ...]:
    known = _models()
    graph: dict[str, set[str]] = {}
    for table, holder in HOLDERS.items():
        if holder.reach is None:
            continue
        graph.setdefault(table, set())
        for field in known[table]._meta.concrete_fields:
            if field.is_relation and isinstance(field.related_model, type):
                owner = field.related_model._meta.db_table
                if owner != table and owner in HOLDERS and HOLDERS[owner].reach is not None:
                    graph.setdefault(owner, set()).add(table)
    # In order, so that it comes out the same in every process.
    return tuple(TopologicalSorter({one: sorted(graph[one]) for one in graph}).static_order())


@cache
def _models() -> dict[str, type[models.Model]]:
    return {model._meta.db_table: model for model in apps.get_models(include_auto_created=True)}
