"""`trustkeep systems`: connect systems, try them, count, and see what they were told."""

from __future__ import annotations

import argparse
import json
import sys
import uuid
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from trustkeep.lifecycle.systems.queries import DeliveryShown, SystemShown

HELP = "connect systems that are told to lock and to erase, try them, and see where they stand"
NEEDS_DJANGO = True
_KINDS = ("webhook", "opendsr", "postgresql", "s3")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    acts = parser.add_subparsers(dest="act", metavar="ACT", required=True)
    listing = acts.add_parser("list", help="list all systems, and how they are")
    adding = acts.add_parser("add", help="connect a system; a secret of ours is printed this once")
    adding.add_argument("name")
    adding.add_argument("--kind", choices=_KINDS, required=True)
    adding.add_argument(
        "--settings",
        metavar="FILE",
        required=True,
        help="JSON with the settings, - for the standard input; secrets do not belong on a line",
    )
    adding.add_argument(
        "--may-be-empty",
        action="store_true",
        help="not every account has data there, so finding nothing is no finding",
    )
    trying = acts.add_parser("try", help="try the connection; changes nothing")
    planning = acts.add_parser("plan", help="count what would be erased of an account")
    planning.add_argument("--account", required=True, help="its reference or id")
    rotating = acts.add_parser("rotate", help="issue a new secret; the old one stays for a while")
    retiring = acts.add_parser("retire", help="take a system out of use for good")
    told = acts.add_parser("deliveries", help="list what a system was told")
    again = acts.add_parser("again", help="have a stalled delivery asked again at once")
    again.add_argument("id", type=uuid.UUID, help="of the delivery")
    for one in (trying, planning, rotating, retiring, told):
        one.add_argument("id", type=uuid.UUID, help="of the system")
    for one in (listing, adding, trying, planning, rotating, told):
        one.add_argument("--json", action="store_true", help="print JSON")


def run(arguments: argparse.Namespace) -> int:
    acts = {
        "list": _list,
        "add": _add,
        "try": _try,
        "plan": _plan,
        "rotate": _rotate,
        "retire": _retire,
        "deliveries": _deliveries,
        "again": _again,
    }
    return acts[arguments.act](arguments)


def _list(arguments: argparse.Namespace) -> int:
    from trustkeep.cli.printing import instant, print_json, print_table
    from trustkeep.lifecycle.systems import queries
    from trustkeep.ui.plain import plain

    found = queries.systems()
    if arguments.json:
        print_json(plain(found))
        return 0
    print_table(
        ("ID", "KIND", "ANSWERED", "UNDER WAY", "STALLED", "STATE", "NAME"),
        [
            (
                one.id,
                one.kind,
                instant(one.answered_at),
                one.waiting,
                one.stalled,
                _state(one),
                one.name,
            )
            for one in found
        ],
    )
    return 0


def _add(arguments: argparse.Namespace) -> int:
    from trustkeep.kernel.clock import now
    from trustkeep.lifecycle.systems import actions

    added = actions.add_system(
        name=arguments.name,
        kind=arguments.kind,
        settings=_settings(arguments.settings),
        expects_data=not arguments.may_be_empty,
        by="command-line",
        now=now(),
    )
    return _print_added(added.system, dict(added.issued), as_json=arguments.json)


def _try(arguments: argparse.Namespace) -> int:
    from trustkeep.cli.printing import print_json
    from trustkeep.kernel.clock import now
    from trustkeep.lifecycle.systems import actions

    trial = actions.try_system(system_id=arguments.id, now=now())
    if arguments.json:
        print_json({"faults": list(trial.faults), "seen": list(trial.seen)})
    else:
        for line in (*trial.seen, *(f"Fault: {one}" for one in trial.faults)):
            print(line)
    return 1 if trial.faults else 0


def _plan(arguments: argparse.Namespace) -> int:
    from trustkeep.cli.printing import print_json, print_table
    from trustkeep.kernel.clock import now
    from trustkeep.lifecycle.systems.delivery import plan
    from trustkeep.lifecycle.systems.ports import Scope
    from trustkeep.lifecycle.systems.words import trouble_word
    from trustkeep.ui.plain import plain

    scope = Scope(_account(arguments.account))
    found = plan(system_id=arguments.id, scope=scope, now=now())
    if arguments.json:
        print_json(plain(found))
    elif found.trouble:
        print(f"{trouble_word(found.trouble)} {found.detail}".strip(), file=sys.stderr)
    else:
        print_table(("ITEMS", "STORE"), [(one.items, one.store) for one in found.counts])
    return 1 if found.trouble else 0


def _rotate(arguments: argparse.Namespace) -> int:
    from trustkeep.kernel.clock import now
    from trustkeep.lifecycle.systems import actions

    added = actions.rotate_secrets(system_id=arguments.id, by="command-line", now=now())
    return _print_added(added.system, dict(added.issued), as_json=arguments.json)


def _retire(arguments: argparse.Namespace) -> int:
    from trustkeep.kernel.clock import now
    from trustkeep.lifecycle.systems import actions

    shown = actions.retire_system(system_id=arguments.id, by="command-line", now=now())
    print(f"{shown.name} is retired.")
    return 0


def _deliveries(arguments: argparse.Namespace) -> int:
    from trustkeep.cli.printing import instant, print_json, print_table
    from trustkeep.lifecycle.systems import queries
    from trustkeep.ui.plain import plain

    found = queries.deliveries(system_id=queries.system(arguments.id).id)
    if arguments.json:
        print_json(plain(found))
        return 0
    print_table(
        ("ID", "ACT", "STATE", "OUTCOME", "INSTRUCTED", "ANSWERED", "ATTEMPTS", "WHAT IS WRONG"),
        [
            (
                one.id,
                one.act,
                one.state,
                one.outcome or "–",
                instant(one.instructed_at),
                instant(one.answered_at),
                one.attempts,
                _wrong(one),
            )
            for one in found
        ],
    )
    return 0


def _again(arguments: argparse.Namespace) -> int:
    from trustkeep.kernel.clock import now
    from trustkeep.lifecycle.systems import actions

    shown = actions.try_again(delivery_id=arguments.id, now=now())
    print(f"{shown.system_name} is asked again.")
    return 0


def _settings(path: str) -> dict[str, str]:
    text = sys.stdin.read() if path == "-" else Path(path).read_text("utf-8")
    told = json.loads(text)
    if not isinstance(told, dict) or not all(isinstance(one, str) for one in told.values()):
        raise SystemExit("trustkeep: the settings are one JSON object whose values are texts")
    return told


def _account(given: str) -> uuid.UUID:
    from trustkeep.accounts.customers import account_by_reference

    try:
        return uuid.UUID(given)
    except ValueError:
        return account_by_reference(given).id


def _print_added(shown: SystemShown, issued: dict[str, Any], *, as_json: bool) -> int:
    from trustkeep.cli.printing import print_json
    from trustkeep.ui.plain import plain

    if as_json:
        print_json({**plain(shown), **issued})
        return 0
    print(f"{shown.name}: {shown.id}")
    for secret in issued.values():
        print(secret)
        print("It is shown this once. Your product verifies our messages with it.")
    return 0


def _state(one: SystemShown) -> str:
    from trustkeep.lifecycle.systems.words import trouble_word

    if one.retired_at:
        return "retired"
    if not one.enabled:
        return "switched off"
    return trouble_word(one.trouble) or ("well" if one.answered_at else "not asked yet")


def _wrong(one: DeliveryShown) -> str:
    from trustkeep.lifecycle.systems.words import trouble_word

    return f"{trouble_word(one.trouble)} {one.detail}".strip() if one.trouble else "–"
