"""A kill at any line of making or restoring leaves nothing that is half."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest


@pytest.mark.asvs("2.3.3")
@pytest.mark.parametrize(("what", "fewest"), [("makings", 25), ("restorings", 15)])
@pytest.mark.when("killed-elsewhere")
def test_killing__leaves_whole_backups_and_nothing_that_starts_half(
    what: str, fewest: int, tmp_path: Path
) -> None:
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": os.pathsep.join(sys.path)}
    done = subprocess.run(
        [sys.executable, "-m", "tests.lifecycle.backups.kills", what, str(tmp_path)],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stderr
    assert int(done.stdout) > fewest
