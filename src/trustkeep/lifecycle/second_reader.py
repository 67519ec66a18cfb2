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
from django.db.backends.utils import CursorWrapper

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
    with own_connection() as connection:
        conditions = conditions_of(connection, ROOTS[extent.scope])
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
    with own_connection() as connection:
        return frozenset(conditions_of(connection, root))


@contextmanager
def own_connection() -> Iterator[BaseDatabaseWrapper]:
    """Give a connection that nobody else writes or reads by."""
    connection = connections.create_connection("default")
    try:
        yield connection
    finally:
        connection.close()


def conditions_of(connection: BaseDatabaseWrapper, root: str) -> dict[str, str]:
    """Return for each table that hangs on `root`, however far, what its rows have to fulfil."""
    with connection.cursor() as cursor:
        names = connection.introspection.table_names(cursor)
        relations = {
            table: connection.introspection.get_relations(cursor, table) for table in names
        }
        columns = {table: _columns(cursor, table) for table in names}
    ways = {table: _ways(table, relations[table], columns[table], root) for table in names}
    reached = {root}
    while True:
        more = {
            table
            for table, found in ways.items()
            if table not in reached and any(one is None or one[1] in reached for _, one in found)
        }
        if not more:
            return {table: _condition(table, root, ways, reached, ()) for table in sorted(reached)}
        reached |= more


def _columns(cursor: CursorWrapper, table: str) -> set[str]:
    """Return the names of a table's columns; a description in full would parse how it was made."""
    cursor.execute(f'SELECT * FROM "{table}" LIMIT 0')  # noqa: S608  (the schema’s names)
    return {one[0] for one in cursor.description}


type _Way = tuple[str, tuple[str, str] | None]
"""A column, and the column and table that it refers to; None where it names the root itself."""


def _ways(
    table: str, relations: Mapping[str, tuple[str, ...]], columns: set[str], root: str
) -> list[_Way]:
    found: list[_Way] = [
        (column, None if one[1] == root else (one[0], one[1])) for column, one in relations.items()
    ]
    known = {column for column, _ in found}
    if root == ROOTS["account"] and table != root:
        found += [(name, None) for name in _LOOSE if name in columns - known]
    return found


def _condition(
    table: str,
    root: str,
    ways: Mapping[str, list[_Way]],
    reached: set[str],
    seen: tuple[str, ...],
) -> str:
    """Return what rows of a table fulfil that hang on the root, by whichever way."""
    if table == root:
        return "id = %s"
    parts = []
    for column, one in ways[table]:
        if one is None:
            parts.append(f'"{column}" = %s')
        elif one[1] in reached and one[1] not in (*seen, table):
            inner = _condition(one[1], root, ways, reached, (*seen, table))
            parts.append(f'"{column}" IN (SELECT "{one[0]}" FROM "{one[1]}" WHERE {inner})')  # noqa: S608  (the schema’s names)
    return f"({' OR '.join(parts) or '1 = 0'})"


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
