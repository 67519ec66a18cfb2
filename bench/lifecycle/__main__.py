"""``python -m bench.lifecycle PART [--quick] [--json]``: measure one part in this process."""

from __future__ import annotations

import argparse
import importlib
import json
import sys
from dataclasses import asdict

from bench.__main__ import line, reached
from bench.figure import Figure
from bench.lifecycle import PARTS


def main() -> int:
    """Measure one part; 1 if a target is missed."""
    parser = argparse.ArgumentParser(prog="bench.lifecycle")
    parser.add_argument("part", choices=PARTS)
    parser.add_argument("--quick", action="store_true", help="smaller accounts, fewer rounds")
    parser.add_argument("--json", action="store_true", help="one line of JSON at the end")
    arguments = parser.parse_args()
    module = importlib.import_module(f"bench.lifecycle.{arguments.part}")
    found: list[Figure] = module.figures(arguments.quick)
    if arguments.json:
        print(json.dumps([asdict(figure) for figure in found]))
        return 0
    print("\n".join(line(figure) for figure in found))
    return 0 if all(reached(figure) for figure in found) else 1


if __name__ == "__main__":
    sys.exit(main())
