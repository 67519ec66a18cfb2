"""Telling systems beside the timetable: each in a thread of its own, so that none waits."""

from __future__ import annotations

import threading
import uuid
from datetime import UTC, datetime

import pytest

from trustkeep.lifecycle.systems import rounds
from trustkeep.worker import errands

NOW = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)
SLOW, QUICK = uuid.uuid4(), uuid.uuid4()


def test_slow_system__holds_up_neither_the_timetable_nor_the_others(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    answering, quick = threading.Event(), threading.Event()
    visited = []

    def visit(*, system_id: uuid.UUID, now: datetime) -> int:
        visited.append(system_id)
        if system_id == SLOW:
            answering.wait(10)
        else:
            quick.set()
        return 1

    monkeypatch.setattr(rounds, "systems_due", lambda *, now: [SLOW, QUICK])
    monkeypatch.setattr(rounds, "call_for_overdue", lambda *, now: 0)
    monkeypatch.setattr(rounds, "visit", visit)

    assert errands.send_out(NOW) == 2
    assert quick.wait(10), "the quick one is done while the slow one is still asked"
    while errands._running[QUICK].is_alive():
        errands._running[QUICK].join(10)
    assert errands.send_out(NOW) == 1, "the slow one is left to its thread"
    answering.set()
    errands.wait(10)

    assert visited.count(SLOW) == 1
    assert visited.count(QUICK) == 2


@pytest.mark.asvs("16.3.4", "16.5.2")
def test_visit__that_fails_ends_with_its_thread(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def visit(**_: object) -> int:
        raise RuntimeError("the database is away")

    monkeypatch.setattr(rounds, "systems_due", lambda *, now: [SLOW])
    monkeypatch.setattr(rounds, "call_for_overdue", lambda *, now: 0)
    monkeypatch.setattr(rounds, "visit", visit)

    assert errands.send_out(NOW) == 1
    errands.wait(10)
    assert errands.send_out(NOW) == 1, "the next turn tries again"
    errands.wait(10)
    told = [one.msg for one in caplog.records if isinstance(one.msg, dict)]
    assert [(one["event"], one["system"]) for one in told] == [("errand-failed", str(SLOW))] * 2
