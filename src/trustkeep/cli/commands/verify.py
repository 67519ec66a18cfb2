"""`trustkeep verify`: check a receipt offline, with plain Python and no account."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

from trustkeep.evidence.checkpoint import CheckpointInvalid, VerifierKey
from trustkeep.evidence.entry import to_base64
from trustkeep.evidence.receipt import MAX_SIZE
from trustkeep.evidence.verify import VerificationFailed, Verified, verify_receipt
from trustkeep.kernel.errors import TrustkeepError

HELP = "check a receipt (.tlog-proof) offline"
NEEDS_DJANGO = False

KEY_VARIABLE = "TRUSTKEEP_VKEY"


class NoKey(TrustkeepError):
    """Nobody said which log to trust."""

    sentence = (
        "Say which log you trust: --vkey KEY, or a file that holds it, or TRUSTKEEP_VKEY. The key"
        " is printed at the foot of the trust page and served at /.well-known/trust-log/vkey."
    )


class Unreadable(TrustkeepError):
    """The file cannot be read as text."""

    sentence = "{path} cannot be read: {why}."


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", help="the receipt, or - for standard input")
    parser.add_argument(
        "--vkey", action="append", default=[], help="a verifier key, or a file that holds it"
    )
    parser.add_argument("--json", action="store_true", help="print JSON")


def run(arguments: argparse.Namespace) -> int:
    """Exit with 0 if the receipt proves its entry, 1 with the reason if it does not."""
    keys = _keys(arguments.vkey or [os.environ.get(KEY_VARIABLE, "")])
    try:
        verified = verify_receipt(_text(arguments.file), keys)
    except VerificationFailed as error:
        _print_failure(error, as_json=arguments.json)
        return 1
    _print_success(verified, as_json=arguments.json)
    return 0


def _keys(given: list[str]) -> list[VerifierKey]:
    if not any(given):
        raise NoKey
    try:
        return [VerifierKey.parse(line) for text in given for line in _lines(text)]
    except CheckpointInvalid as error:
        raise TrustkeepError("{error}", error=error) from error


def _lines(text: str) -> list[str]:
    found = Path(text).read_text("utf-8") if len(text) < 4096 and Path(text).is_file() else text
    return [line for line in found.splitlines() if line.strip()]


def _text(file: str) -> str:
    try:
        raw = sys.stdin.buffer.read(MAX_SIZE + 1) if file == "-" else Path(file).read_bytes()
        return raw.decode("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "it is not text"
        raise Unreadable(path=file, why=why) from error


def _print_failure(error: VerificationFailed, *, as_json: bool) -> None:
    from trustkeep.cli.printing import print_json

    if as_json:
        print_json({"verified": False, "step": type(error).__name__, "reason": str(error)})
    else:
        print(f"NOT PROVED: {error}.", file=sys.stderr)


def _print_success(verified: Verified, *, as_json: bool) -> None:
    from trustkeep.cli.printing import print_json

    entry, checkpoint = verified.entry, verified.checkpoint
    if as_json:
        print_json(
            {
                "verified": True,
                "index": verified.index,
                "size": checkpoint.size,
                "origin": checkpoint.origin,
                "root": to_base64(checkpoint.root),
                "type": entry.type,
                "promise": entry.promise_id,
                "at": entry.at,
                "body": verified.body,
            }
        )
        return
    print(f"PROVED: entry {verified.index} of the log {checkpoint.origin}, unchanged since.")
    print(f"  what    {entry.type}" + (f" of {entry.promise_id}" if entry.promise_id else ""))
    print(f"  when    {entry.at}")
    print(f"  signed  among {checkpoint.size} entries")
    for name, value in sorted((verified.body or {}).items()):
        print(f"  {name:<8}{value}")
