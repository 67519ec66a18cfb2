"""``trustkeep manage …``: Django's own commands, for this installation."""

from __future__ import annotations

import argparse

HELP = "run one of Django's management commands"
NEEDS_DJANGO = True


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("arguments", nargs=argparse.REMAINDER, help="what Django is told")


def run(arguments: argparse.Namespace) -> int:
    from django.core.management import execute_from_command_line

    execute_from_command_line(["trustkeep manage", *arguments.arguments])
    return 0
