"""`trustkeep audit`: who did what, when and from where, for people and as OCSF."""

from __future__ import annotations

import argparse
from datetime import date
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from trustkeep.identity.trail import Wanted

HELP = "search the audit trail, or export it as OCSF (one JSON object a line)"
NEEDS_DJANGO = True


def add_arguments(parser: argparse.ArgumentParser) -> None:
    acts = parser.add_subparsers(dest="act", metavar="ACT", required=True)
    for name, told in (("list", "show the newest acts"), ("export", "print acts as OCSF")):
        one = acts.add_parser(name, help=told)
        one.add_argument("--email", default="", help="acts that concern this address")
        one.add_argument("--what", default="", help="one kind of act, such as signed-in")
        one.add_argument("--outcome", default="", choices=("", "done", "refused"))
        one.add_argument("--source", default="", help="acts from this network address")
        one.add_argument("--since", type=date.fromisoformat, help="from this day (UTC) on")
        one.add_argument("--until", type=date.fromisoformat, help="up to this day (UTC)")
        if name == "list":
            one.add_argument("--limit", type=int, default=50, help="how many at most")
            one.add_argument("--json", action="store_true", help="print JSON")


def run(arguments: argparse.Namespace) -> int:
    {"list": _list, "export": _export}[arguments.act](arguments)
    return 0


def _list(arguments: argparse.Namespace) -> None:
    from trustkeep.cli.printing import instant, print_json, print_table
    from trustkeep.identity import ocsf, trail

    found = trail.events(_wanted(arguments), limit=max(1, arguments.limit))
    if arguments.json:
        print_json([ocsf.as_ocsf(one) for one in found])
        return
    print_table(
        ("WHEN", "WHAT", "WHO", "FROM", "ENTRY", "DETAIL"),
        [
            (
                instant(one.at),
                f"{one.what} (refused)" if one.refused else one.what,
                "wiped" if one.is_wiped else one.user or "–",
                one.source or "–",
                "–" if one.entry_index is None else one.entry_index,
                one.detail or "–",
            )
            for one in found
        ],
    )


def _export(arguments: argparse.Namespace) -> None:
    import sys

    from trustkeep.identity import ocsf, trail
    from trustkeep.kernel.clock import now

    wanted = _wanted(arguments)
    trail.note_read(what="audit-trail", subject="export", now=now())
    for event in trail.all_events(wanted):
        sys.stdout.write(ocsf.line(event))


def _wanted(arguments: argparse.Namespace) -> Wanted:
    from trustkeep.identity.trail import Wanted

    return Wanted(
        email=arguments.email,
        what=arguments.what,
        outcome=arguments.outcome,
        source=arguments.source,
        from_date=arguments.since,
        to_date=arguments.until,
    )
