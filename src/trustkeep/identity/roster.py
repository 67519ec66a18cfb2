"""The staff directory from a table (RFC 4180): a dry run first, then all of it or nothing.

A table names people by their address. Whoever is new joins, whoever differs is changed, whoever has
a last day leaves; a table that is said to be complete makes everybody leave who is missing from it.
Roles are never taken from a table: they are given in the console, one by one.
"""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum

from django.db import transaction

from trustkeep.accounts import queries
from trustkeep.accounts.actions import NewPerson, PersonDetails
from trustkeep.accounts.addresses import is_email
from trustkeep.accounts.models import Person
from trustkeep.accounts.queries import PersonShown
from trustkeep.accounts.roles import Role
from trustkeep.identity import directory
from trustkeep.identity.handles import spelled
from trustkeep.kernel.errors import TrustkeepError

MOST_BYTES = 1024 * 1024
MOST_ROWS = 20_000
COLUMNS = ("name", "email", "joined", "left", "kind")
_NEEDED = frozenset({"name", "email"})
_OTHER_NAMES = {
    "e-mail": "email",
    "mail": "email",
    "work email": "email",
    "full name": "name",
    "display name": "name",
    "first day": "joined",
    "hire date": "joined",
    "last day": "left",
    "termination date": "left",
    "works as": "kind",
}


class RosterUnreadable(TrustkeepError):
    """The table as a whole cannot be read."""

    sentence = "The table cannot be read: {problem}. Nothing was changed."


class RosterFaulty(TrustkeepError):
    """Single rows cannot be as given."""

    sentence = (
        "{faults} rows of the table have faults; nothing was changed. The dry run names them."
    )


class RosterOutdated(TrustkeepError):
    """The directory or the table is another one than in the dry run."""

    sentence = "The directory or the table has changed since the dry run. Look at it again."


class Change(StrEnum):
    """What a row comes to."""

    JOINS = "joins"
    CHANGES = "changes"
    LEAVES = "leaves"
    SAME = "same"
    FAULT = "fault"


@dataclass(frozen=True, slots=True)
class Row:
    """One row and what it comes to; ``fault`` says in a word what is wrong with it."""

    line: int
    name: str
    email: str
    change: Change
    kind: str = Person.Kind.EMPLOYEE
    joined: date | None = None
    left: date | None = None
    fault: str = ""


@dataclass(frozen=True, slots=True)
class DryRun:
    """What taking the table over would do; ``digest`` binds the consent to exactly this."""

    rows: tuple[Row, ...]
    digest: str

    def count(self, change: Change) -> int:
        """Return how many rows come to `change`."""
        return sum(row.change is change for row in self.rows)


def dry_run(data: bytes, *, complete: bool, now: datetime) -> DryRun:
    """Say what each row comes to; raises RosterUnreadable."""
    known = {spelled(person.email): person for person in queries.people()}
    rows = [_judged(row, known, now) for row in _rows(data)]
    rows = list(_without_doubles(rows))
    if complete:
        rows += _missing(rows, known, now)
    told = repr([(row, known.get(spelled(row.email))) for row in rows])
    return DryRun(tuple(rows), hashlib.sha256(told.encode()).hexdigest())


def take_over(data: bytes, *, complete: bool, digest: str, now: datetime) -> DryRun:
    """Do what the dry run of `digest` said, all of it or nothing.

    Raises RosterUnreadable, RosterFaulty, RosterOutdated.
    """
    with transaction.atomic():
        plan = dry_run(data, complete=complete, now=now)
        if plan.digest != digest:
            raise RosterOutdated
        if plan.count(Change.FAULT):
            raise RosterFaulty(faults=plan.count(Change.FAULT))
        for row in plan.rows:
            _apply(row, now)
    return plan


def _apply(row: Row, now: datetime) -> None:
    if row.change is Change.JOINS:
        joined = row.joined or now.date()
        new = NewPerson(row.name, row.email, joined, kind=row.kind, left_date=row.left)
        directory.join(new=new, now=now)
        return
    if row.change is Change.SAME:
        return
    person = queries.person_by_email(row.email)
    details = PersonDetails(row.name, person.email, row.kind, person.external_id)
    directory.change(person_id=person.id, details=details, now=now)
    if row.left is not None and row.left != person.left_date:
        directory.leave(person_id=person.id, left_date=row.left, now=now)
    elif row.left is None and person.left_date is not None:
        directory.come_back(person_id=person.id, now=now)


