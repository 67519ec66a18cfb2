"""The trustkeep command: finds the subcommand, starts Django only where it is needed."""

from __future__ import annotations

import argparse
import importlib
import pkgutil
import sys
from collections.abc import Sequence
from typing import Protocol, cast

from trustkeep import __version__
from trustkeep.cli import commands
from trustkeep.kernel.errors import TrustkeepError

OK, FAILED, USAGE = 0, 1, 2


class Command(Protocol):
    """What every module in `trustkeep.cli.commands` offers; its name is its file's."""

    HELP: str
    NEEDS_DJANGO: bool

    def add_arguments(self, parser: argparse.ArgumentParser) -> None: ...

    def run(self, arguments: argparse.Namespace) -> int: ...


def main(argv: Sequence[str] | None = None) -> int:
    """Run one subcommand; 0 is done, 1 is a told failure, 2 is a wrong call."""
    parser, found = build_parser()
    arguments = parser.parse_args(argv)
    command = found.get(arguments.command or "")
    if command is None:
        parser.print_help()
        return USAGE
    try:
        if command.NEEDS_DJANGO:
            _start_django()
            return _run(command, arguments)
        return command.run(arguments)
    except TrustkeepError as error:
        print(f"trustkeep: {error}", file=sys.stderr)
        return FAILED
    except Exception as error:
        sentence = _of_the_machine(error)
        if sentence is None:
            raise
        print(f"trustkeep: {sentence}", file=sys.stderr)
        return FAILED
    except KeyboardInterrupt:
        return 130


def _of_the_machine(error: Exception) -> str | None:
    """Return what to tell where the disk or the database is at fault; None for all else."""
    from trustkeep.vault.outages import Outage, outage_of

    sentences = {
        Outage.FULL: "The disk is full. Make room and try again; nothing was changed.",
        Outage.BUSY: (
            "Another process has kept the database to itself for too long. Try again; if it stays "
            "so, look which process of this installation hangs. Nothing was changed."
        ),
        Outage.BROKEN: (
            "The disk or the database on it cannot be read or written ({reason}). Look at the "
            "disk, its mode and its owner; nothing was changed."
        ),
    }
    outage = outage_of(error)
    return sentences[outage].format(reason=error) if outage else None


def _run(command: Command, arguments: argparse.Namespace) -> int:
    from trustkeep.identity import origins

    with origins.arriving("", "", actor="command-line"):
        return command.run(arguments)


def build_parser() -> tuple[argparse.ArgumentParser, dict[str, Command]]:
    """Return the parser of the whole command and its subcommands by name."""
    parser = argparse.ArgumentParser(
        prog="trustkeep", description="The trust center that keeps the promises it publishes."
    )
    parser.add_argument("--version", action="version", version=f"trustkeep {__version__}")
    choices = parser.add_subparsers(dest="command", metavar="COMMAND", title="commands")
    found: dict[str, Command] = {}
    for module in sorted(pkgutil.iter_modules(commands.__path__), key=lambda m: m.name):
        name = module.name.replace("_", "-")
        command = cast(Command, importlib.import_module(f"{commands.__name__}.{module.name}"))
        command.add_arguments(choices.add_parser(name, help=command.HELP, description=command.HELP))
        found[name] = command
    return parser, found


def _start_django() -> None:
    import os

    import django
    from django.utils import translation

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "trustkeep.site.settings")
    django.setup()
    # Whoever types commands reads English; the installation's language is for its readers.
    translation.activate("en")


if __name__ == "__main__":
    sys.exit(main())
