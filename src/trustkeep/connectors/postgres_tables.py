"""PostgreSQL tables of the company's own product: counted, emptied in batches, and read again.

Before every act the mapping is held against the live schema; a misfit stops it. Rows go in batches,
each a transaction of its own, in the order of the mapping, until nothing is left or the time of one
visit is over; the next visit goes on. The second reader is another role on another connection, and
counts by reading the tables themselves: indexes, by which rows were found to be deleted, are off.

Details of errors are SQLSTATE codes and names of constraints, never messages: those quote rows.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from time import monotonic
from typing import Any

import psycopg
from django.utils.translation import gettext
from psycopg import Connection, sql

from trustkeep.connectors.outgoing import NotAsked, Reach, address_of
from trustkeep.connectors.replies import unasked
from trustkeep.connectors.table_mapping import MappedTable, read_mapping
from trustkeep.connectors.table_schema import (
    ACCOUNT_TYPES,
    Schema,
    misfits,
    readable,
    see,
)
from trustkeep.connectors.trials import fault_of
from trustkeep.lifecycle.systems.ports import (
    Act,
    Answer,
    Count,
    Instruction,
    Outcome,
    Plan,
    Scope,
    ScopeKind,
    System,
    Trial,
    Trouble,
)

BATCH = 5_000
"""Rows in one DELETE."""
VISIT_S = 45.0
"""How long one visit deletes before it lets go; well within the lease of an attempt."""
CONNECT_S = 10
_OPTIONS = "-c statement_timeout=60s -c lock_timeout=10s -c idle_in_transaction_session_timeout=60s"
_ONLY_HEAP = "-c enable_indexscan=off -c enable_indexonlyscan=off -c enable_bitmapscan=off"
_BUSY = ("starting up", "shutting down", "too many", "recovery", "remaining connection")


class Misfit(Exception):
    """The mapping does not fit; ``faults`` are sentences."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__(faults[0])
        self.faults = faults


