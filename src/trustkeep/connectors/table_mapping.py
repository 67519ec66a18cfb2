"""The declared mapping of an account to the tables of a database: read, and turned into conditions.

It is TOML. Tables stand in the order in which they are emptied, so what refers to another stands
before it. A table has an ``account`` column, or comes by way of another table that is mapped::

    keep = ["shop.vouchers"]                 # stays, and somebody has decided so

    [[tables]]
    table = "shop.order_lines"
    via = {column = "order_id", table = "shop.orders", key = "id"}

    [[tables]]
    table = "shop.orders"
    account = "account_id"
    person = "member_id"                     # where one person can be told apart

    [lock]
    table = "shop.accounts"
    account = "id"
    column = "locked_at"                     # a timestamp, set and emptied
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from trustkeep.lifecycle.systems.ports import SettingInvalid

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_$]{0,62}")
MOST_TABLES = 500


class MappingInvalid(SettingInvalid):
    """The text is no mapping."""

    sentence = "The mapping cannot be used: {problem}"


@dataclass(frozen=True, slots=True)
class Name:
    """A table by schema and name."""

    schema: str
    table: str

    def __str__(self) -> str:
        return f"{self.schema}.{self.table}"


@dataclass(frozen=True, slots=True)
class Via:
    """How a table without an account column belongs to one: its column, the other table's key."""

    column: str
    table: Name
    key: str


@dataclass(frozen=True, slots=True)
class MappedTable:
    """One table to empty; either ``account`` or ``via`` is given."""

    name: Name
    account: str = ""
    person: str = ""
    via: Via | None = None


@dataclass(frozen=True, slots=True)
class LockColumn:
    """Where the product looks whether an account is locked."""

    name: Name
    account: str
    column: str


@dataclass(frozen=True, slots=True)
class TableMapping:
    """The whole mapping, in the order of deletion."""

    tables: tuple[MappedTable, ...]
    keep: frozenset[Name] = frozenset()
    lock: LockColumn | None = None

    def of(self, name: Name) -> MappedTable | None:
        """Return how a table is mapped, if it is."""
        return next((one for one in self.tables if one.name == name), None)

    def knows_persons(self, table: MappedTable) -> bool:
        """Return whether one person's rows can be told apart, here or by way of another table."""
        if table.via is None:
            return bool(table.person)
        parent = self.of(table.via.table)
        return parent is not None and self.knows_persons(parent)


def read_mapping(text: str) -> TableMapping:
    """Return what a mapping says; raises MappingInvalid with the reason."""
    try:
        told = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise _invalid(f"not TOML, {error}.") from error
    _only(told, {"tables", "keep", "lock"}, "the mapping")
    entries = told.get("tables")
    if not isinstance(entries, list) or not 1 <= len(entries) <= MOST_TABLES:
        raise _invalid("it names no tables.")
    tables = tuple(_table(entry) for entry in entries)
    names = [table.name for table in tables]
    twice = [str(name) for name in names if names.count(name) > 1]
    if twice:
        raise _invalid(f"{twice[0]} is named twice.")
    mapping = TableMapping(tables, _kept(told.get("keep", [])), _lock(told.get("lock")))
    _require_ways(mapping)
    return mapping


def _table(entry: object) -> MappedTable:
    given = _object(entry, "a table")
    _only(given, {"table", "account", "person", "via"}, "a table")
    name = _table_name(given.get("table"))
    if ("account" in given) == ("via" in given):
        raise _invalid(f"{name} needs either “account” or “via”.")
    if "via" in given and "person" in given:
        raise _invalid(f"{name} finds persons by way of its other table, so it has no “person”.")
    via = _via(given["via"], name) if "via" in given else None
    account = _column(given["account"]) if "account" in given else ""
    person = _column(given["person"]) if "person" in given else ""
    return MappedTable(name, account, person, via)


def _via(entry: object, name: Name) -> Via:
    given = _object(entry, f"“via” of {name}")
    _only(given, {"column", "table", "key"}, f"“via” of {name}")
    return Via(
        _column(given.get("column")), _table_name(given.get("table")), _column(given.get("key"))
    )


def _lock(entry: object) -> LockColumn | None:
    if entry is None:
        return None
    given = _object(entry, "“lock”")
    _only(given, {"table", "account", "column"}, "“lock”")
    return LockColumn(
        _table_name(given.get("table")), _column(given.get("account")), _column(given.get("column"))
    )


def _kept(entry: object) -> frozenset[Name]:
    if not isinstance(entry, list):
        raise _invalid("“keep” is a list of tables.")
    return frozenset(_table_name(one) for one in entry)


def _require_ways(mapping: TableMapping) -> None:
    """Every way by other tables has to end at one with an account column."""
    for table in mapping.tables:
        seen, at = {table.name}, table
        while at.via is not None:
            parent = mapping.of(at.via.table)
            if parent is None:
                raise _invalid(f"{at.name} comes by way of {at.via.table}, which is not mapped.")
            if parent.name in seen:
                raise _invalid(f"the way from {table.name} goes in a circle.")
            seen.add(parent.name)
            at = parent


def _table_name(value: object) -> Name:
    parts = value.split(".") if isinstance(value, str) else []
    if len(parts) == 1:
        parts = ["public", *parts]
    if len(parts) != 2 or not all(_NAME.fullmatch(part) for part in parts):
        raise _invalid(f"“{value}” is not the name of a table, such as public.orders.")
    return Name(*parts)


def _column(value: object) -> str:
    if not isinstance(value, str) or not _NAME.fullmatch(value):
        raise _invalid(f"“{value}” is not the name of a column.")
    return value


def _object(entry: object, what: str) -> Mapping[str, Any]:
    if not isinstance(entry, dict):
        raise _invalid(f"{what} is not a table of TOML.")
    return entry


def _only(given: Mapping[str, Any], known: set[str], what: str) -> None:
    unknown = sorted(set(given) - known)
    if unknown:
        raise _invalid(f"{what} has no “{unknown[0]}”.")


def _invalid(problem: str) -> MappingInvalid:
    return MappingInvalid(field="mapping", problem=problem)
