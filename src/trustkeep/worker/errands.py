"""Telling connected systems: a thread for each that has something due, so that none waits.

The job itself only looks and starts threads; a system whose thread still runs is left to it. At
most so many run at once: the others come at the next turn.
"""

from __future__ import annotations

import threading
import uuid
from datetime import datetime

import structlog
from django.db import connections

from trustkeep.lifecycle.systems import rounds

MOST_AT_ONCE = 16
log = structlog.get_logger(__name__)
_running: dict[uuid.UUID, threading.Thread] = {}


def send_out(now: datetime) -> int:
    """Visit every system that has something due; returns how many threads were started."""
    rounds.call_for_overdue(now=now)
    for system in [one for one, thread in _running.items() if not thread.is_alive()]:
        del _running[system]
    free = MOST_AT_ONCE - len(_running)
    due = [one for one in rounds.systems_due(now=now) if one not in _running][:free]
    for system in due:
        thread = threading.Thread(target=_visit, args=(system, now), name="trustkeep-errand")
        # A killed process leaves its leases behind, and the next one takes them over.
        thread.daemon = True
        _running[system] = thread
        thread.start()
    return len(due)


def wait(timeout_s: float) -> None:
    """Wait until the threads that run now have ended, each at most so long."""
    for thread in list(_running.values()):
        thread.join(timeout_s)


def _visit(system: uuid.UUID, now: datetime) -> None:
    try:
        rounds.visit(system_id=system, now=now)
    except Exception:
        log.exception("errand-failed", system=str(system))
    finally:
        connections.close_all()
