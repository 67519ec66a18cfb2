"""A restored installation as an operator sees it: commands, a server that is closed, then open."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.live import Demo, free_ports


def command(data: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {"PATH": os.environ["PATH"], "TRUSTKEEP_DATA": str(data)}
    return subprocess.run(
        [sys.executable, "-m", "trustkeep.cli.main", *arguments],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A demo installation with one backup, after which the log went on."""
    data = tmp_path_factory.mktemp("original") / "data"
    assert command(data, "demo", "--no-serve").returncode == 0
    made = command(data, "backup", "create", "--json")
    assert made.returncode == 0, made.stderr
    assert command(data, "check", "security-lead").returncode == 0
    return data


def archive(data: Path) -> Path:
    [path] = (data / "backups").glob("*.backup")
    return path


def beside(original: Path, data: Path) -> None:
    """Put the newest keys and the ledger into an empty directory."""
    data.mkdir(mode=0o700)
    for name in ("keys.db", "root.key", "ledger.db"):
        shutil.copy2(original / name, data / name)


@pytest.mark.asvs("2.3.3")
def test_restored_installation__is_closed_until_it_has_caught_up(
    original: Path, tmp_path: Path
) -> None:
    data = tmp_path / "data"
    beside(original, data)
    done = command(data, "backup", "restore", str(archive(original)), "--data", str(data))
    assert done.returncode == 0, done.stderr
    refused = command(data, "record", "enter", "policy")
    assert refused.returncode != 0
    old = command(data, "backup", "create")
    assert "old copy" in old.stderr

    port, http_port = free_ports(2)
    demo = Demo(data, port, http_port)
    demo.start()
    try:
        answers = [demo.get("/en/")]
        while answers[-1].status == 503 and len(answers) < 300:
            time.sleep(0.1)
            answers.append(demo.get("/en/"))
    finally:
        demo.stop()

    assert answers[-1].status == 200
    for closed in answers[:-1]:
        assert closed.headers["Retry-After"]
        assert "re-applies every deletion" in closed.text  # type: ignore[attr-defined]
    log = command(data, "log", "audit", "--json")
    assert json.loads(log.stdout)["verdict"].startswith("every entry")
    entries = json.loads(command(data, "log", "entries", "--limit", "999", "--json").stdout)
    assert "restore-reconciled" in {entry["kind"] for entry in entries}


def test_drill__passes_on_a_whole_installation_and_leaves_nothing_behind(original: Path) -> None:
    done = command(original, "drill", "--json")

    assert done.returncode == 0, done.stderr
    [drill] = json.loads(done.stdout)
    assert drill["passed"]
    assert drill["found"]["pages"] == 3
    assert drill["found"]["erased"] > 0
    assert drill["found"]["left"] == drill["found"]["missing"] == 0
    assert not (original / "backups" / ".drill").exists()


def test_restore__without_keys_says_what_is_missing(original: Path, tmp_path: Path) -> None:
    done = command(tmp_path, "backup", "restore", str(archive(original)), "--data", str(tmp_path))

    assert done.returncode == 1
    assert "key store" in done.stderr
    assert "Traceback" not in done.stderr


def test_start__without_its_database_makes_no_empty_one(original: Path, tmp_path: Path) -> None:
    data = tmp_path / "data"
    beside(original, data)
    shutil.copy2(original / "config.toml", data / "config.toml")

    started = command(data, "serve", "--data", str(data))
    looked = command(data, "doctor", "--data", str(data))

    assert started.returncode == 1
    assert "backup restore" in started.stderr
    assert looked.returncode == 1
    assert not (data / "trustkeep.db").exists()


def test_start__without_its_ledger_is_refused_until_somebody_vouches(
    original: Path, tmp_path: Path
) -> None:
    data = tmp_path / "data"
    shutil.copytree(original, data)
    (data / "ledger.db").unlink()

    refused = command(data, "backup", "create")
    asked = command(data, "backup", "new-ledger")
    done = command(data, "backup", "new-ledger", "--this-database-is-the-newest")

    assert "ledger" in refused.stderr
    assert refused.returncode == asked.returncode == 1
    assert done.returncode == 0, done.stderr
    assert command(data, "backup", "create").returncode == 0
