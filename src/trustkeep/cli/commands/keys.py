"""`trustkeep keys`: tell about the keys, and exchange the root key."""

from __future__ import annotations

import argparse
import sys
from dataclasses import asdict
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from trustkeep.vault.actions import RootRotated
    from trustkeep.vault.keys import KeyStatus

HELP = "show the state of the keys, or exchange the root key"
NEEDS_DJANGO = True


def add_arguments(parser: argparse.ArgumentParser) -> None:
    verbs = parser.add_subparsers(dest="verb", metavar="VERB", required=True)
    for name, told in (
        ("status", "show the root epoch, how many keys there are, and where the root key is"),
        ("rotate-root", "make a new root key, wrap every key anew, destroy the old root key"),
    ):
        verb = verbs.add_parser(name, help=told, description=told)
        verb.add_argument("--json", action="store_true", help="print JSON")


def run(arguments: argparse.Namespace) -> int:
    """Exit with 0 when done, 1 when the keys are not in order or the rotation is not in the log."""
    return {"status": _status, "rotate-root": _rotate_root}[arguments.verb](arguments.json)


def _status(as_json: bool) -> int:
    from trustkeep.cli.printing import print_json
    from trustkeep.vault.keys import installed

    status = installed().status()
    if as_json:
        print_json(asdict(status))
    else:
        _print_status(status)
    return 0


def _print_status(status: KeyStatus) -> None:
    from trustkeep.cli.printing import print_table

    root = status.root
    print_table(
        ("WHAT", "STATE"),
        [
            ("root key", f"{root.kind} {root.location}, mode {root.mode}"),
            ("root epoch", f"{status.epoch}, since {status.epoch_since}"),
            ("key store", f"{status.store}, mode {status.store_mode}"),
            ("owners of keys", status.owners),
            ("current keys", status.current),
            ("retired keys", status.retired),
            ("destroyed keys", status.destroyed),
        ],
    )


def _rotate_root(as_json: bool) -> int:
    from trustkeep.cli.printing import print_json
    from trustkeep.kernel.clock import now
    from trustkeep.vault.actions import rotate_root

    rotated = rotate_root(now=now())
    if as_json:
        print_json(_plain(rotated))
    else:
        print(f"The root key was exchanged; the epoch is {rotated.epoch}.")
    if rotated.entry is None:
        print(
            "trustkeep: the database could not be reached, so the evidence log has no entry of it.",
            file=sys.stderr,
        )
        return 1
    return 0


def _plain(rotated: RootRotated) -> dict[str, object]:
    entry = rotated.entry
    return {
        "epoch": rotated.epoch,
        "entry": None if entry is None else entry.index,
        "body": dict(rotated.body),
        "salt": None if entry is None else entry.salt.hex(),
    }
