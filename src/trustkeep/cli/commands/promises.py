"""`trustkeep promises`: every promise with its state, worst first or in the order of the page."""

from __future__ import annotations

import argparse

HELP = "list the promises and where they stand"
NEEDS_DJANGO = True


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--language", choices=("de", "en", "fr"), default="en")
    parser.add_argument("--worst-first", action="store_true", help="broken before kept")
    parser.add_argument("--json", action="store_true", help="print JSON")


def run(arguments: argparse.Namespace) -> int:
    from trustkeep.cli.printing import instant, print_json, print_table
    from trustkeep.controls import queries
    from trustkeep.kernel.clock import isoformat, now

    shown = list(queries.page(arguments.language, now()).statements)
    if arguments.worst_first:
        shown.sort(key=lambda one: -one.state.severity)
    if arguments.json:
        print_json(
            [
                {
                    "slug": one.slug,
                    "state": one.state.value,
                    "since": isoformat(one.state_since),
                    "figure": one.figure,
                    "sentence": one.sentence,
                    "last_check_at": isoformat(one.last_check_at) if one.last_check_at else None,
                }
                for one in shown
            ]
        )
    else:
        print_table(
            ("PROMISE", "STATE", "CHECKED", "FIGURE"),
            [(one.slug, one.state.value, instant(one.last_check_at), one.figure) for one in shown],
        )
    return 0
