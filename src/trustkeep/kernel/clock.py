"""The one place that asks the machine for the time.

Actions take ``now`` as an argument; only entrances (views, commands, the worker) call `now`, so a
test or a simulated year moves time by passing another instant, or by `frozen` around an entrance.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime

_frozen_at: ContextVar[datetime | None] = ContextVar("frozen_at", default=None)


def now() -> datetime:
    """Return the present instant, aware, in UTC."""
    return _frozen_at.get() or datetime.now(UTC)


@contextmanager
def frozen(at: datetime) -> Iterator[datetime]:
    """Hold the clock at `at` inside the block, in this thread and context only."""
    token = _frozen_at.set(at.astimezone(UTC))
    try:
        yield at
    finally:
        _frozen_at.reset(token)


def isoformat(at: datetime) -> str:
    """Write an aware instant as RFC 3339 in UTC with milliseconds: ``2026-11-23T08:30:00.000Z``."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
