"""The second reader: confirms that nothing is left, by another way than what deleted.

It opens a connection of its own, asks the live schema instead of our list which tables hang on an
account, counts what is in them, and walks the directory of sealed files. So it also finds what a
list has forgotten.
"""

from __future__ import annotations

import os
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper

from trustkeep.lifecycle.holders import HOLDERS
from trustkeep.lifecycle.stores import OBJECTS, ROOTS, Extent, key_of
from trustkeep.vault.shelf import sealed_files

_LOOSE = ("account", "account_id")
"""Columns that name an account without a foreign key."""


@dataclass(frozen=True, slots=True)
class Left:
    """What was found; ``stores`` names only what is not empty."""

    looked: int
    stores: Mapping[str, int]

    @property
    def total(self) -> int:
        """Everything that is left."""
        return sum(self.stores.values())


def read(extent: Extent) -> Left:
    """Return what is left of an extent."""
    with _own_connection() as connection:
        conditions = _conditions(connection, ROOTS[extent.scope])
        found = {
            table: _count(connection, table, condition, extent.root)
            for table, condition in conditions.items()
            if _is_to_be_empty(table)
        }
    if extent.scope == "account":
        place = sealed_files().place_of(extent.account)
        found[OBJECTS] = sum(len(names) for _, _, names in os.walk(place))
    return Left(len(found), {table: number for table, number in found.items() if number})


def hanging_tables(root: str = ROOTS["account"]) -> frozenset[str]:
    """Return every table that hangs on a root, as the live schema tells."""
    with _own_connection() as connection:
        return frozenset(_conditions(connection, root))


@contextmanager
def _own_connection() -> Iterator[BaseDatabaseWrapper]:
    connection = connections.create_connection("default")
    try:
        yield connection
    finally:
        connection.close()


def _conditions(connection: BaseDatabaseWrapper, root: str) -> dict[str, str]:
    """Return for each table that hangs on `root`, however far, what its rows have to fulfil."""
    with connection.cursor() as cursor:
        names = connection.introspection.table_names(cursor)
        relations = {
            table: connection.introspection.get_relations(cursor, table) for table in names
        }
        columns = {
            table: {
                one.name for one in connection.introspection.get_table_description(cursor, table)
            }
            for table in names
        }
    found = {root: "id = %s"}
    if root == ROOTS["account"]:
        for table in names:
            loose = [name for name in _LOOSE if name in columns[table]]
            if loose and table != root:
                found[table] = f'"{loose[0]}" = %s'
    grew = True
    while grew:
        grew = False
        for table in names:
            if table in found:
                continue
            ways = [
                f'"{column}" IN (SELECT "{one[0]}" FROM "{one[1]}" WHERE {found[one[1]]})'  # noqa: S608  (the schema’s names)
                for column, one in relations[table].items()
                if one[1] in found
            ]
            if ways:
                found[table] = f"({' OR '.join(ways)})"
                grew = True
    return found


def _is_to_be_empty(table: str) -> bool:
    holder = HOLDERS.get(table)
    # A table that the list does not know is counted too: that is what this reader is for.
    return holder is None or holder.reach is not None


def _count(connection: BaseDatabaseWrapper, table: str, condition: str, root: uuid.UUID) -> int:
    holder = HOLDERS.get(table)
    reach = holder.reach if holder else None
    if reach and reach.also:
        condition += f" AND {reach.also}"
    statement = f'SELECT COUNT(*) FROM "{table}" WHERE {condition}'  # noqa: S608  (the schema’s names)
    with connection.cursor() as cursor:
        cursor.execute(statement, [key_of(root)] * condition.count("%s"))
        return int(cursor.fetchone()[0])
