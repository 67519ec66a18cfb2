"""The figures of a contract's end: refusing, purging, destroying keys, sweeping, moving bytes.

Each is measured in a process of its own, with an installation of its own; both sides of a ratio
take turns in the same run. ``python -m bench.lifecycle purging`` measures one alone.
"""

from __future__ import annotations

import json
import subprocess
import sys

from bench.figure import Figure

PARTS = ("purging", "sweeping", "refusing", "destroying", "moving")


def figures(quick: bool) -> list[Figure]:
    """Measure everything; `quick` takes smaller accounts and fewer rounds."""
    return [figure for part in PARTS for figure in _measured(part, quick)]


def _measured(part: str, quick: bool) -> list[Figure]:
    command = [sys.executable, "-m", "bench.lifecycle", part, "--json"]
    command += ["--quick"] if quick else []
    said = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True).stdout
    return [Figure(**told) for told in json.loads(said.splitlines()[-1])]
