"""``trustkeep drill``: restore a backup elsewhere, reconcile it, and prove what is not there."""

from __future__ import annotations

import argparse

HELP = "drill a restore: from a backup to proved absence, in a scratch directory"
NEEDS_DJANGO = False


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--data", help="the data directory (otherwise TRUSTKEEP_DATA)")
    parser.add_argument("--backup", default="", help="name of the backup; the oldest kept one")
    parser.add_argument("--list", action="store_true", help="list the drills that were recorded")
    parser.add_argument("--json", action="store_true", help="print JSON")


def run(arguments: argparse.Namespace) -> int:
    """Exit with 0 when the drill passed, 1 when it failed; both are recorded."""
    from trustkeep.cli.commands.backup import progress
    from trustkeep.kernel.clock import now
    from trustkeep.site import installation, opening

    found = installation.current(arguments.data)
    assert found.config  # raises NoInstallation before anything is opened
    found.enter()
    opening.start_django()
    from trustkeep.lifecycle.backups import queries
    from trustkeep.lifecycle.backups.drilling import drill

    opening.require_database(found)
    if arguments.list:
        _print(queries.drills(), as_json=arguments.json)
        return 0
    made = drill(
        by="command-line", now=now(), name=arguments.backup, report=progress(arguments.json)
    )
    _print([made], as_json=arguments.json)
    return 0


def _print(drills: list, *, as_json: bool) -> None:  # type: ignore[type-arg]
    from trustkeep.cli.printing import instant, print_json, print_table

    if as_json:
        print_json(
            [
                {"at": one.at, "backup": one.backup, "seconds": one.seconds, "passed": one.passed}
                | {"found": one.told["found"], "entry": one.entry_index}
                for one in drills
            ]
        )
        return
    rows = []
    for one in drills:
        found = one.told["found"]
        told = (found.get("erased", "–"), found.get("left", "–"), found.get("missing", "–"))
        rows.append(
            (
                instant(one.at),
                f"{one.seconds} s",
                "passed" if one.passed else "failed",
                *told,
                one.backup,
            )
        )
    print_table(("DRILLED", "TOOK", "OUTCOME", "ERASED", "LEFT", "MISSING", "BACKUP"), rows)
