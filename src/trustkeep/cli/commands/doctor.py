"""``trustkeep doctor``: look at an installation and say what is missing."""

from __future__ import annotations

import argparse
import json
from dataclasses import asdict

HELP = "look at an installation and say what is missing"
NEEDS_DJANGO = False

_MARKS = {True: "ok   ", False: "WRONG", None: "note "}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--data", help="the data directory (otherwise TRUSTKEEP_DATA)")
    parser.add_argument("--json", action="store_true", help="print the findings as JSON")


def run(arguments: argparse.Namespace) -> int:
    from trustkeep.kernel import clock
    from trustkeep.site import examination, installation

    found = installation.current(arguments.data)
    if found.config_file.is_file():
        found.enter()
    findings = examination.examine(found, now=clock.now())
    if arguments.json:
        print(json.dumps([asdict(finding) for finding in findings], indent=2))
    else:
        for finding in findings:
            print(f"{_MARKS[finding.good]}  {finding.name}: {finding.sentence}")
    return 1 if any(finding.good is False for finding in findings) else 0
