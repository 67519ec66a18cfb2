"""`trustkeep keys`: what it tells and what it leaves in the log."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from django.db import OperationalError

from trustkeep.cli.main import main
from trustkeep.evidence.entry import commit, parse
from trustkeep.evidence.models import LogEntry
from trustkeep.vault import actions
from trustkeep.vault.keys import KeyRing, SystemPurpose


def test_status__tells_where_the_keys_are(
    installed: KeyRing, data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["keys", "status"]) == 0

    told = capsys.readouterr().out
    assert f"file {data}/root.key, mode 0400" in told
    assert "1, since 2026-11-23T12:00:00.000Z" in told


@pytest.mark.usefixtures("installed")
def test_status__is_data_with_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["keys", "status", "--json"]) == 0

    told = json.loads(capsys.readouterr().out)
    assert (told["epoch"], told["current"], told["destroyed"]) == (1, len(SystemPurpose) + 3, 0)
    assert told["root"]["kind"] == "file"


@pytest.mark.usefixtures("installed")
def test_status__of_an_exposed_root_key_fails(
    data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (data / "root.key").chmod(0o444)

    assert main(["keys", "status"]) == 1

    assert "is open to other users (mode 0444)" in capsys.readouterr().err


@pytest.mark.django_db
def test_rotation__leaves_an_entry_that_commits_to_the_new_epoch(
    installed: KeyRing, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["keys", "rotate-root", "--json"]) == 0

    told = json.loads(capsys.readouterr().out)
    row = LogEntry.objects.get(index=told["entry"])
    assert told["epoch"] == installed.status().epoch == 2
    assert row.kind == "key-rotated"
    digest = commit(bytes.fromhex(told["salt"]), told["body"])
    assert parse(bytes(row.leaf)).body_digest == digest


@pytest.mark.django_db
@pytest.mark.usefixtures("installed")
def test_rotation__says_so_in_words(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["keys", "rotate-root"]) == 0

    assert "the epoch is 2" in capsys.readouterr().out


@pytest.mark.parametrize("as_json", [[], ["--json"]])
def test_rotation__stands_where_the_log_is_out_of_reach(
    installed: KeyRing,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    as_json: list[str],
) -> None:
    def unreachable(**_: Any) -> None:
        raise OperationalError("unable to open database file")

    monkeypatch.setattr(actions, "append", unreachable)

    assert main(["keys", "rotate-root", *as_json]) == 1

    assert installed.status().epoch == 2
    assert "the evidence log has no entry of it" in capsys.readouterr().err


def test_keys__demand_a_verb() -> None:
    with pytest.raises(SystemExit, match="2"):
        main(["keys"])
