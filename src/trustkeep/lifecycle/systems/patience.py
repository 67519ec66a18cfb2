"""How long we wait, how often we ask, and when somebody is called: pure, in one place.

Retries are spread by jitter, doubled up to a ceiling, and go on for weeks; a system that fails in a
row is left alone for a while, so that it neither drowns nor holds anybody up.
"""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta

FIRST_WAIT = timedelta(seconds=30)
"""After the first attempt that failed."""
LONGEST_WAIT = timedelta(hours=6)
"""No two attempts are further apart, unless the system itself asks for it."""
KEEP_TRYING = timedelta(days=30)
"""From the instruction until it is given up and left to a person."""
LONGEST_RETRY_AFTER = timedelta(days=1)
"""How long a system may ask us to stay away with Retry-After; more is taken as this."""
HELD_UP = timedelta(minutes=1)
"""How often an erasure that a hold keeps back looks whether it may go out."""
LEASE = timedelta(minutes=5)
"""How long one attempt may take before another process may take it over."""
LEASE_AT_MOST = 2 * LEASE
"""A lease that ends later than this was taken by a clock that was wrong; it binds nobody."""
FAILURES_UNTIL_CLOSED = 5
"""So many failures in a row, and the system's circuit breaker opens."""
FIRST_PAUSE = timedelta(minutes=5)
"""How long it then stays open; doubled with every further failure."""
SHORTEST_POLL = timedelta(minutes=1)
"""Between two questions for the status of an accepted instruction, at least."""
_JITTER_STEPS = 1000


def wait_after(misses: int) -> timedelta:
    """Return how long to wait after so many attempts in a row that failed (1 or more).

    Between half and all of the doubled time, so that many deliveries do not come back at once.
    """
    ceiling = min(LONGEST_WAIT, FIRST_WAIT * (1 << min(misses - 1, 20)))
    return ceiling * (0.5 + secrets.randbelow(_JITTER_STEPS + 1) / _JITTER_STEPS / 2)


def pause_after(failures: int) -> timedelta | None:
    """Return how long a system is left alone after so many failures in a row; None: not yet."""
    over = failures - FAILURES_UNTIL_CLOSED
    return None if over < 0 else min(LONGEST_WAIT, FIRST_PAUSE * (1 << min(over, 20)))


def is_astray(at: datetime | None, now: datetime) -> bool:
    """Return whether somebody was put off until an instant that only a wrong clock can mean."""
    return at is not None and at > now + LONGEST_RETRY_AFTER


def obeyed(again_at: datetime | None, now: datetime) -> datetime | None:
    """Return the instant a system asked to be asked again, within what we let it ask for."""
    return None if again_at is None else min(max(again_at, now), now + LONGEST_RETRY_AFTER)


def next_poll(expected_at: datetime | None, now: datetime) -> datetime:
    """Return when to ask for the status: often near the expected time, never rarer than the cap."""
    left = (expected_at - now) / 4 if expected_at else SHORTEST_POLL
    return now + min(max(left, SHORTEST_POLL), LONGEST_WAIT)
