"""`trustkeep verify`: check a receipt offline, with plain Python and no account.

Takes the proof of any entry (.tlog-proof), and the JSON or the PDF of a deletion certificate.
"""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path
from typing import Any

from trustkeep.cli.printing import print_json
from trustkeep.cli.receipts import print_receipt
from trustkeep.evidence.canonical import to_base64
from trustkeep.evidence.checkpoint import KeyInvalid, VerifierKey
from trustkeep.evidence.receipt import MAX_SIZE, Content, ReceiptInvalid, parse_content
from trustkeep.evidence.verify import VerificationFailed
from trustkeep.kernel.errors import TrustkeepError
from trustkeep.lifecycle.receipt_verify import LARGEST_FILE, Proved, verify_file
from trustkeep.lifecycle.receipts import plain

HELP = "check a receipt (.tlog-proof, or a deletion certificate as JSON or PDF) offline"
NEEDS_DJANGO = False

KEY_VARIABLE = "TRUSTKEEP_VKEY"
_STANDARD_INPUT = "-"


class NoKey(TrustkeepError):
    """Nobody said which log to trust."""

    sentence = (
        "Say which log you trust: --vkey KEY, or a file that holds it, or TRUSTKEEP_VKEY. The key"
        " is printed at the foot of the trust page and served at /.well-known/trust-log/vkey."
    )


class KeyUnusable(TrustkeepError):
    """What was given as a key is none."""

    sentence = "“{given}” is neither a verifier key nor a file that holds one: {why}."


class Unreadable(TrustkeepError):
    """A file cannot be read as text."""

    sentence = "{path} cannot be read: {why}."


class ContentUnusable(TrustkeepError):
    """What was given as the entry's content is none."""

    sentence = "{path} is not the content of an entry: {why}."


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", help="the receipt, or - for standard input")
    parser.add_argument(
        "--vkey",
        action="append",
        default=[],
        metavar="KEY",
        help="a verifier key, or a file that holds it; may be given more than once",
    )
    parser.add_argument(
        "--body", metavar="FILE", help="the entry's content where the receipt does not hold it"
    )
    parser.add_argument("--json", action="store_true", help="print JSON")


def run(arguments: argparse.Namespace) -> int:
    """Exit with 0 if the receipt proves its entry, 1 with the reason if it does not."""
    keys = _keys(arguments.vkey or [os.environ.get(KEY_VARIABLE, "")])
    content = _content(arguments.body) if arguments.body else None
    try:
        proved = verify_file(_bytes(arguments.file, LARGEST_FILE), keys, content)
    except VerificationFailed as error:
        _print_failure(error, as_json=arguments.json)
        return 1
    if arguments.json:
        print_json(_plain(proved))
    else:
        _print_success(proved)
    return 0


def _keys(given: list[str]) -> list[VerifierKey]:
    if not any(given):
        raise NoKey
    return [_key(text, line) for text in given for line in _lines(text)]


def _key(given: str, line: str) -> VerifierKey:
    try:
        return VerifierKey.parse(line)
    except KeyInvalid as error:
        raise KeyUnusable(given=given, why=error) from error


def _lines(given: str) -> list[str]:
    # A plus sign stands in every key; a path that holds one can be written with ./ before it.
    is_key = "+" in given and not given.startswith((".", "/"))
    text = given if is_key else _text(given)
    return [line for line in text.splitlines() if line.strip()] or [""]


def _content(file: str) -> Content:
    try:
        return parse_content(_text(file))
    except ReceiptInvalid as error:
        raise ContentUnusable(path=file, why=error) from error


def _text(file: str) -> str:
    try:
        return _bytes(file, MAX_SIZE).decode("utf-8")
    except UnicodeDecodeError as error:
        raise Unreadable(path=file, why="it is not text in UTF-8") from error


def _bytes(file: str, most: int) -> bytes:
    # One byte more than a file may have is enough to refuse it.
    try:
        if file == _STANDARD_INPUT:
            return sys.stdin.buffer.read(most + 1)
        with Path(file).open("rb") as stream:
            return stream.read(most + 1)
    except (OSError, ValueError) as error:
        why = error.strerror if isinstance(error, OSError) else "its name cannot be used"
        raise Unreadable(path=file, why=why) from error


def _print_failure(error: VerificationFailed, *, as_json: bool) -> None:
    if as_json:
        print_json({"verified": False, "step": type(error).__name__, "reason": str(error)})
    else:
        print(f"NOT PROVED: {error}.", file=sys.stderr)


def _plain(proved: Proved) -> dict[str, Any]:
    verified, entry = proved.entry, proved.entry.entry
    told = {
        "verified": True,
        "index": verified.index,
        "size": verified.checkpoint.size,
        "origin": verified.checkpoint.origin,
        "root": to_base64(verified.checkpoint.root),
        "signed_by": verified.signed_by.encode(),
        "type": entry.type,
        "promise": entry.promise_id,
        "at": entry.at,
        "body": verified.body,
    }
    if proved.receipt:
        told["receipt"] = plain(proved.receipt)
    if proved.seal:
        told["seal"] = {"fingerprint": proved.seal.fingerprint, "subject": proved.seal.subject}
    return told


def _print_success(proved: Proved) -> None:
    verified, entry = proved.entry, proved.entry.entry
    checkpoint = verified.checkpoint
    print(f"PROVED: entry {verified.index} of the log {checkpoint.origin}, unchanged since.")
    print(f"  what       {entry.type}" + (f" of {entry.promise_id}" if entry.promise_id else ""))
    print(f"  when       {entry.at}")
    print(f"  among      {checkpoint.size} entries, counted from 0")
    print(f"  signed by  {verified.signed_by.encode()}")
    if proved.seal:
        print(f"  sealed by  {proved.seal.subject}, certificate {proved.seal.fingerprint}")
    if proved.account:
        print(f"  account    {proved.account}, which the entry names by a salt that only you have")
    if proved.receipt:
        print_receipt(proved.receipt)
    elif verified.body is None:
        print("  content    not given; the entry commits to it (see --body)")
    else:
        print("  content    as committed to:")
        print_json(verified.body)
