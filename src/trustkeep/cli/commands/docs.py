"""`trustkeep docs`: write the tables of the manual that are made from the code."""

from __future__ import annotations

import argparse
from pathlib import Path

HELP = "write the tables of the manual that are made from the code"
NEEDS_DJANGO = True


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("folder", type=Path, help="where the manual lies, such as docs")


def run(arguments: argparse.Namespace) -> int:
    from trustkeep.cli.documents import write

    for path in write(arguments.folder):
        print(path)
    return 0
