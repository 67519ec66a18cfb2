"""The whole timetable. Each job calls one action; each is safe to run twice and to be killed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from trustkeep.api import once
from trustkeep.controls import actions as controls
from trustkeep.controls import publication
from trustkeep.evidence import actions as evidence
from trustkeep.holdings import sweeping
from trustkeep.identity import (
    access,
    invitations,
    proposals,
    rescue,
    resets,
    sessions,
    throttling,
    trail,
)
from trustkeep.identity.oidc import transactions
from trustkeep.letters.actions import wipe_ended
from trustkeep.letters.ports import joined
from trustkeep.letters.sending import send_due
from trustkeep.lifecycle import clocks, holding
from trustkeep.lifecycle.backups import keeping
from trustkeep.lifecycle.requests import execution, timekeeping
from trustkeep.lifecycle.stepping import run_due
from trustkeep.lifecycle.systems import rounds
from trustkeep.ui.pages import reset_link
from trustkeep.worker import errands

log = structlog.get_logger(__name__)
WORKER = "timetable"
"""How the embedded worker names itself at the steps it is at."""


@dataclass(frozen=True, slots=True)
class Job:
    """One line of the timetable.

    ``outside``: it waits for somebody else's machine, so a thread of its own keeps it.
    """

    name: str
    every: timedelta
    run: Callable[[datetime], object]
    outside: bool = False


def while_believed(name: str, act: Callable[[datetime], object]) -> Callable[[datetime], object]:
    """Let a job wait while the clock is doubted, because what it takes away cannot be put back.

    A clock that is years ahead would otherwise delete every backup, all that customers have thrown
    away, and whatever else is kept for a time.
    """

    def waiting(now: datetime) -> object:
        if clocks.is_believed(now):
            return act(now)
        log.warning("job-waits-for-the-clock", job=name)
        return None

    return waiting


def forget(now: datetime) -> None:
    """Remove what is kept for a time only, and whose time is over."""
    throttling.forget_old(now=now)
    trail.wipe_old(now=now)
    sessions.forget_ended(now=now)
    once.forget_old(now=now)
    invitations.forget_ended(now=now)
    proposals.forget_ended(now=now)
    resets.forget_old(now=now)
    rounds.forget_messages(now=now)
    wipe_ended(now=now)
    transactions.forget_old(now=now)
    sweeping.forget_faded(now=now, held=holding.held_accounts())
    timekeeping.forget(now=now)


TIMETABLE = (
    Job("publish-wordings", timedelta(hours=1), lambda now: publication.reconcile(now=now)),
    Job("run-due-checks", timedelta(seconds=30), lambda now: controls.run_due_checks(now=now)),
    Job("keep-promises", timedelta(seconds=5), lambda now: run_due(worker=WORKER, now=now)),
    Job(
        "advance-requests",
        timedelta(minutes=1),
        lambda now: execution.advance_all(now=now),
        outside=True,
    ),
    Job("remind-of-requests", timedelta(minutes=10), lambda now: timekeeping.sound_alarms(now=now)),
    Job(
        "remind-of-holds",
        timedelta(hours=1),
        lambda now: holding.remind_of_reviews(now=now),
    ),
    Job("tell-systems", timedelta(seconds=5), errands.send_out),
    Job("forget-faded", timedelta(hours=1), while_believed("forget-faded", forget)),
    Job(
        "send-letters",
        timedelta(seconds=5),
        lambda now: send_due(now=now, post=joined.post),
        outside=True,
    ),
    Job("keep-copies", timedelta(seconds=5), errands.keep_copies),
    Job(
        "delete-expired-backups",
        timedelta(minutes=10),
        while_believed("delete-expired-backups", lambda now: keeping.delete_expired(now=now)),
    ),
    Job(
        "sweep-objects",
        timedelta(hours=6),
        while_believed("sweep-objects", lambda now: sweeping.sweep(now=now)),
    ),
    Job("send-resets", timedelta(seconds=2), lambda now: resets.send_asked(reset_link, now=now)),
    Job("commit-refusals", timedelta(seconds=30), lambda now: access.commit_refusals(now=now)),
    Job(
        "reset-lost-factors",
        timedelta(minutes=5),
        while_believed("reset-lost-factors", lambda now: rescue.carry_out(now=now)),
    ),
    Job("sign-the-log", timedelta(seconds=5), lambda now: evidence.publish_checkpoint(now)),
)
