"""``trustkeep backup``: make, list, verify and restore backups, and begin a new ledger."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from trustkeep.lifecycle.backups.ports import Stage

HELP = "make, list, verify and restore backups"
NEEDS_DJANGO = False
_STEP_PERCENT = 10


def add_arguments(parser: argparse.ArgumentParser) -> None:
    verbs = parser.add_subparsers(dest="verb", metavar="VERB", required=True)
    _verb(verbs, "create", "make a backup and read it back wholly")
    listed = _verb(verbs, "list", "list the backups that are kept, and until when")
    listed.add_argument("--gone", action="store_true", help="those that were deleted")
    verify = _verb(verbs, "verify", "read a backup back wholly; all that are kept if left out")
    verify.add_argument("file", nargs="?", type=Path, help="the file of a backup")
    restore = _verb(verbs, "restore", "unpack a backup beside the newest key store")
    restore.add_argument("file", type=Path, help="the file of a backup")
    restore.add_argument("--root-key", help="the root key's file, where nothing else names it")
    anew = _verb(
        verbs,
        "new-ledger",
        "begin a new ledger because the old one is lost for good; only where you know that this "
        "database is the newest one, since erasures after an older copy could not be re-applied",
    )
    anew.add_argument(
        "--this-database-is-the-newest", action="store_true", dest="sure", help="say that you know"
    )


def _verb(verbs: Any, name: str, told: str) -> argparse.ArgumentParser:
    parser: argparse.ArgumentParser = verbs.add_parser(name, help=told, description=told)
    parser.add_argument("--data", help="the data directory (otherwise TRUSTKEEP_DATA)")
    parser.add_argument("--json", action="store_true", help="print JSON")
    return parser


def run(arguments: argparse.Namespace) -> int:
    """Exit with 0 when done, 1 when a backup could not be made, read or restored."""
    from trustkeep.site import installation

    found = installation.current(arguments.data)
    if arguments.verb == "restore":
        return _restore(arguments, found.data)
    _enter(found)
    acts: dict[str, Callable[[argparse.Namespace], None]] = {
        "create": _create,
        "list": _list,
        "verify": _verify,
        "new-ledger": _new_ledger,
    }
    acts[arguments.verb](arguments)
    return 0


def _enter(found: Any) -> None:
    from trustkeep.site import opening

    assert found.config  # raises NoInstallation before anything is opened
    found.enter()
    opening.start_django()


def _create(arguments: argparse.Namespace) -> None:
    from trustkeep.kernel.clock import now
    from trustkeep.lifecycle.backups.making import make_backup
    from trustkeep.site.opening import require_database

    require_database(_installation())
    made = make_backup(by="command-line", now=now(), report=progress(arguments.json))
    told = {
        "id": str(made.id),
        "file": str(made.path),
        "made_at": made.made_at,
        "ends_at": made.ends_at,
        "size_bytes": made.size_bytes,
        "sha256": made.sha256,
        "log_size": made.log_size,
        "entry": made.entry_index,
    }
    _show(arguments, told, f"Made and verified {made.path} ({size(made.size_bytes)}).")


def _list(arguments: argparse.Namespace) -> None:
    from trustkeep.cli.printing import instant, print_json, print_table
    from trustkeep.lifecycle.backups import queries

    rows = queries.backups(gone=arguments.gone)
    if arguments.json:
        print_json([asdict(row) for row in rows])
        return
    print_table(
        ("MADE", "UNTIL", "SIZE", "VERIFIED", "FILE"),
        [
            (
                instant(row.made_at),
                instant(row.gone_at or row.ends_at),
                size(row.size_bytes),
                "yes" if row.encrypted else "plain text found",
                row.name,
            )
            for row in rows
        ],
    )


def _verify(arguments: argparse.Namespace) -> None:
    from trustkeep.cli.printing import print_json, print_table
    from trustkeep.lifecycle.backups import queries
    from trustkeep.lifecycle.backups.ports import places
    from trustkeep.lifecycle.backups.verifying import verify

    kept = [queries.path_of(row.name) for row in queries.backups()]
    files = [arguments.file] if arguments.file else kept
    room = places().backups
    room.mkdir(mode=0o700, parents=True, exist_ok=True)
    rows = []
    for path in files:
        _require_file(path)
        seen = verify(path, room, report=progress(arguments.json))
        rows.append((path.name, seen.files, seen.bytes, seen.sha256))
    heads = ("FILE", "FILES", "BYTES", "SHA256")
    if arguments.json:
        print_json([dict(zip(map(str.lower, heads), row, strict=True)) for row in rows])
    else:
        print_table(heads, rows)


def _restore(arguments: argparse.Namespace, data: Path) -> int:
    import os

    from trustkeep.lifecycle.backups import restoring
    from trustkeep.site import installation, keys

    _require_file(arguments.file)
    if arguments.root_key:
        os.environ[installation.ROOT_KEY_VARIABLE] = str(Path(arguments.root_key).absolute())
    installation.current(data).enter()
    told = restoring.restore(
        arguments.file, data, keys.of_restore(), report=progress(arguments.json)
    )
    made = installation.current(data)
    lines = [
        f"Restored {told.files} files of {told.manifest['made_at']} into {data}.",
        f"Start it with `trustkeep serve --data {data}`. It stays closed until every lock, "
        "erasure, hold and revocation since has been re-applied.",
    ]
    if not made.ledger.exists():
        lines.append(
            f"The ledger {made.ledger} is missing: put it there first, or it will not start."
        )
    plain = {"files": told.files, "bytes": told.bytes, "ledger": made.ledger.exists()}
    _show(arguments, {**plain, **told.manifest}, "\n".join(lines))
    return 0


def _new_ledger(arguments: argparse.Namespace) -> None:
    from trustkeep.kernel.clock import now
    from trustkeep.kernel.errors import TrustkeepError
    from trustkeep.lifecycle.backups.ledgers import begin_anew

    if not arguments.sure:
        raise TrustkeepError(
            "Without its ledger nobody can tell what an older database has missed. If you know "
            "that this one is the newest, add --this-database-is-the-newest."
        )
    entry = begin_anew(by="command-line", now=now())
    _show(arguments, {"entry": entry}, "A new ledger was begun; the log says so.")


def progress(as_json: bool) -> Callable[[Stage, int, int], None]:
    """Return what tells a person at a terminal how far the work is, on standard error."""
    told: dict[Stage, int] = {}

    def report(stage: Stage, done_bytes: int, all_bytes: int) -> None:
        percent = 100 * done_bytes // all_bytes if all_bytes else 0
        if stage in told and percent < told[stage] + _STEP_PERCENT:
            return
        told[stage] = percent
        if not as_json:
            print(f"{stage:9} {percent:3} %", file=sys.stderr, flush=True)

    return report


def size(count: int) -> str:
    """Return a number of bytes as a person reads it."""
    value, unit = float(count), "B"
    for unit in ("B", "KiB", "MiB", "GiB", "TiB"):  # noqa: B007  (the last one stays)
        if value < 1024:
            break
        value /= 1024
    return f"{value:.0f} {unit}" if unit == "B" else f"{value:.1f} {unit}"


def _installation() -> Any:
    from trustkeep.site import installation

    return installation.current()


def _require_file(path: Path) -> None:
    from trustkeep.vault.archives import NoBackup

    if not path.is_file():
        raise NoBackup(path=path)


def _show(arguments: argparse.Namespace, facts: dict[str, Any], text: str) -> None:
    from trustkeep.cli.printing import print_json

    if arguments.json:
        print_json(facts)
    else:
        print(text)