def _rows(data: bytes) -> Iterator[tuple[int, Mapping[str, str]]]:
    reader = csv.reader(io.StringIO(_text(data), newline=""), _dialect(data), strict=True)
    try:
        lines = [(reader.line_num, line) for line in reader if any(map(str.strip, line))]
    except csv.Error as error:
        raise RosterUnreadable(problem=f"line {reader.line_num}: {error}") from error
    if not lines:
        raise RosterUnreadable(problem="it is empty")
    if len(lines) > MOST_ROWS:
        raise RosterUnreadable(problem=f"it has more than {MOST_ROWS} rows")
    names = [_column(cell) for cell in lines[0][1]]
    if missing := _NEEDED - set(names):
        wanted = ", ".join(sorted(missing))
        raise RosterUnreadable(problem=f"its first line names no column {wanted}")
    for line, cells in lines[1:]:
        yield line, dict(zip(names, map(str.strip, cells), strict=False))


def _text(data: bytes) -> str:
    if len(data) > MOST_BYTES:
        raise RosterUnreadable(problem=f"it is larger than {MOST_BYTES // 1024} KiB")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        # What spreadsheets on Windows write unless told otherwise.
        return data.decode("cp1252", errors="replace")


def _dialect(data: bytes) -> type[csv.Dialect]:
    first = _text(data).partition("\n")[0]

    class Dialect(csv.excel):
        delimiter = max(";,\t", key=first.count)

    return Dialect


def _column(cell: str) -> str:
    name = cell.strip().casefold()
    return _OTHER_NAMES.get(name, name)


def _judged(
    row: tuple[int, Mapping[str, str]], known: Mapping[str, PersonShown], now: datetime
) -> Row:
    line, cells = row
    name, email = cells.get("name", ""), cells.get("email", "")
    try:
        joined, left = _day(cells.get("joined", "")), _day(cells.get("left", ""))
    except ValueError:
        return Row(line, name, email, Change.FAULT, fault="day")
    person = known.get(spelled(email))
    kind = cells.get("kind", "").casefold() or (person.kind if person else Person.Kind.EMPLOYEE)
    found = Row(line, name, email, Change.SAME, kind, joined, left)
    if fault := _fault(found, person, now):
        return replace(found, change=Change.FAULT, fault=fault)
    return replace(found, change=_change(found, person))


def _fault(row: Row, person: PersonShown | None, now: datetime) -> str:
    if not row.name:
        return "name"
    if not is_email(row.email):
        return "email"
    if row.kind not in Person.Kind.values:
        return "kind"
    joined = person.joined_date if person else row.joined or now.date()
    return "order" if row.left is not None and row.left < joined else ""


def _change(row: Row, person: PersonShown | None) -> Change:
    if person is None:
        return Change.JOINS
    if row.left is not None and row.left != person.left_date:
        return Change.LEAVES
    same = (row.name, row.kind, row.left) == (person.name, person.kind, person.left_date)
    return Change.SAME if same else Change.CHANGES


def _without_doubles(rows: list[Row]) -> Iterator[Row]:
    seen: set[str] = set()
    for row in rows:
        key = spelled(row.email)
        if key in seen and row.change is not Change.FAULT:
            yield replace(row, change=Change.FAULT, fault="twice")
        else:
            yield row
        seen.add(key)


def _missing(rows: list[Row], known: Mapping[str, PersonShown], now: datetime) -> list[Row]:
    named = {spelled(row.email) for row in rows}
    gone = [one for key, one in known.items() if key not in named and one.left_date is None]
    return [_leaver(one, now) for one in gone]


def _leaver(one: PersonShown, now: datetime) -> Row:
    row = Row(0, one.name, one.email, Change.LEAVES, one.kind, one.joined_date, now.date())
    # A table that was cut short must not lock everybody out who could put it right.
    if Role.ADMINISTRATOR in one.roles:
        return replace(row, change=Change.FAULT, fault="administrator")
    return row


def _day(text: str) -> date | None:
    if not text:
        return None
    for form in ("%Y-%m-%d", "%d.%m.%Y", "%d/%m/%Y"):
        try:
            return datetime.strptime(text, form).date()  # noqa: DTZ007  (a day has no zone)
        except ValueError:
            continue
    raise ValueError(text)