class PostgresTables:
    """Empties one database of what belongs to an account or a person."""

    def __init__(self, system: System, reach: Reach) -> None:
        self._settings = system.settings
        self._mapping = read_mapping(system.settings["mapping"])
        self._reach = reach

    @property
    def acts(self) -> frozenset[Act]:
        """Locking takes a column for it, verifying a second role."""
        acts = {Act.ERASE}
        if self._mapping.lock is not None:
            acts |= {Act.LOCK, Act.UNLOCK}
        if self._settings.get("reader_user"):
            acts.add(Act.VERIFY)
        return frozenset(acts)

    def trial(self, now: datetime) -> Trial:
        """Connect as both roles and hold the mapping against the schema."""
        faults: list[str] = []
        seen = 0
        try:
            with self._connected() as connection:
                schema = see(connection, self._mapping)
                faults += misfits(connection, self._mapping, schema)
                seen = len(schema)
            if Act.VERIFY in self.acts:
                with self._reading() as connection:
                    faults += readable(self._mapping, see(connection, self._mapping))
        except (NotAsked, psycopg.Error) as error:
            answer = _failed(error)
            faults.append(fault_of(answer.trouble or Trouble.FAILING, answer.detail))
        told = gettext("{number} tables seen.").format(number=seen)
        return Trial(tuple(dict.fromkeys(faults)), (told,) if seen else ())

    def plan(self, scope: Scope, now: datetime) -> Plan:
        """Count the rows of every table."""
        try:
            with self._connected() as connection:
                schema = self._fitting(connection)
                tables = self._tables_for(scope)
                return Plan(
                    tuple(
                        Count(str(one.name), self._left(connection, one, scope, schema))
                        for one in tables
                    ),
                    trouble=None if tables else Trouble.UNSUPPORTED,
                )
        except (Misfit, NotAsked, psycopg.Error) as error:
            answer = _failed(error)
            return Plan(trouble=answer.trouble, detail=answer.detail)

    def lock(self, instruction: Instruction, now: datetime) -> Answer:
        return self._answered(lambda: self._set_lock(instruction.scope, now))

    def unlock(self, instruction: Instruction, now: datetime) -> Answer:
        return self._answered(lambda: self._set_lock(instruction.scope, None))

    def erase(self, instruction: Instruction, now: datetime) -> Answer:
        """Delete until nothing is left, or the visit is over."""
        return self._answered(lambda: self._erased(instruction.scope, 0, now))

    def poll(self, instruction: Instruction, tracking: str, now: datetime) -> Answer:
        """Go on where the last visit ended."""
        before = int(tracking) if tracking.isdecimal() else 0
        return self._answered(lambda: self._erased(instruction.scope, before, now))

    def verify(self, instruction: Instruction, now: datetime) -> Answer:
        """Count with the second role, reading the tables and no index."""
        return self._answered(lambda: self._verified(instruction.scope))

    def _answered(self, act: Any) -> Answer:
        try:
            answer: Answer = act()
        except (Misfit, NotAsked, psycopg.Error) as error:
            return _failed(error)
        return answer

    def _erased(self, scope: Scope, before: int, now: datetime) -> Answer:
        tables = self._tables_for(scope)
        if not tables:
            return Answer(Outcome.STALLED, trouble=Trouble.UNSUPPORTED)
        ends = monotonic() + VISIT_S
        with self._connected() as connection:
            schema = self._fitting(connection)
            gone = before + sum(
                self._emptied(connection, one, scope, schema, ends) for one in tables
            )
            left = sum(self._left(connection, one, scope, schema) for one in tables)
        if left and monotonic() >= ends:
            return Answer(
                Outcome.ACCEPTED,
                matched=gone + left,
                deleted=gone,
                remaining=left,
                again_at=now,
                tracking=str(gone),
            )
        proof = f"{len(tables)} tables"
        return Answer(
            Outcome.CONFIRMED, matched=gone + left, deleted=gone, remaining=left, proof=proof
        )

    def _emptied(
        self,
        connection: Connection[Any],
        table: MappedTable,
        scope: Scope,
        schema: Schema,
        ends: float,
    ) -> int:
        """Delete the rows of one table, in batches; returns how many are gone."""
        condition, values = self._condition(table, scope, schema)
        name = sql.Identifier(table.name.schema, table.name.table)
        statement = sql.SQL("DELETE FROM {} WHERE {}").format(name, condition)
        seen = schema[table.name]
        in_one_go = seen.refers_to_itself(table.name)
        if not in_one_go:
            key = sql.SQL(", ").join(sql.Identifier(column) for column in seen.key)
            statement = sql.SQL(
                "DELETE FROM {name} WHERE ({key}) IN "
                "(SELECT {key} FROM {name} WHERE {condition} LIMIT {batch})"
            ).format(name=name, key=key, condition=condition, batch=sql.Literal(BATCH))
        gone = 0
        while monotonic() < ends:
            found = connection.execute(statement, values).rowcount
            gone += found
            if in_one_go or found < BATCH:
                break
        return gone

    def _left(
        self, connection: Connection[Any], table: MappedTable, scope: Scope, schema: Schema
    ) -> int:
        condition, values = self._condition(table, scope, schema)
        name = sql.Identifier(table.name.schema, table.name.table)
        query = sql.SQL("SELECT count(*) FROM {} WHERE {}").format(name, condition)
        return _number(connection, query, values)

    def _condition(
        self, table: MappedTable, scope: Scope, schema: Schema
    ) -> tuple[sql.Composable, dict[str, str]]:
        values = {"account": str(scope.account), "person": scope.reference}
        return self._where(table, scope, schema), values

    def _where(self, table: MappedTable, scope: Scope, schema: Schema) -> sql.Composable:
        if table.via is not None:
            parent = self._mapping.of(table.via.table)
            assert parent is not None  # the mapping was read, so every way ends somewhere
            return sql.SQL("{} IN (SELECT {} FROM {} WHERE {})").format(
                sql.Identifier(table.via.column),
                sql.Identifier(table.via.key),
                sql.Identifier(parent.name.schema, parent.name.table),
                self._where(parent, scope, schema),
            )
        columns = schema[table.name].columns
        cast = ACCOUNT_TYPES[columns[table.account]]
        account = sql.SQL("{} = %(account)s::{}").format(
            sql.Identifier(table.account), sql.Identifier(cast)
        )
        if scope.kind is ScopeKind.ACCOUNT:
            return account
        # A person's id is compared as text: how the product writes it is its own affair.
        person = sql.SQL("{}::text = %(person)s").format(sql.Identifier(table.person))
        return sql.SQL("{} AND {}").format(account, person)

    def _verified(self, scope: Scope) -> Answer:
        tables = self._tables_for(scope)
        if not tables:
            return Answer(Outcome.STALLED, trouble=Trouble.UNSUPPORTED)
        with self._reading() as connection:
            schema = see(connection, self._mapping)
            faults = readable(self._mapping, schema)
            if faults:
                raise Misfit(faults)
            left = sum(self._left(connection, one, scope, schema) for one in tables)
        return Answer(Outcome.CONFIRMED, remaining=left, proof=f"{len(tables)} tables read")

    def _set_lock(self, scope: Scope, at: datetime | None) -> Answer:
        lock = self._mapping.lock
        if lock is None or scope.kind is not ScopeKind.ACCOUNT:
            return Answer(Outcome.STALLED, trouble=Trouble.UNSUPPORTED)
        with self._connected() as connection:
            schema = self._fitting(connection)
            cast = ACCOUNT_TYPES[schema[lock.name].columns[lock.account]]
            # A lock that is there already keeps its time.
            statement = sql.SQL(
                "UPDATE {table} SET {column} = CASE WHEN %(at)s::timestamptz IS NULL THEN NULL "
                "ELSE coalesce({column}, %(at)s::timestamptz) END "
                "WHERE {account} = %(account)s::{cast}"
            ).format(
                table=sql.Identifier(lock.name.schema, lock.name.table),
                column=sql.Identifier(lock.column),
                account=sql.Identifier(lock.account),
                cast=sql.Identifier(cast),
            )
            values = {"at": at, "account": str(scope.account)}
            found = connection.execute(statement, values).rowcount
        if not found:
            return Answer(Outcome.STALLED, matched=0, trouble=Trouble.EMPTY)
        return Answer(Outcome.CONFIRMED, matched=found)

    def _tables_for(self, scope: Scope) -> list[MappedTable]:
        if scope.kind is ScopeKind.ACCOUNT:
            return list(self._mapping.tables)
        if scope.kind is ScopeKind.PERSON:
            return [one for one in self._mapping.tables if self._mapping.knows_persons(one)]
        return []

    def _fitting(self, connection: Connection[Any]) -> Schema:
        schema = see(connection, self._mapping)
        faults = misfits(connection, self._mapping, schema)
        if faults:
            raise Misfit(faults)
        return schema

    @contextmanager
    def _connected(self) -> Iterator[Connection[Any]]:
        """Connect as the role that deletes; every statement is a transaction of its own."""
        given = self._settings
        with self._opened(given["user"], given.get("password", ""), _OPTIONS) as connection:
            yield connection

    @contextmanager
    def _reading(self) -> Iterator[Connection[Any]]:
        """Connect as the second reader, who can only read, and reads without indexes."""
        given = self._settings
        options = f"{_OPTIONS} {_ONLY_HEAP} -c default_transaction_read_only=on"
        with self._opened(
            given["reader_user"], given.get("reader_password", ""), options
        ) as connection:
            yield connection

    @contextmanager
    def _opened(self, user: str, password: str, options: str) -> Iterator[Connection[Any]]:
        host, port = self._settings["host"], int(self._settings.get("port") or 5432)
        address = address_of(host, port, self._reach)
        with self._trust(address) as trust:
            try:
                connection = psycopg.connect(
                    host=host,
                    hostaddr=address,
                    port=port,
                    dbname=self._settings["database"],
                    user=user,
                    password=password,
                    connect_timeout=CONNECT_S,
                    options=options,
                    application_name="trustkeep",
                    autocommit=True,
                    **trust,
                )
            except psycopg.OperationalError as error:
                raise _unopened(error) from None
        with connection:
            yield connection

    @contextmanager
    def _trust(self, address: str) -> Iterator[Mapping[str, Any]]:
        """Give how the server has to prove itself: always, but on this very machine."""
        authority = self._settings.get("authority", "")
        if not authority:
            near = address in ("127.0.0.1", "::1")
            yield (
                {"sslmode": "prefer"}
                if near
                else {
                    "sslmode": "verify-full",
                    "sslrootcert": "system",
                }
            )
            return
        with tempfile.TemporaryDirectory(prefix="trustkeep-ca-") as directory:
            path = Path(directory) / "ca.pem"
            path.write_text(authority, encoding="ascii")
            yield {"sslmode": "verify-full", "sslrootcert": str(path)}


