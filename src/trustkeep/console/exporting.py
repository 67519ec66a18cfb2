"""Records as a table for spreadsheets (RFC 4180), which no cell can turn into a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from trustkeep.console.account_list import AccountRow
from trustkeep.lifecycle.requests.queries import RequestShown
from trustkeep.records.kinds import RecordKind
from trustkeep.records.queries import Entered
from trustkeep.records.values import to_json

_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def records_csv(kind: RecordKind, records: Iterable[Entered]) -> str:
    """Return the records with one column a field (ASVS 1.2.10)."""
    names = [field.name for field in kind.fields]
    sheet = io.StringIO()
    writer = csv.writer(sheet)
    writer.writerow(["record", "version", "entered_at", *names])
    for record in records:
        values = to_json(record.values)
        about = [str(record.id), record.number, record.entered_at.isoformat()]
        writer.writerow([*about, *(_cell(values.get(name)) for name in names)])
    return sheet.getvalue()


def requests_csv(found: Iterable[RequestShown]) -> str:
    """Return requests with their dates, without who asked and in which words."""
    sheet = io.StringIO()
    writer = csv.writer(sheet)
    writer.writerow(["reference", *_REQUEST_COLUMNS])
    for one in found:
        values = to_columns(one)
        writer.writerow([one.reference, *(_cell(values[name]) for name in _REQUEST_COLUMNS)])
    return sheet.getvalue()


_REQUEST_COLUMNS = (
    "kinds",
    "channel",
    "state",
    "role",
    "scope",
    "account",
    "received_at",
    "due_at",
    "extended_at",
    "answered_at",
    "closed_at",
)


def to_columns(one: RequestShown) -> dict[str, Any]:
    """Return what the table tells of a request."""
    told = {name: getattr(one, name) for name in _REQUEST_COLUMNS}
    return {
        name: value.isoformat() if isinstance(value, datetime) else _listed(value)
        for name, value in told.items()
    }


def _listed(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value


def accounts_csv(rows: Iterable[AccountRow]) -> str:
    """Return the accounts with their contracts, states and next deadlines."""
    sheet = io.StringIO()
    writer = csv.writer(sheet)
    writer.writerow(["reference", "legal_name", "state", "manager", "ends_at", "due_at"])
    for row in rows:
        one = row.account
        cells = (one.reference, one.legal_name, one.state.value, one.manager)
        instants = (one.ends_at, row.due_at)
        told = [at.isoformat() if at else "" for at in instants]
        writer.writerow([*(_cell(cell) for cell in cells), *told])
    return sheet.getvalue()


def _cell(value: Any) -> str:
    text = "" if value is None else ", ".join(value) if isinstance(value, list) else str(value)
    return f"'{text}" if text.startswith(_FORMULA_STARTS) else text
