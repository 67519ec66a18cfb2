"""`trustkeep requests`: what people ask about their data, and the mailbox they write to."""

from __future__ import annotations

import argparse
import email
import email.policy
import sys
from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from email.message import EmailMessage
from email.utils import parseaddr
from pathlib import Path
from typing import TYPE_CHECKING

from trustkeep.kernel.errors import TrustkeepError

if TYPE_CHECKING:
    from trustkeep.lifecycle.progress import ErasureShown
    from trustkeep.lifecycle.requests.queries import RequestShown

HELP = "list requests of data subjects, enter those that came by mail, and go on with deletions"
NEEDS_DJANGO = True
BY = "command-line"
MOST_MAIL = 1_000_000
"""Bytes of a mail that is read; attachments are not kept anyway."""


class NotAMail(TrustkeepError):
    """The file holds no mail that could be entered."""

    sentence = "{file} is no mail that can be entered: {why}."


def add_arguments(parser: argparse.ArgumentParser) -> None:
    acts = parser.add_subparsers(dest="act", metavar="ACT", required=True)
    listing = acts.add_parser("list", help="list requests, the nearest due first")
    listing.add_argument("--open", action="store_true", help="only those that wait for an answer")
    showing = acts.add_parser("show", help="show one request with its story")
    showing.add_argument("reference")
    receiving = acts.add_parser("received", help="enter a request from a mail (RFC 5322)")
    receiving.add_argument("file", metavar="FILE", help="the mail as a file, - for input")
    receiving.add_argument("--kind", action="append", required=True, help="what is asked for")
    receiving.add_argument("--language", choices=("de", "en", "fr"), default="en")
    advancing = acts.add_parser("advance", help="go on with deletions that have begun, now")
    planning = acts.add_parser("plan", help="count what was granted; nothing is deleted yet")
    planning.add_argument("reference")
    approving = acts.add_parser("approve", help="approve a plan as counted; the deletion begins")
    approving.add_argument("reference")
    approving.add_argument("digest", help="the plan’s digest, as show prints it")
    for act in (listing, showing, receiving, advancing, planning, approving):
        act.add_argument("--json", action="store_true", help="print JSON")


def run(arguments: argparse.Namespace) -> int:
    acts = {"list": _list, "show": _show, "received": _received, "advance": _advance}
    acts |= {"plan": _plan, "approve": _approve}
    acts[arguments.act](arguments)
    return 0


def _list(arguments: argparse.Namespace) -> None:
    from trustkeep.cli.printing import print_json, print_table
    from trustkeep.kernel.clock import now
    from trustkeep.lifecycle.requests.queries import requests

    at = now()
    found = [one for one in requests() if one.is_open or not arguments.open]
    if arguments.json:
        print_json([_told(one) for one in found])
        return
    rows = [
        (
            one.reference,
            one.state.value,
            one.due_date,
            "LATE" if one.is_late(at) else "",
            ", ".join(one.kinds),
        )
        for one in found
    ]
    print_table(("REQUEST", "STATE", "DUE", "", "ASKED FOR"), rows)


def _show(arguments: argparse.Namespace) -> None:
    from trustkeep.cli.printing import instant, print_json, print_table
    from trustkeep.identity import trail
    from trustkeep.kernel.clock import now
    from trustkeep.lifecycle.requests.queries import by_reference

    found = by_reference(arguments.reference)
    trail.note_read(what="request", subject=str(found.shown.id), now=now())
    if arguments.json:
        story = [{"at": one.at, "what": one.what, "entry": one.entry_index} for one in found.story]
        erasure = asdict(found.erasure) if found.erasure else None
        told = {**_told(found.shown), "next": found.next.value, "erasure": erasure}
        print_json({**told, "story": story})
        return
    one = found.shown
    print(f"{one.reference}: {', '.join(one.kinds)}; {one.state}, due {one.due_date}.")
    print(f"Next: {found.next}.")
    if found.erasure:
        _print_erasure(found.erasure)
    rows = [(instant(step.at), step.what, step.entry_index) for step in found.story]
    print_table(("AT", "WHAT", "ENTRY"), rows)