def _number(connection: Connection[Any], query: sql.Composed, values: Mapping[str, str]) -> int:
    row = connection.execute(query, values).fetchone()
    return int(row[0]) if row else 0


def _unopened(error: psycopg.OperationalError) -> NotAsked:
    """Return why no connection came about; the server's own words stay out of it."""
    told = str(error)
    if "certificate" in told or "SSL" in told:
        return NotAsked(Trouble.CERTIFICATE)
    if "FATAL" not in told:
        return NotAsked(Trouble.UNREACHABLE)
    if any(one in told for one in _BUSY):
        return NotAsked(Trouble.FAILING, "not ready")
    return NotAsked(Trouble.UNAUTHORISED)


def _failed(error: Misfit | NotAsked | psycopg.Error) -> Answer:
    if isinstance(error, Misfit):
        return Answer(Outcome.STALLED, trouble=Trouble.MAPPING, detail=error.faults[0])
    if isinstance(error, NotAsked):
        if error.trouble is Trouble.UNAUTHORISED:
            return Answer(Outcome.STALLED, trouble=error.trouble)
        return unasked(error)
    state = error.sqlstate or ""
    if state.startswith("23"):
        detail = f"{state} {error.diag.constraint_name or ''}".strip()
        return Answer(Outcome.STALLED, trouble=Trouble.MAPPING, detail=detail)
    if state in ("42501", "25006") or state.startswith("28"):
        return Answer(Outcome.STALLED, trouble=Trouble.UNAUTHORISED, detail=state)
    if state.startswith(("42", "22")):
        return Answer(Outcome.STALLED, trouble=Trouble.MAPPING, detail=state)
    if state in ("57014", "55P03") or not state:
        return Answer(Outcome.UNKNOWN, trouble=Trouble.TIMEOUT, detail=state)
    return Answer(Outcome.UNKNOWN, trouble=Trouble.FAILING, detail=state)
