"""The thread that keeps the timetable."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from trustkeep.kernel import clock
from trustkeep.worker.schedule import TIMETABLE, Job
from trustkeep.worker.thread import Timekeeper


def job(name: str, run: Callable[[datetime], object], every_s: float = 0.02) -> Job:
    return Job(name, timedelta(seconds=every_s), run)


def kept(*jobs: Job, until: threading.Event) -> Timekeeper:
    """Keep a timetable until `until` is set, at most five seconds."""
    timekeeper = Timekeeper(jobs)
    timekeeper.start()
    assert until.wait(5)
    timekeeper.stop()
    return timekeeper


def test_timekeeper__runs_a_job_again_and_again_with_the_present_instant() -> None:
    seen: list[datetime] = []
    enough = threading.Event()

    def run(now: datetime) -> None:
        seen.append(now)
        if len(seen) == 3:
            enough.set()

    kept(job("a", run), until=enough)

    assert seen == sorted(seen)
    assert abs(clock.now() - seen[0]) < timedelta(seconds=10)


@pytest.mark.asvs("16.3.4", "16.5.2")
def test_timekeeper__goes_on_after_a_job_has_failed(caplog: pytest.LogCaptureFixture) -> None:
    enough = threading.Event()
    failed: list[datetime] = []

    def fails(now: datetime) -> None:
        failed.append(now)
        if len(failed) == 2:
            enough.set()
        raise RuntimeError("on purpose")

    others: list[datetime] = []
    kept(job("fails", fails), job("runs", others.append), until=enough)

    assert others
    told = [one.msg for one in caplog.records if isinstance(one.msg, dict)]
    assert {(one["event"], one["job"]) for one in told} == {("job-failed", "fails")}


def test_timekeeper__skips_turns_it_has_missed() -> None:
    seen: list[datetime] = []
    enough = threading.Event()

    def slow(now: datetime) -> None:
        seen.append(now)
        time.sleep(0.1)
        if len(seen) == 2:
            enough.set()

    kept(job("slow", slow, every_s=0.04), until=enough)

    assert len(seen) <= 3


def test_timekeeper__stops_at_once_while_it_waits() -> None:
    ran = threading.Event()
    timekeeper = Timekeeper([job("rare", lambda now: ran.set(), every_s=3600)])
    timekeeper.start()
    assert ran.wait(5)

    started = time.monotonic()
    timekeeper.stop()

    assert not timekeeper.is_alive()
    assert time.monotonic() - started < 1


def test_timetable__names_every_job_once() -> None:
    names = [job.name for job in TIMETABLE]

    assert sorted(names) == sorted(set(names))
    assert {"run-due-checks", "sign-the-log"} <= set(names)
