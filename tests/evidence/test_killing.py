"""A process that is killed while it writes loses nothing it had committed and leaves no gap."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from trustkeep.site import installation
from trustkeep.vault.provisioning import provision

ROOT = Path(__file__).parents[2]
NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """An installation of its own, as the command finds it."""
    provision(tmp_path / "data", now=NOON)
    config = installation.demo_config({})
    installation.write_config(tmp_path / "data" / installation.CONFIG_NAME, config)
    return {
        **os.environ,
        "TRUSTKEEP_DATA": str(tmp_path / "data"),
        "DJANGO_SETTINGS_MODULE": "trustkeep.site.settings",
    }


def written_until_killed(environment: dict[str, str], entries: int) -> int:
    call = [sys.executable, "-m", "tests.evidence.writing"]
    process = subprocess.Popen(call, env=environment, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert process.stdout
    last = -1
    for line in process.stdout:
        last = int(line)
        if last >= entries:
            process.kill()
            break
    # What it had told before it died is what it had committed.
    for line in process.stdout:
        last = int(line) if line.endswith("\n") else last
    process.wait()
    process.stdout.close()
    return last


@pytest.mark.when("killed-elsewhere")
def test_killing__loses_no_committed_entry_and_leaves_no_gap(environment: dict[str, str]) -> None:
    told = 0
    for entries in (20, 60):
        told = written_until_killed(environment, entries)

    audit = [sys.executable, "-m", "trustkeep.cli.main", "log", "audit", "--json"]
    done = subprocess.run(audit, env=environment, cwd=ROOT, capture_output=True, check=False)

    assert done.stderr == b""
    audited = json.loads(done.stdout)
    assert audited["entries"] > told >= 60
    assert audited["checkpoints"] > 0
