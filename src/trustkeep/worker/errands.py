"""What takes long: a thread for each connected system that has something due, and for backups.

The job itself only looks and starts threads; a system whose thread still runs is left to it. At
most so many run at once: the others come at the next turn.
"""

from __future__ import annotations

import threading
import uuid
from datetime import datetime

import structlog
from django.db import connections

from trustkeep.kernel import clock
from trustkeep.lifecycle.backups import working
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


def keep_copies(now: datetime) -> int:
    """Begin the backup or drill that is asked for or due, in a thread of its own."""
    work_id = working.begin_due(now=now)
    if work_id is None:
        return 0
    thread = threading.Thread(target=_carry_out, args=(work_id, now), name="trustkeep-copies")
    # A killed process leaves no half file that looks like a backup, and the work is begun anew.
    thread.daemon = True
    _running[work_id] = thread
    thread.start()
    return 1


def wait(timeout_s: float) -> None:
    """Wait until the threads that run now have ended, each at most so long."""
    for thread in list(_running.values()):
        thread.join(timeout_s)


def _carry_out(work_id: uuid.UUID, now: datetime) -> None:
    try:
        working.carry_out(work_id=work_id, now=now, clock=clock.now)
    except Exception:
        log.exception("copies-failed", work=str(work_id))
    finally:
        connections.close_all()


def _visit(system: uuid.UUID, now: datetime) -> None:
    try:
        rounds.visit(system_id=system, now=now)
    except Exception:
        log.exception("errand-failed", system=str(system))
    finally:
        connections.close_all()
