"""kill -9 at any instant leaves keys that open."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest


@pytest.mark.parametrize(
    ("act", "fewest_instants"),
    [("rotations", 100), ("provisionings", 50), ("account-keys", 30)],
)
@pytest.mark.when("killed-elsewhere")
def test_killing__at_any_instant_leaves_whole_keys(
    act: str, fewest_instants: int, tmp_path: Path
) -> None:
    root = Path(__file__).parents[2]

    done = subprocess.run(
        [sys.executable, "-m", "tests.vault.kills", act, str(tmp_path)],
        cwd=root,
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stderr
    assert int(done.stdout) > fewest_instants
