"""The threads beside the requests: the timetable, and a look whether others have written."""

from __future__ import annotations

import os
import signal
import threading
from multiprocessing import util

import structlog
from django.db import connection

from trustkeep.site import generation, quarantine
from trustkeep.worker.schedule import TIMETABLE
from trustkeep.worker.thread import Timekeeper

SCHEDULER_VARIABLE = "TRUSTKEEP_SCHEDULER"
LOOK_EVERY_S = 1.0
_STOP_FIRST = 100

log = structlog.get_logger(__name__)


class Watch(threading.Thread):
    """Makes prepared pages old when anybody has committed anything, and ends with its supervisor.

    Whoever changes what is public says so at once (`Generation.change`); this thread heals the case
    of a process that was killed between its commit and saying so. A worker whose supervisor was
    killed would hold the port for ever, so it ends itself.
    """

    def __init__(self, mark: generation.Generation, look_every_s: float = LOOK_EVERY_S) -> None:
        super().__init__(name="trustkeep-watch", daemon=True)
        self._mark = mark
        self._look_every_s = look_every_s
        self._stopping = threading.Event()

    def run(self) -> None:
        seen, supervisor = None, os.getppid()
        while not self._stopping.wait(self._look_every_s):
            if os.getppid() != supervisor:
                os.kill(os.getpid(), signal.SIGTERM)
                break
            try:
                present = _commits_seen()
            except Exception:
                log.exception("watch-failed")
                connection.close()
                present = None
            if present != seen:
                self._mark.change()
            seen = present
        connection.close()

    def stop(self) -> None:
        self._stopping.set()


def start() -> None:
    """Start the threads in this process; they end with it."""
    watch = Watch(generation.of_installation())
    watch.start()
    util.Finalize(watch, watch.stop, exitpriority=_STOP_FIRST)
    if quarantine.of_process.closed:
        quarantine.of_process.reconcile_and_then(_keep_the_timetable)
    else:
        _keep_the_timetable()


def _keep_the_timetable() -> None:
    if os.environ.get(SCHEDULER_VARIABLE, "on") != "off":
        for outside in (False, True):
            timekeeper = Timekeeper([job for job in TIMETABLE if job.outside is outside])
            timekeeper.start()
            # Children of multiprocessing leave without `atexit`; this list is theirs.
            util.Finalize(timekeeper, timekeeper.stop, exitpriority=_STOP_FIRST)


def _commits_seen() -> int:
    """Return a number that differs after a commit by any other connection."""
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA data_version")
        return int(cursor.fetchone()[0])
