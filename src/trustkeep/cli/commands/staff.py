"""`trustkeep staff`: who works here, who may do what, and who can sign in."""

from __future__ import annotations

import argparse
import sys
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from trustkeep.accounts.roles import Role
from trustkeep.cli.secrets import add_password_option, password_of

if TYPE_CHECKING:
    from trustkeep.accounts.queries import PersonShown

HELP = "list the staff, let people in, change roles and passwords, enter who left"
NEEDS_DJANGO = True
BY = "command-line"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    acts = parser.add_subparsers(dest="act", metavar="ACT", required=True)
    listing = acts.add_parser("list", help="list everybody")
    listing.add_argument("--json", action="store_true", help="print JSON")
    adding = acts.add_parser("add", help="enter somebody who joins")
    adding.add_argument("email")
    adding.add_argument("--name", required=True)
    adding.add_argument("--joined", type=date.fromisoformat, help="first day, today if left out")
    adding.add_argument("--kind", choices=("employee", "contractor"), default="employee")
    _add_roles(adding)
    adding.add_argument("--sign-in", action="store_true", help="let the person sign in")
    add_password_option(adding)
    roles = acts.add_parser("roles", help="give somebody exactly these roles")
    roles.add_argument("email")
    _add_roles(roles)
    password = acts.add_parser("password", help="set a password, letting the person in if need be")
    password.add_argument("email")
    add_password_option(password)
    left = acts.add_parser("left", help="enter somebody's last day and take the way in back")
    left.add_argument("email")
    left.add_argument("--on", type=date.fromisoformat, help="the last day, today if left out")

    table = acts.add_parser("import", help="take the directory over from a table, dry run first")
    table.add_argument("file", type=Path, help="CSV with name and email; also joined, left, kind")
    table.add_argument("--complete", action="store_true", help="whoever is missing leaves today")
    table.add_argument("--apply", action="store_true", help="do it; without, only say what it is")
    table.add_argument("--json", action="store_true", help="print JSON")


def _add_roles(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--role", action="append", default=[], choices=[role.value for role in Role], dest="roles"
    )


def run(arguments: argparse.Namespace) -> int:
    acts = {"list": _list, "add": _add, "roles": _roles, "password": _password, "left": _left}
    if arguments.act == "import":
        return _import(arguments)
    acts[arguments.act](arguments)
    return 0


def _list(arguments: argparse.Namespace) -> None:
    from trustkeep.accounts import queries
    from trustkeep.cli.printing import print_json, print_table
    from trustkeep.identity.queries import users

    ways_in = users()
    rows = [(one, ways_in.get(one.id)) for one in queries.people()]
    if arguments.json:
        print_json([_plain(one, bool(user and user.active)) for one, user in rows])
        return
    print_table(
        ("E-MAIL", "NAME", "SIGNS IN", "SINCE", "UNTIL", "ROLES"),
        [
            (
                one.email,
                one.name,
                "yes" if user and user.active else "no",
                one.joined_date,
                one.left_date or "–",
                ", ".join(one.roles) or "–",
            )
            for one, user in rows
        ],
    )


def _plain(one: PersonShown, signs_in: bool) -> dict[str, Any]:
    return {
        "id": str(one.id),
        "name": one.name,
        "email": one.email,
        "kind": one.kind,
        "roles": [role.value for role in one.roles],
        "joined": one.joined_date.isoformat(),
        "left": one.left_date.isoformat() if one.left_date else None,
        "signs_in": signs_in,
    }


def _add(arguments: argparse.Namespace) -> None:
    from django.db import transaction

    from trustkeep.accounts.actions import NewPerson
    from trustkeep.identity import directory
    from trustkeep.identity.actions import admit
    from trustkeep.kernel.clock import now

    password = password_of(arguments) if arguments.sign_in or arguments.password_file else None
    with transaction.atomic():
        person = directory.join(
            new=NewPerson(
                name=arguments.name,
                email=arguments.email,
                joined_date=arguments.joined or now().date(),
                roles=tuple(Role(role) for role in arguments.roles),
                kind=arguments.kind,
            ),
            now=now(),
        )
        if password is not None:
            admit(person_id=person.id, password=password, now=now())
    print(f"{person.email} is in the directory" + (" and can sign in." if password else "."))


def _roles(arguments: argparse.Namespace) -> None:
    from trustkeep.identity import directory
    from trustkeep.kernel.clock import now

    person = _person(arguments)
    roles = [Role(role) for role in arguments.roles]
    directory.give_roles(person_id=person.id, roles=roles, now=now())
    print(f"{person.email}: {', '.join(arguments.roles) or 'no role'}.")


def _password(arguments: argparse.Namespace) -> None:
    from trustkeep.identity.actions import admit, reset_password
    from trustkeep.identity.queries import user_of
    from trustkeep.kernel.clock import now

    person = _person(arguments)
    password = password_of(arguments)
    user = user_of(person.id)
    if user is None:
        admit(person_id=person.id, password=password, now=now())
    else:
        reset_password(user_id=user.id, new=password, by=BY, now=now())
    print(f"{person.email} signs in with the new password; older sessions have ended.")


def _left(arguments: argparse.Namespace) -> None:
    from trustkeep.identity.directory import leave
    from trustkeep.kernel.clock import now

    person = _person(arguments)
    last = arguments.on or now().date()
    leave(person_id=person.id, left_date=last, now=now())
    print(f"{person.email}: last day {last}.")


def _import(arguments: argparse.Namespace) -> int:
    from trustkeep.cli.printing import print_json, print_table
    from trustkeep.identity.roster import Change, dry_run, take_over
    from trustkeep.kernel.clock import now
    from trustkeep.ui.plain import plain

    data = arguments.file.read_bytes()
    plan = dry_run(data, complete=arguments.complete, now=now())
    faults = plan.count(Change.FAULT)
    rows = [row for row in plan.rows if row.change is not Change.SAME]
    if arguments.json:
        applied = arguments.apply and not faults
        print_json({"faults": faults, "applied": applied, "rows": [plain(row) for row in rows]})
    else:
        lines = [(row.line or "–", row.fault or row.change, row.email, row.name) for row in rows]
        print_table(("LINE", "WHAT", "E-MAIL", "NAME"), lines)
    if faults:
        print(f"{faults} rows have faults; nothing was changed.", file=sys.stderr)
        return 1
    if arguments.apply:
        take_over(data, complete=arguments.complete, digest=plan.digest, now=now())
    elif not arguments.json:
        print("Nothing was changed yet; add --apply to do it.")
    return 0


def _person(arguments: argparse.Namespace) -> PersonShown:
    from trustkeep.accounts.queries import person_by_email

    return person_by_email(arguments.email)
