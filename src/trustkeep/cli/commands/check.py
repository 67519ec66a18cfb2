"""`trustkeep check`: run checks now, or switch one off and on."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from trustkeep.controls.actions import Ran

HELP = "run the checks of one promise, or of all, and rest what they saw"
NEEDS_DJANGO = True


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("slug", nargs="?", help="the promise; all of them if left out")
    parser.add_argument("--due", action="store_true", help="only the checks whose time has come")
    parser.add_argument(
        "--off", metavar="REASON", help="switch the promise's checks off, saying why"
    )
    parser.add_argument("--on", action="store_true", help="switch the promise's checks on again")
    parser.add_argument("--json", action="store_true", help="print JSON")


def run(arguments: argparse.Namespace) -> int:
    """Exit with 0 if everything that ran holds, 1 if anything fails or cannot be told."""
    from trustkeep.controls.promise import Outcome
    from trustkeep.evidence.actions import publish_checkpoint
    from trustkeep.kernel.clock import now

    if arguments.off is not None or arguments.on:
        return _switch(arguments)
    ran = _run(arguments)
    publish_checkpoint(now=now())
    _print(ran, as_json=arguments.json)
    return 0 if all(one.result.outcome is Outcome.HOLDS for one in ran) else 1


def _run(arguments: argparse.Namespace) -> list[Ran]:
    from trustkeep.controls import actions, catalogue
    from trustkeep.kernel.clock import now

    if arguments.slug:
        return actions.run_promise(promise=catalogue.promise(arguments.slug), now=now())
    if arguments.due:
        return actions.run_due_checks(now=now())
    return actions.run_all_checks(now=now())


def _switch(arguments: argparse.Namespace) -> int:
    from trustkeep.controls import actions, catalogue
    from trustkeep.kernel.clock import now
    from trustkeep.kernel.errors import TrustkeepError

    if not arguments.slug or (arguments.off is not None and not arguments.off.strip()):
        raise TrustkeepError("Name the promise, and with --off say why in words.")
    promise = catalogue.promise(arguments.slug)
    for check in promise.checks:
        if arguments.on:
            actions.switch_on(promise=promise, check=check, by="command-line", now=now())
        else:
            actions.switch_off(
                promise=promise, check=check, reason=arguments.off, by="command-line", now=now()
            )
    state = "on" if arguments.on else "off; the page now says “not measured”"
    print(f"{promise.slug}: checks switched {state}.")
    return 0


def _print(ran: list[Ran], *, as_json: bool) -> None:
    from trustkeep.cli.printing import print_json, print_table

    if as_json:
        print_json([_plain(one) for one in ran])
        return
    print_table(
        ("PROMISE", "CHECK", "OUTCOME", "MS", "ENTRY", "FIGURE"),
        [
            (
                one.promise,
                one.check,
                one.result.outcome.value,
                f"{one.seconds * 1000:.0f}",
                "–" if one.entry_index is None else one.entry_index,
                _figure(one),
            )
            for one in ran
        ],
    )


def _figure(one: Ran) -> str:
    from trustkeep.controls import catalogue, figures

    return figures.figure_text(catalogue.promise(one.promise), one.result.figure, "en")


def _plain(one: Ran) -> dict[str, Any]:
    return {
        "promise": one.promise,
        "check": one.check,
        "outcome": one.result.outcome.value,
        "figure": _figure(one),
        "subjects": one.result.subjects,
        "exceptions": [{"subject": s.subject, "code": s.code} for s in one.result.exceptions],
        "seconds": round(one.seconds, 6),
        "entry": one.entry_index,
    }
