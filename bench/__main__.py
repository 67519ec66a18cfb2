"""``python -m bench [--quick] [PART …]``: measure; 1 if a target is missed."""

from __future__ import annotations

import argparse
import importlib
import sys
from pathlib import Path

from bench.figure import Figure

PARTS = ("page", "vault", "evidence", "sign_in", "lifecycle")


def main() -> int:
    """Measure the parts that were named, all by default."""
    parser = argparse.ArgumentParser(prog="bench", description="Every figure beside its reference.")
    parser.add_argument("--quick", action="store_true", help="fewer and shorter rounds")
    parser.add_argument("parts", nargs="*", choices=[[], *PARTS], help="what to measure")
    arguments = parser.parse_args()
    missed = 0
    for part in arguments.parts or PARTS:
        print(f"\n{part}", flush=True)
        found: list[Figure] = importlib.import_module(f"bench.{part}").figures(arguments.quick)
        for figure in found:
            missed += not reached(figure)
            print(line(figure), flush=True)
    return 1 if missed else 0


def reached(figure: Figure) -> bool:
    """Tell whether the ratio is on the right side of its target."""
    if figure.better == "higher":
        return figure.ratio >= figure.target
    return figure.ratio <= figure.target


def line(figure: Figure) -> str:
    """Return one figure as one line."""
    sign = "≥" if figure.better == "higher" else "≤"
    mark = "ok    " if reached(figure) else "MISSED"
    return (
        f"  {mark} {figure.ratio:10.3f} {sign} {figure.target:<8g} {figure.name}: "
        f"{figure.ours:,.4g} against {figure.reference:,.4g} {figure.unit}"
    )


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parent.parent))
    sys.exit(main())
