"""Whether a mapping fits the database as it is now; every misfit is a sentence.

Refused are: tables and columns that are missing, tables without a primary key, ways without a
foreign key (orphans would stay unseen), tables that refer to a mapped one and are not emptied
before it, tables that look as if they belonged to accounts and are neither mapped nor kept, rows
hidden by row security, and rights that are missing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext
from psycopg import Connection

from trustkeep.connectors.table_mapping import LockColumn, MappedTable, Name, TableMapping

ACCOUNT_TYPES = {"uuid": "uuid", "text": "text", "varchar": "text", "bpchar": "text"}
"""Types of columns that an account's id can be compared with, and what it is cast to."""
_SETS_NULL = ("n", "d")

_TABLE = """
SELECT c.oid::bigint, c.relkind IN ('r', 'p'), row_security_active(c.oid),
       has_table_privilege(c.oid, 'SELECT'), has_table_privilege(c.oid, 'DELETE'),
       has_table_privilege(c.oid, 'UPDATE')
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname = %s AND c.relname = %s
"""
_COLUMNS = """
SELECT a.attname, t.typname FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid
WHERE a.attrelid = %s AND a.attnum > 0 AND NOT a.attisdropped
"""
_KEY = """
SELECT a.attname FROM pg_index i
CROSS JOIN LATERAL unnest(i.indkey) WITH ORDINALITY AS k(attnum, place)
JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.attnum
WHERE i.indrelid = %s AND i.indisprimary ORDER BY k.place
"""
_REFERRING = """
SELECT n.nspname, c.relname, f.confdeltype::text,
       array(SELECT a.attname::text FROM unnest(f.conkey) k
             JOIN pg_attribute a ON a.attrelid = f.conrelid AND a.attnum = k),
       array(SELECT a.attname::text FROM unnest(f.confkey) k
             JOIN pg_attribute a ON a.attrelid = f.confrelid AND a.attnum = k)
FROM pg_constraint f
JOIN pg_class c ON c.oid = f.conrelid JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE f.confrelid = %s AND f.contype = 'f' AND f.conparentid = 0
"""
_LOOKALIKES = """
SELECT n.nspname, c.relname, a.attname FROM pg_attribute a
JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition AND NOT a.attisdropped
  AND a.attname = ANY(%s) AND n.nspname NOT IN ('pg_catalog', 'information_schema')
"""


@dataclass(frozen=True, slots=True)
class Reference:
    """A foreign key that points at a table."""

    table: Name
    on_delete: str
    columns: tuple[str, ...]
    keys: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TableSeen:
    """One table as the database shows it to the role that asks."""

    columns: dict[str, str]
    key: tuple[str, ...]
    referring: tuple[Reference, ...]
    hides_rows: bool
    may_select: bool
    may_delete: bool
    may_update: bool

    def refers_to_itself(self, name: Name) -> bool:
        """Whether rows of the table point at others of it, so that it is emptied in one go."""
        return any(one.table == name for one in self.referring)


type Schema = dict[Name, TableSeen]


def see(connection: Connection[Any], mapping: TableMapping) -> Schema:
    """Return the mapped tables as they are; one that is missing is missing in the answer too."""
    names = [table.name for table in mapping.tables]
    if mapping.lock is not None:
        names.append(mapping.lock.name)
    found = {name: _seen(connection, name) for name in dict.fromkeys(names)}
    return {name: table for name, table in found.items() if table is not None}


def _seen(connection: Connection[Any], name: Name) -> TableSeen | None:
    row = connection.execute(_TABLE, (name.schema, name.table)).fetchone()
    if row is None or not row[1]:
        return None
    referring = connection.execute(_REFERRING, (row[0],)).fetchall()
    return TableSeen(
        columns=dict(connection.execute(_COLUMNS, (row[0],)).fetchall()),
        key=tuple(one[0] for one in connection.execute(_KEY, (row[0],)).fetchall()),
        referring=tuple(
            Reference(Name(one[0], one[1]), one[2], tuple(one[3]), tuple(one[4]))
            for one in referring
        ),
        hides_rows=row[2],
        may_select=row[3],
        may_delete=row[4],
        may_update=row[5],
    )


def misfits(connection: Connection[Any], mapping: TableMapping, schema: Schema) -> list[str]:
    """Return what does not fit, in the reader's language; empty means that it may be used."""
    found: list[str] = []
    for place, table in enumerate(mapping.tables):
        seen = schema.get(table.name)
        if seen is None:
            found.append(gettext("There is no table {table}.").format(table=table.name))
            continue
        found += _columns_missing(table, seen)
        found += _rights_missing(table, seen)
        found += _left_behind(mapping, place, seen)
        found += _way_without_key(table, schema)
    found += _lock_misfits(mapping.lock, schema)
    return found or _forgotten(connection, mapping, schema)


