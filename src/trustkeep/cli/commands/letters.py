"""`trustkeep letters`: the outbox, letters that failed, mails that came back."""

from __future__ import annotations

import argparse
import sys
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

from trustkeep.kernel.errors import TrustkeepError

HELP = "list the letters, read one, send what is due, try again, call off, enter what came back"
NEEDS_DJANGO = True

STATES = ("waiting", "delivered", "failed", "cancelled")
SHOWN = 20
_STANDARD_INPUT = "-"


class ReportUnreadable(TrustkeepError):
    """The file of a delivery report cannot be read."""

    sentence = "{path} cannot be read: {why}."


def add_arguments(parser: argparse.ArgumentParser) -> None:
    acts = parser.add_subparsers(dest="act", metavar="ACT", required=True)
    listing = acts.add_parser("list", help="list the newest letters")
    listing.add_argument("--state", choices=STATES)
    listing.add_argument("--kind", default="", metavar="SLUG")
    listing.add_argument("--account", type=uuid.UUID, metavar="ID")
    listing.add_argument("--limit", type=int, default=SHOWN, help="how many")
    listing.add_argument("--json", action="store_true", help="print JSON")
    reading = acts.add_parser("show", help="print one letter as it reads")
    again = acts.add_parser("try-again", help="bring a failed letter once more, at once")
    off = acts.add_parser("cancel", help="call a waiting letter off")
    for one in (reading, again, off):
        one.add_argument("letter", type=uuid.UUID)
    sending = acts.add_parser("send", help="send what is due now, as the timetable does")
    sending.add_argument("--json", action="store_true", help="print JSON")
    bounced = acts.add_parser("bounced", help="enter a delivery report (RFC 3464)")
    bounced.add_argument("file", help="the whole mail as it came, or - for standard input")


def run(arguments: argparse.Namespace) -> int:
    acts: dict[str, Callable[[argparse.Namespace], None]] = {
        "list": _list,
        "show": _show,
        "try-again": _try_again,
        "cancel": _cancel,
        "send": _send,
        "bounced": _bounced,
    }
    acts[arguments.act](arguments)
    return 0


def _list(arguments: argparse.Namespace) -> None:
    from trustkeep.cli.printing import instant, print_json, print_table
    from trustkeep.identity import trail
    from trustkeep.kernel.clock import now
    from trustkeep.letters import queries

    trail.note_read(what="letters", subject="list", now=now())
    found = queries.letters(
        state=arguments.state or "",
        kind=arguments.kind,
        account=arguments.account,
        limit=max(arguments.limit, 0),
    )
    if arguments.json:
        print_json([_plain(one) for one in found])
        return
    print_table(
        ("LETTER", "WRITTEN", "KIND", "STATE", "TRIES", "PROBLEM", "TO"),
        [
            (
                one.id,
                instant(one.queued_at),
                one.kind,
                one.state,
                one.attempts,
                one.problem or "–",
                one.to or "–",
            )
            for one in found
        ],
    )


def _plain(shown: Any) -> dict[str, Any]:
    from dataclasses import asdict

    return asdict(shown)


def _show(arguments: argparse.Namespace) -> None:
    from trustkeep.identity import trail
    from trustkeep.kernel.clock import now
    from trustkeep.letters import queries

    read = queries.letter(arguments.letter)
    trail.note_read(what="letter", subject=str(arguments.letter), now=now())
    if not read.text:
        print("Recipient and words were wiped.")
        return
    print(f"To:      {read.shown.name} <{read.shown.to}>".replace("  <", " <"))
    print(f"Subject: {read.shown.subject}")
    for name in read.enclosures:
        print(f"Inside:  {name}")
    print(f"\n{read.text}", end="")


def _try_again(arguments: argparse.Namespace) -> None:
    from trustkeep.kernel.clock import now
    from trustkeep.letters.actions import try_again

    try_again(letter_id=arguments.letter, now=now())
    print("It is due now.")


def _cancel(arguments: argparse.Namespace) -> None:
    from trustkeep.kernel.clock import now
    from trustkeep.letters.actions import cancel

    cancel(letter_id=arguments.letter, now=now())
    print("Called off.")


def _send(arguments: argparse.Namespace) -> None:
    from dataclasses import asdict

    from trustkeep.cli.printing import print_json, print_table
    from trustkeep.kernel.clock import now
    from trustkeep.letters.ports import joined
    from trustkeep.letters.sending import send_due

    if joined.post is None:
        raise TrustkeepError("No mail server is set: letters wait. Set smtp_host (see the manual).")
    counts = asdict(send_due(now=now(), post=joined.post))
    if arguments.json:
        print_json(counts)
    else:
        print_table(("WHAT", "LETTERS"), list(counts.items()))


def _bounced(arguments: argparse.Namespace) -> None:
    from trustkeep.kernel.clock import now
    from trustkeep.letters.bounces import came_back, read_report

    report = read_report(_read(arguments.file))
    changed = came_back(report=report, now=now())
    told = "counts as failed now" if changed else f"is left as it is (“{report.action}”)"
    print(f"Letter {report.letter} {told}.")


def _read(file: str) -> bytes:
    from trustkeep.letters.bounces import LARGEST

    try:
        if file == _STANDARD_INPUT:
            return sys.stdin.buffer.read(LARGEST + 1)
        with Path(file).open("rb") as stream:
            return stream.read(LARGEST + 1)
    except OSError as error:
        raise ReportUnreadable(path=file, why=error.strerror) from error
