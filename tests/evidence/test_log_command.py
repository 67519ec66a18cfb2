"""`trustkeep log`: what it shows, and that its receipts verify."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from tests.evidence.conftest import lift_the_guards
from tests.evidence.logs import BODY, KEY, ORIGIN
from trustkeep.cli.main import main
from trustkeep.evidence.actions import Draft, append_many, publish_checkpoint
from trustkeep.evidence.kinds import Kind
from trustkeep.evidence.models import LogEntry
from trustkeep.evidence.verify import verify_receipt

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


@pytest.fixture
def _four(log: None) -> None:
    append_many([Draft(Kind.KEY_ROTATED, BODY)] * 3, now=NOON)
    publish_checkpoint(NOON)
    append_many([Draft(Kind.CHECK_RESULT, BODY, "backups")], now=NOON)


@pytest.mark.usefixtures("_four")
def test_status__tells_size_checkpoint_and_key(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["log", "status"]) == 0
    told = capsys.readouterr().out
    assert ORIGIN in told
    assert KEY.encode() in told

    assert main(["log", "status", "--json"]) == 0
    told_json = json.loads(capsys.readouterr().out)
    assert (told_json["entries"], told_json["signed_entries"]) == (4, 3)
    assert told_json["signed_at"] == "2026-11-23 12:00:00 UTC"


@pytest.mark.usefixtures("log")
def test_status__of_an_empty_log_is_no_failure(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["log", "status", "--json"]) == 0

    assert json.loads(capsys.readouterr().out)["signed_at"] == "–"


@pytest.mark.usefixtures("_four")
def test_audit__passes_or_names_the_damage(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["log", "audit"]) == 0
    assert "every entry, hash and signature" in capsys.readouterr().out

    lift_the_guards()
    LogEntry.objects.filter(index=1).delete()

    assert main(["log", "audit"]) == 1
    assert "The evidence log is damaged" in capsys.readouterr().err


@pytest.mark.usefixtures("_four")
def test_entries__are_listed_newest_first(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["log", "entries", "--limit", "2"]) == 0
    heads, newest, second = capsys.readouterr().out.splitlines()
    assert heads.split() == ["ENTRY", "WHEN", "KIND", "PROMISE"]
    assert (newest.split()[0], second.split()[0]) == ("3", "2")

    assert main(["log", "entries", "--promise", "backups", "--json"]) == 0
    (found,) = json.loads(capsys.readouterr().out)
    assert (found["entry"], found["kind"]) == (3, "check-result")


@pytest.mark.usefixtures("_four")
def test_receipt__verifies(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["log", "receipt", "1"]) == 0

    assert verify_receipt(capsys.readouterr().out, [KEY]).index == 1


@pytest.mark.usefixtures("_four")
def test_receipt__that_cannot_be_given_says_why(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["log", "receipt", "3"]) == 1
    assert "not covered by a checkpoint yet" in capsys.readouterr().err

    assert main(["log", "receipt", "9"]) == 1
    assert "The log has no entry 9" in capsys.readouterr().err