def readable(mapping: TableMapping, schema: Schema) -> list[str]:
    """Return what keeps a reader from seeing all rows."""
    found = []
    for table in mapping.tables:
        seen = schema.get(table.name)
        if seen is None:
            found.append(gettext("There is no table {table}.").format(table=table.name))
        elif not seen.may_select:
            found.append(gettext("The reader may not read {table}.").format(table=table.name))
        elif seen.hides_rows:
            found.append(gettext("Row security hides rows of {table}.").format(table=table.name))
    return found


def _columns_missing(table: MappedTable, seen: TableSeen) -> list[str]:
    found = []
    for column in filter(None, (table.account, table.person, table.via and table.via.column)):
        if column not in seen.columns:
            found.append(
                gettext("{table} has no column {column}.").format(table=table.name, column=column)
            )
        elif column == table.account and seen.columns[column] not in ACCOUNT_TYPES:
            found.append(
                gettext(
                    "{table}.{column} is of the type {type}; an account’s id is a UUID or text."
                ).format(
                    table=table.name,
                    column=column,
                    type=seen.columns[column],
                )
            )
    if not seen.key:
        found.append(gettext("{table} has no primary key.").format(table=table.name))
    return found


def _rights_missing(table: MappedTable, seen: TableSeen) -> list[str]:
    found = []
    if not (seen.may_select and seen.may_delete):
        found.append(
            gettext("The role may not read and delete in {table}.").format(table=table.name)
        )
    if seen.hides_rows:
        found.append(gettext("Row security hides rows of {table}.").format(table=table.name))
    return found


def _left_behind(mapping: TableMapping, place: int, seen: TableSeen) -> list[str]:
    """A table that refers to this one has to be emptied before, or be kept on purpose."""
    emptied_before = {table.name for table in mapping.tables[: place + 1]}
    found = []
    for one in seen.referring:
        is_kept = one.table in mapping.keep and one.on_delete in _SETS_NULL
        if one.table not in emptied_before and not is_kept:
            found.append(
                gettext("{other} refers to {table} and is not emptied before it.").format(
                    other=one.table,
                    table=mapping.tables[place].name,
                )
            )
    return found


def _way_without_key(table: MappedTable, schema: Schema) -> list[str]:
    if table.via is None or table.via.table not in schema:
        return []
    wanted = (table.name, (table.via.column,), (table.via.key,))
    ways = [(one.table, one.columns, one.keys) for one in schema[table.via.table].referring]
    if wanted in ways:
        return []
    text = gettext(
        "{table}.{column} has no foreign key to {other}.{key}: orphans would stay unseen."
    )
    via = table.via
    return [text.format(table=table.name, column=via.column, other=via.table, key=via.key)]


def _lock_misfits(lock: LockColumn | None, schema: Schema) -> list[str]:
    if lock is None:
        return []
    seen = schema.get(lock.name)
    if seen is None:
        return [gettext("There is no table {table}.").format(table=lock.name)]
    missing = [one for one in (lock.account, lock.column) if one not in seen.columns]
    if missing:
        return [
            gettext("{table} has no column {column}.").format(table=lock.name, column=missing[0])
        ]
    if seen.columns[lock.column] not in ("timestamptz", "timestamp"):
        text = gettext(
            "{table}.{column} is no timestamp, so it cannot say since when an account is locked."
        )
        return [text.format(table=lock.name, column=lock.column)]
    if seen.columns[lock.account] not in ACCOUNT_TYPES or not seen.may_update:
        return [gettext("The role may not change {table}.").format(table=lock.name)]
    return []


def _forgotten(connection: Connection[Any], mapping: TableMapping, schema: Schema) -> list[str]:
    """Tables with a column of the same name as an account column hold accounts' rows too.

    A name that is a table's own key, such as ``id``, says nothing about others.
    """
    columns = sorted(
        {
            table.account
            for table in mapping.tables
            if table.account and schema[table.name].key != (table.account,)
        }
    )
    rows: Sequence[tuple[str, str, str]] = connection.execute(_LOOKALIKES, (columns,)).fetchall()
    named = {table.name for table in mapping.tables} | mapping.keep
    text = gettext("{table} has a column {column} as well and is neither mapped nor kept.")
    return [
        text.format(table=Name(schema, table), column=column)
        for schema, table, column in sorted(rows)
        if Name(schema, table) not in named
    ]
