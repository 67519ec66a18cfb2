"""The thread that keeps the timetable inside the server's process.

A job that fails is logged and comes again at its next turn; the others run on. That the thread
itself has died needs no watcher: results grow old, and the page then says so.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from datetime import datetime
from time import monotonic

import structlog
from django.db import close_old_connections, connections

from trustkeep.kernel import clock
from trustkeep.worker.schedule import TIMETABLE, Job

log = structlog.get_logger(__name__)


class Timekeeper(threading.Thread):
    """Runs each job when its time has come, one after the other."""

    def __init__(
        self,
        jobs: Sequence[Job] = TIMETABLE,
        now: Callable[[], datetime] = clock.now,
    ) -> None:
        super().__init__(name="trustkeep-timetable", daemon=True)
        self._jobs = jobs
        self._now = now
        self._stopping = threading.Event()

    def run(self) -> None:
        """Keep the timetable until `stop`; all jobs run once at the start."""
        next_turns = dict.fromkeys((job.name for job in self._jobs), monotonic())
        try:
            while not self._stopping.is_set():
                for job in self._jobs:
                    if monotonic() >= next_turns[job.name] and not self._stopping.is_set():
                        # Counted from the turn that was due, so that turns do not wander.
                        missed = monotonic() - next_turns[job.name]
                        every = job.every.total_seconds()
                        next_turns[job.name] += every * (missed // every + 1)
                        self.run_job(job)
                self._stopping.wait(max(0.0, min(next_turns.values()) - monotonic()))
        finally:
            connections.close_all()

    def stop(self, timeout_s: float = 10) -> None:
        """Let the running job end and the thread with it."""
        self._stopping.set()
        if self.is_alive():
            self.join(timeout_s)

    def run_job(self, job: Job) -> None:
        """Run one job now; whatever it raises ends here."""
        close_old_connections()
        try:
            job.run(self._now())
        except Exception:
            log.exception("job-failed", job=job.name)