def _print_erasure(found: ErasureShown) -> None:
    from trustkeep.cli.printing import instant, print_table

    print(f"Deletion: {found.stage}, to be done by {instant(found.done_by)}.")
    for trouble in found.troubles if not found.waits_for_approval else ():
        print(f"Held up: {trouble}.")
    if found.plan:
        said = (
            f"approved by {', '.join(found.approved_by)}" if found.approved_by else "not approved"
        )
        print(f"Plan {found.plan.digest}, {said}.")
    stores = [
        (one.name, one.planned, one.deleted, one.remaining, one.state or "") for one in found.stores
    ]
    print_table(("STORE", "PLANNED", "DELETED", "LEFT", "STATE"), _dashed(stores))
    systems = [(one.name, one.items, one.state, one.outcome) for one in found.systems]
    if systems:
        print_table(("SYSTEM", "PLANNED", "STATE", "ANSWER"), _dashed(systems))


def _dashed(rows: Sequence[tuple[object, ...]]) -> list[tuple[object, ...]]:
    return [tuple("-" if cell is None else cell for cell in row) for row in rows]


def _received(arguments: argparse.Namespace) -> None:
    from trustkeep.cli.printing import print_json
    from trustkeep.kernel.clock import now
    from trustkeep.lifecycle.request_letters import RequestKind
    from trustkeep.lifecycle.requests.kinds import Channel
    from trustkeep.lifecycle.requests.receiving import MOST_WORDS, NewRequest, receive

    mail = _mail(arguments.file)
    name, address = parseaddr(str(mail["From"] or ""))
    known = {one.value: one for one in RequestKind}
    unknown = [one for one in arguments.kind if one not in known]
    if unknown:
        raise NotAMail(file=arguments.file, why=f"kinds are {', '.join(known)}")
    at = now()
    new = NewRequest(
        kinds=tuple(known[one] for one in arguments.kind),
        name=name,
        email=address,
        text=_text(arguments.file, mail)[:MOST_WORDS],
        about=str(mail["Subject"] or "")[:200],
        language=arguments.language,
        channel=Channel.MAIL,
        received_at=min(_date(mail) or at, at),
    )
    made = receive(new=new, by=BY, now=at)
    if arguments.json:
        print_json({"id": str(made.id), "reference": made.reference, "due_at": made.due_at})
    else:
        print(f"Request {made.reference} is entered; the answer is due by {made.due_at:%Y-%m-%d}.")


def _plan(arguments: argparse.Namespace) -> None:
    from trustkeep.kernel.clock import now
    from trustkeep.lifecycle.requests import execution
    from trustkeep.lifecycle.requests.queries import by_reference

    one = by_reference(arguments.reference).shown
    execution.plan(request_id=one.id, by=BY, now=now())
    _show(arguments)


def _approve(arguments: argparse.Namespace) -> None:
    from trustkeep.kernel.clock import now
    from trustkeep.lifecycle.requests import execution
    from trustkeep.lifecycle.requests.queries import by_reference

    one = by_reference(arguments.reference).shown
    execution.approve(request_id=one.id, digest=arguments.digest, by=BY, now=now())
    _show(arguments)


def _advance(arguments: argparse.Namespace) -> None:
    from trustkeep.cli.printing import print_json
    from trustkeep.kernel.clock import now
    from trustkeep.lifecycle.requests import execution

    done = execution.advance_all(now=now())
    waiting = len(execution.executing())
    if arguments.json:
        print_json({"done": done, "waiting": waiting})
    else:
        print(f"{done} deletions are done, {waiting} wait for confirmations.")


def _told(one: RequestShown) -> dict[str, object]:
    return {
        "id": str(one.id),
        "reference": one.reference,
        "kinds": list(one.kinds),
        "channel": one.channel,
        "state": one.state.value,
        "role": one.role,
        "received_at": one.received_at,
        "due_at": one.due_at,
        "answered_at": one.answered_at,
    }


def _mail(file: str) -> EmailMessage:
    try:
        raw = sys.stdin.buffer.read(MOST_MAIL) if file == "-" else Path(file).read_bytes()
    except OSError as error:
        raise NotAMail(file=file, why=error.strerror) from error
    if len(raw) > MOST_MAIL:
        raise NotAMail(file=file, why=f"it is larger than {MOST_MAIL} bytes")
    mail = email.message_from_bytes(raw, policy=email.policy.default)
    if not mail["From"]:
        raise NotAMail(file=file, why="it does not say whom it is from")
    return mail


def _text(file: str, mail: EmailMessage) -> str:
    body = mail.get_body(preferencelist=("plain",))
    if body is None:
        raise NotAMail(file=file, why="it has no plain text; enter it in the console")
    return str(body.get_content())


def _date(mail: EmailMessage) -> datetime | None:
    sent: datetime | None = mail["Date"].datetime if mail["Date"] else None
    if sent is None:
        return None
    return sent.astimezone(UTC) if sent.tzinfo else sent.replace(tzinfo=UTC)
