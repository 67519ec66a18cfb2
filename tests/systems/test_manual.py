"""What the manual shows to engineers works as it stands there."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from typing import Any

from tests.house.source import ROOT
from trustkeep.connectors import kinds
from trustkeep.connectors.outgoing import Reach
from trustkeep.connectors.table_mapping import read_mapping
from trustkeep.lifecycle.systems import patience
from trustkeep.lifecycle.systems.ports import Outcome
from trustkeep.lifecycle.systems.reports import read_report
from trustkeep.lifecycle.systems.signing import new_secret, signed

MANUAL = (ROOT / "docs" / "engineers.md").read_text("utf-8")


def shown(language: str, holding: str) -> str:
    """Return the one block in this language that holds this."""
    blocks = re.findall(rf"```{language}\n(.*?)```", MANUAL, flags=re.DOTALL)
    [found] = [block for block in blocks if holding in block]
    return str(found)


def test_receiver__does_each_message_once_and_answers_every_time() -> None:
    rows = {"a-1": 4}
    known: dict[str, bool] = {}
    erased: list[str] = []

    def erase(account: str) -> tuple[int, int]:
        erased.append(account)
        found = rows.pop(account, 0)
        return found, found

    def lock(account: str, *, locked: bool) -> None:
        known[account] = locked

    names: dict[str, Any] = {"erase": erase, "count": lambda a: rows.get(a, 0), "lock": lock}
    exec(compile(shown("python", "def handle"), "engineers.md", "exec"), names)
    secret = new_secret()

    def sent(kind: str, message: str) -> tuple[int, dict[str, Any]]:
        told = {"type": kind, "data": {"key": "k/1", "account": "a-1"}}
        body = json.dumps(told).encode()
        answer: tuple[int, dict[str, Any]] = names["handle"](
            secret, signed([secret], message, body, datetime.now(UTC)), body
        )
        return answer

    first, again = sent("account.erase", "msg_1"), sent("account.erase", "msg_1")
    report = read_report(json.dumps(first[1]).encode())

    assert first == again
    assert erased == ["a-1"]
    assert report is not None
    assert (report.answer.outcome, report.answer.deleted) == (Outcome.CONFIRMED, 4)
    assert report.answer.remaining == 0
    assert sent("account.lock", "msg_2")[0] == 200
    assert known == {"a-1": True}
    assert sent("ping", "msg_3") == (200, {})
    assert names["handle"](new_secret(), {}, b"")[0] == 401


def test_settings_and_mapping__can_be_used_as_they_stand() -> None:
    settings = json.loads(shown("json", "verify_url"))

    kinds.webhook(Reach(), lambda _: "").check(settings)
    assert len(read_mapping(shown("toml", "[[tables]]")).tables) == 2


def test_django_settings__are_python_and_name_what_exists() -> None:
    names: dict[str, Any] = {}
    exec(shown("python", "TRUSTKEEP_GATE"), names)

    assert set(names["TRUSTKEEP_GATE"]) == {"url", "token", "account", "fail_closed"}
    assert names["MIDDLEWARE"][-1] == "trustkeep_client.django.GateMiddleware"


def test_numbers__are_those_of_the_code() -> None:
    assert patience.LONGEST_WAIT.total_seconds() == 6 * 3600
    assert "six hours apart" in MANUAL
    assert patience.KEEP_TRYING.days == 30
    assert "thirty days" in MANUAL
    assert patience.LONGEST_RETRY_AFTER.days == 1
    assert "up to a day" in MANUAL
