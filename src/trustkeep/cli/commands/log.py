"""`trustkeep log`: what the evidence log holds, an audit of all of it, receipts."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from typing import Any

HELP = "show the evidence log, audit it, or print a receipt"
NEEDS_DJANGO = True

SHOWN = 20


def add_arguments(parser: argparse.ArgumentParser) -> None:
    verbs = parser.add_subparsers(dest="verb", metavar="VERB", required=True)
    status = _verb(verbs, "status", "show the size, the newest checkpoint and the verifier key")
    audit = _verb(verbs, "audit", "recompute every hash and check every signature")
    entries = _verb(verbs, "entries", "list the newest entries")
    entries.add_argument("--promise", metavar="SLUG", help="those of one promise only")
    entries.add_argument("--limit", type=int, default=SHOWN, help="how many")
    receipt = _verb(verbs, "receipt", "print the receipt of an entry; save it as .tlog-proof")
    receipt.add_argument("index", type=int, help="the entry's number, counted from 0")
    for verb in (status, audit, entries):
        verb.add_argument("--json", action="store_true", help="print JSON")


def _verb(verbs: Any, name: str, told: str) -> argparse.ArgumentParser:
    parser: argparse.ArgumentParser = verbs.add_parser(name, help=told, description=told)
    return parser


def run(arguments: argparse.Namespace) -> int:
    """Exit with 0 when done, 1 when the log is damaged or has no such entry."""
    acts: dict[str, Callable[[argparse.Namespace], None]] = {
        "status": _status,
        "audit": _audit,
        "entries": _entries,
        "receipt": _receipt,
    }
    acts[arguments.verb](arguments)
    return 0


def _status(arguments: argparse.Namespace) -> None:
    from trustkeep.cli.printing import instant
    from trustkeep.evidence import queries

    signed = queries.latest_checkpoint()
    _show(
        arguments,
        {
            "origin": queries.origin(),
            "entries": queries.log_size(),
            "signed_entries": signed.size if signed else 0,
            "signed_at": instant(signed.at if signed else None),
            "verifier_key": queries.verifier_key(),
        },
    )


def _audit(arguments: argparse.Namespace) -> None:
    from trustkeep.evidence.audit import audit
    from trustkeep.evidence.canonical import to_base64

    audited = audit()
    _show(
        arguments,
        {
            "entries": audited.size,
            "checkpoints": audited.checkpoints,
            "root": to_base64(audited.root),
            "verdict": "every entry, hash and signature is as it was written",
        },
    )


def _entries(arguments: argparse.Namespace) -> None:
    from trustkeep.cli.printing import instant, print_json, print_table
    from trustkeep.evidence import queries

    rows = queries.entries(promise_id=arguments.promise, limit=max(arguments.limit, 0))
    shown = [(row.index, instant(row.at), row.kind, row.promise or "–") for row in rows]
    heads = ("ENTRY", "WHEN", "KIND", "PROMISE")
    if arguments.json:
        print_json([dict(zip(map(str.lower, heads), row, strict=True)) for row in shown])
    else:
        print_table(heads, shown)


def _receipt(arguments: argparse.Namespace) -> None:
    from trustkeep.controls.entries import receipt_of

    print(receipt_of(arguments.index), end="")


def _show(arguments: argparse.Namespace, facts: dict[str, Any]) -> None:
    from trustkeep.cli.printing import print_json, print_table

    if arguments.json:
        print_json(facts)
    else:
        print_table(
            ("WHAT", "STATE"),
            [(name.replace("_", " "), value) for name, value in facts.items()],
        )
