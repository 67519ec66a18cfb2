"""A second clock: the ``Date`` that a server elsewhere puts on its answers.

It is asked over TLS with a checked certificate, so nobody on the way can move it. What it said
counts for a minute, and so does its silence: while a clock is doubted it is not asked in a storm.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from pathlib import Path
from threading import Lock

import structlog

from trustkeep.connectors.outgoing import NotAsked, Reach, Reply, ask

COUNTS_FOR_S = 60.0
log = structlog.get_logger(__name__)


@dataclass(slots=True)
class TimeSource:
    """Asks `url` for the time; ``authority`` is the PEM file of a private authority."""

    url: str
    reach: Reach
    authority: Path | None = None
    ticks: Callable[[], float] = time.monotonic
    _told: datetime | None = None
    _asked_at: float | None = None
    _turn: Lock = field(default_factory=Lock)

    def __call__(self) -> datetime | None:
        """Return the present instant as that server tells it; None if it cannot be heard."""
        with self._turn:
            since = None if self._asked_at is None else self.ticks() - self._asked_at
            if since is None or since >= COUNTS_FOR_S:
                self._told, self._asked_at, since = self._ask(), self.ticks(), 0.0
            return self._told + timedelta(seconds=since) if self._told else None

    def _ask(self) -> datetime | None:
        try:
            authority = self.authority.read_text("ascii") if self.authority else ""
            headers = {"Cache-Control": "no-cache"}
            reply = ask(
                "HEAD", f"{self.url}/", reach=self.reach, headers=headers, authority=authority
            )
            return told_by(reply)
        except (NotAsked, OSError, ValueError) as error:
            log.warning("second-clock-silent", reason=type(error).__name__)
            return None


def told_by(reply: Reply) -> datetime:
    """Return when an answer was given; ValueError if it does not say.

    A cache that keeps the answer says in ``Age`` for how long (RFC 9111 section 5.1).
    """
    told = parsedate_to_datetime(reply.headers.get("date", ""))
    if told.tzinfo is None:
        told = told.replace(tzinfo=UTC)
    return told + timedelta(seconds=int(reply.headers.get("age", "0")))
