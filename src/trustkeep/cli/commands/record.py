"""`trustkeep record`: dated facts that promises stand on, entered by a person or a program."""

from __future__ import annotations

import argparse
import json
import sys
import uuid
from pathlib import Path
from typing import TYPE_CHECKING, Any

from trustkeep.kernel.errors import TrustkeepError

if TYPE_CHECKING:
    from trustkeep.records.queries import Entered

HELP = "enter, amend, withdraw and list records: policies, trainings, tests, contracts …"
NEEDS_DJANGO = True
BY = "command-line"


class NotAValue(TrustkeepError):
    """A value was given without saying which."""

    sentence = (
        "“{given}” is no value: write NAME=VALUE. `trustkeep record fields {kind}` lists the names."
    )


class NotAnObject(TrustkeepError):
    """What was given as JSON holds no values."""

    sentence = "{file} does not hold a JSON object of the record's values: {why}."


def add_arguments(parser: argparse.ArgumentParser) -> None:
    acts = parser.add_subparsers(dest="act", metavar="ACT", required=True)
    kinds = acts.add_parser("kinds", help="list all kinds and how many records count")
    fields = acts.add_parser("fields", help="list the fields of a kind")
    adding = acts.add_parser("add", help="enter a record")
    listing = acts.add_parser("list", help="list the records of a kind that count")
    history = acts.add_parser("history", help="show all versions of a record")
    amending = acts.add_parser("amend", help="enter a new version; values left out stay")
    withdrawing = acts.add_parser("withdraw", help="say that a record no longer counts")
    for act in (fields, adding, listing, history, amending, withdrawing):
        act.add_argument("kind")
    for act in (history, amending, withdrawing):
        act.add_argument("id", type=uuid.UUID)
    for act in (adding, amending):
        act.add_argument("values", nargs="*", metavar="NAME=VALUE")
        act.add_argument("--file", metavar="FILE", help="a JSON object of values, - for input")
    withdrawing.add_argument("--reason", required=True)
    for act in (kinds, fields, adding, listing, history, amending, withdrawing):
        act.add_argument("--json", action="store_true", help="print JSON")


def run(arguments: argparse.Namespace) -> int:
    acts = {
        "kinds": _kinds,
        "fields": _fields,
        "add": _add,
        "list": _list,
        "history": _history,
        "amend": _amend,
        "withdraw": _withdraw,
    }
    acts[arguments.act](arguments)
    return 0


def _kinds(arguments: argparse.Namespace) -> None:
    from trustkeep.cli.printing import print_json, print_table
    from trustkeep.controls.record_kinds import shelves

    shown = [kind for shelf in shelves("en") for kind in shelf.kinds]
    if arguments.json:
        print_json(
            [
                {"kind": one.kind.slug, "title": one.title, "count": one.count}
                | {"promises": one.kind.promises}
                for one in shown
            ]
        )
        return
    rows = [(one.kind.slug, one.count, ", ".join(one.kind.promises)) for one in shown]
    print_table(("KIND", "RECORDS", "PROMISES"), rows)


def _fields(arguments: argparse.Namespace) -> None:
    from trustkeep.cli.printing import print_json, print_table
    from trustkeep.controls.record_kinds import kind_called

    rows = [
        (
            field.name,
            field.type.value,
            "required" if field.required else "optional",
            " | ".join(choice.value for choice in field.choices) or field.label["en"],
        )
        for field in kind_called(arguments.kind).fields
    ]
    if arguments.json:
        names = ("name", "type", "needed", "meaning")
        print_json([dict(zip(names, row, strict=True)) for row in rows])
        return
    print_table(("NAME", "TYPE", "", "MEANS"), rows)


def _add(arguments: argparse.Namespace) -> None:
    from trustkeep.controls import recording
    from trustkeep.controls.record_kinds import kind_called
    from trustkeep.kernel.clock import now

    kind = kind_called(arguments.kind)
    made = recording.enter(kind=kind, values=_values(arguments), by=BY, now=now())
    _told(arguments, made.id, made.number, made.entry_index)


def _amend(arguments: argparse.Namespace) -> None:
    from trustkeep.controls import recording
    from trustkeep.controls.record_kinds import kind_called
    from trustkeep.kernel.clock import now
    from trustkeep.records import queries

    kind = kind_called(arguments.kind)
    versions = queries.history(kind, arguments.id)
    values = dict(versions[0].values) if versions else {}
    made = recording.amend(
        kind=kind, record_id=arguments.id, values=values | _values(arguments), by=BY, now=now()
    )
    _told(arguments, made.id, made.number, made.entry_index)


def _withdraw(arguments: argparse.Namespace) -> None:
    from trustkeep.controls import recording
    from trustkeep.controls.record_kinds import kind_called
    from trustkeep.kernel.clock import now

    kind = kind_called(arguments.kind)
    made = recording.withdraw(
        kind=kind, record_id=arguments.id, reason=arguments.reason, by=BY, now=now()
    )
    _told(arguments, made.id, made.number, made.entry_index)


def _list(arguments: argparse.Namespace) -> None:
    from trustkeep.controls.record_kinds import kind_called
    from trustkeep.kernel.clock import now
    from trustkeep.records import queries

    _print(queries.current(kind_called(arguments.kind), now()), as_json=arguments.json)


def _history(arguments: argparse.Namespace) -> None:
    from trustkeep.controls.record_kinds import kind_called
    from trustkeep.records import queries
    from trustkeep.records.actions import NoSuchRecord

    versions = queries.history(kind_called(arguments.kind), arguments.id)
    if not versions:
        raise NoSuchRecord(id=arguments.id)
    _print(versions, as_json=arguments.json)


def _print(records: list[Entered], *, as_json: bool) -> None:
    from trustkeep.cli.printing import instant, print_json, print_table
    from trustkeep.kernel.clock import isoformat
    from trustkeep.records.values import to_json

    if as_json:
        print_json(
            [
                {
                    "id": str(one.id),
                    "number": one.number,
                    "withdrawn": one.withdrawn,
                    "entered_at": isoformat(one.entered_at),
                    "entry": one.entry_index,
                    "values": to_json(one.values),
                }
                for one in records
            ]
        )
        return
    rows = [
        (
            one.id,
            one.number,
            instant(one.entered_at),
            "  ".join(f"{name}={value}" for name, value in to_json(one.values).items()),
        )
        for one in records
    ]
    print_table(("ID", "VERSION", "ENTERED", "VALUES"), rows)


def _told(arguments: argparse.Namespace, record: uuid.UUID, number: int, entry: int) -> None:
    from trustkeep.cli.printing import print_json

    if arguments.json:
        print_json({"id": str(record), "number": number, "entry": entry})
    else:
        print(f"{arguments.kind} {record}, version {number}; entry {entry} of the log.")


def _values(arguments: argparse.Namespace) -> dict[str, Any]:
    values: dict[str, Any] = _from_json(arguments.file) if arguments.file else {}
    for given in arguments.values:
        name, equals, value = given.partition("=")
        if not equals:
            raise NotAValue(given=given, kind=arguments.kind)
        # Several values of one field, as in barriers=fence barriers=guards, are a list.
        known = values.get(name)
        values[name] = value if known is None else [*_as_list(known), value]
    return values


def _as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _from_json(file: str) -> dict[str, Any]:
    try:
        text = sys.stdin.read() if file == "-" else Path(file).read_text("utf-8")
        found = json.loads(text)
    except (OSError, ValueError) as error:
        raise NotAnObject(file=file, why=error) from error
    if not isinstance(found, dict):
        raise NotAnObject(file=file, why="it is another kind of value")
    return found
