"""How commands take a password: from a file, from standard input, or typed twice unseen."""

from __future__ import annotations

import argparse
import getpass
import sys
from pathlib import Path

from trustkeep.kernel.errors import TrustkeepError

_STANDARD_INPUT = "-"


class PasswordsDiffer(TrustkeepError):
    """The two were not the same."""

    sentence = "The two passwords differ. Nothing was changed; try again."


class NoPassword(TrustkeepError):
    """Nothing was given where a password was needed."""

    sentence = (
        "No password was given."
        " Type one, or name a file with --password-file (- for standard input)."
    )


def add_password_option(parser: argparse.ArgumentParser) -> None:
    """Let a command take a password without it ever standing in the list of processes."""
    parser.add_argument(
        "--password-file", metavar="FILE", help="the password's file, or - for standard input"
    )


def password_of(arguments: argparse.Namespace) -> str:
    """Return the password; raises PasswordsDiffer, NoPassword."""
    if arguments.password_file == _STANDARD_INPUT:
        given = sys.stdin.readline().rstrip("\r\n")
    elif arguments.password_file:
        given = Path(arguments.password_file).read_text("utf-8").rstrip("\r\n")
    elif sys.stdin.isatty():
        given = _typed_twice()
    else:
        given = ""
    if not given:
        raise NoPassword
    return given


def _typed_twice() -> str:
    first = getpass.getpass("Password: ")
    if getpass.getpass("Once more: ") != first:
        raise PasswordsDiffer
    return first
