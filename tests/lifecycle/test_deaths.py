"""Real workers that are killed, run in pairs, or stand still, at a lock and at a deletion.

``DEATHS_ROUNDS`` and ``DEATHS_SEEDS`` make it longer (`make deaths`); a seed repeats its run.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROUNDS = int(os.environ.get("DEATHS_ROUNDS", "2"))
SEEDS = [int(one) for one in os.environ.get("DEATHS_SEEDS", "1").split()]
PLAYS = 3


@pytest.mark.asvs("2.3.3", "16.5.3")
@pytest.mark.when(
    "worker-killed", "two-workers", "worker-stopped", "exactly-once", "others-untouched"
)
@pytest.mark.parametrize("seed", SEEDS)
def test_workers__that_die_or_stand_still_lose_double_and_harm_nothing(
    seed: int, tmp_path: Path
) -> None:
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": os.pathsep.join(sys.path)}
    done = subprocess.run(
        [sys.executable, "-m", "tests.lifecycle.deaths", str(tmp_path), str(seed), str(ROUNDS)],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )

    print(done.stdout)
    assert done.returncode == 0, done.stderr
    assert done.stdout.count(f"seed {seed}") == PLAYS * ROUNDS
