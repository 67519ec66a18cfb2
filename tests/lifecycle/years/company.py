"""A company whose customers come to their ends over years, run by a seed.

The true time passes apart from what the machine's clock says; every few weeks the machine is off,
or its clock is wrong. People act only while it is right. What is destroyed is watched as it goes.
"""

from __future__ import annotations

import heapq
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count
from random import Random
from typing import Any

import pytest
from django.db import OperationalError
from django.db.models import F, Min

from tests.lifecycle.world import JONAS, MIRA
from tests.lifecycle.years.drawing import draw_from
from tests.lifecycle.years.faults import Killed, Shaken
from tests.promises.world import NOW
from trustkeep.evidence.actions import publish_checkpoint
from trustkeep.kernel.errors import TrustkeepError
from trustkeep.lifecycle import clocks, stepping
from trustkeep.lifecycle.attempts import Runner
from trustkeep.lifecycle.models import Hold, Obligation, Step
from trustkeep.lifecycle.runners import RUNNERS
from trustkeep.lifecycle.stages import DESTRUCTIVE, Stage, StepKind, StepState, Trouble

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
IDLE_AT_MOST = 20 * HOUR
"""The longest that nothing happens; far below the jump that a clock is doubted for."""
INCIDENT_AT_MOST = 8 * HOUR
"""No outage and no wrong clock lasts longer; with a late confirmation still within the margin."""

type Act = Callable[[], object]


@dataclass
class Company:
    """The true time, the machine's error, what is to come, and what was seen."""

    random: Random
    patch: pytest.MonkeyPatch
    has_second: bool
    at: datetime = NOW
    error: timedelta = timedelta(0)
    off_until: datetime = NOW
    wrong: list[str] = field(default_factory=list)
    shut_at: dict[uuid.UUID, datetime] = field(default_factory=dict)
    erased_at: dict[uuid.UUID, datetime] = field(default_factory=dict)
    told: dict[str, int] = field(default_factory=dict)
    _to_come: list[tuple[datetime, int, Act]] = field(default_factory=list)
    _numbers: Any = field(default_factory=count)
    _to_vouch_at: datetime | None = None

    def __post_init__(self) -> None:
        self.shaken = Shaken(self.random)
        self.shaken.put_on(self.patch)
        draw_from(Random(self.random.getrandbits(64)), self.patch)
        watched = {
            kind: Runner(self._watched(kind, runner), runner.whole, runner.kind)
            for kind, runner in RUNNERS.items()
        }
        self.patch.setattr(stepping, "RUNNERS", watched)
        self.patch.setattr(clocks.joined, "second", self._second if self.has_second else None)

    @property
    def machine(self) -> datetime:
        """What the machine takes for the time."""
        return self.at + self.error

    def later(self, at: datetime, act: Act) -> None:
        """Let something happen at an instant."""
        heapq.heappush(self._to_come, (at, next(self._numbers), act))

    def by_people(self, at: datetime, act: Act) -> None:
        """Let people do something, once the clock is right; what is refused then is refused."""

        def done() -> None:
            if self.error:
                self.by_people(self.at + HOUR, act)
                return
            try:
                act()
            except TrustkeepError as error:
                self.count(type(error).__name__)

        self.later(at, done)

    def count(self, what: str) -> None:
        self.told[what] = self.told.get(what, 0) + 1

    def pass_time(self, until: datetime) -> None:
        """Let everything take its course."""
        while self.at < until:
            while self._to_come and self._to_come[0][0] <= self.at:
                heapq.heappop(self._to_come)[2]()
            is_busy = self.at >= self.off_until and self._turn()
            self._note()
            self.at = min(self._next(is_busy), until)

    def _turn(self) -> bool:
        before = self.machine
        try:
            stepping.run_due(worker=f"w{self.random.randrange(9)}", now=before)
            has_moved = publish_checkpoint(before) is not None
        except (Killed, OperationalError, OSError):
            return True
        self._confirm()
        return has_moved

    def _confirm(self) -> None:
        """Let two people confirm the time, a while after it was doubted, once it is right."""
        doubted = clocks.shown().doubted_since is not None
        if not doubted or self.error or self.has_second:
            self._to_vouch_at = None
        elif self._to_vouch_at is None:
            self._to_vouch_at = self.at + self.random.uniform(0.1, 6) * HOUR
        elif self.at >= self._to_vouch_at:
            for who in (JONAS, MIRA):
                clocks.confirm(by=who, now=self.machine)
            self.count("confirmed")

    def _next(self, is_busy: bool) -> datetime:
        if is_busy:
            return self.at + MINUTE + timedelta(seconds=self.random.randrange(9))
        steps = Step.objects.filter(
            state__in=(StepState.DUE, StepState.AWAITING), phase__lte=F("obligation__phase")
        )
        waiting = steps.exclude(trouble__in=(Trouble.HELD, Trouble.CLOCK, Trouble.REFERRED))
        due = waiting.aggregate(at=Min("next_at"))["at"]
        ahead = [self.at + IDLE_AT_MOST * self.random.uniform(0.6, 1)]
        ahead += [one for one in (self._to_vouch_at, due - self.error if due else None) if one]
        ahead += [self._to_come[0][0]] if self._to_come else []
        return max(min(ahead), self.at + MINUTE)

    def _second(self) -> datetime | None:
        return None if not self.random.randrange(10) else self.at

    def _note(self) -> None:
        """Note by the true time when an account was shut, and when it was erased."""
        for row in Obligation.objects.filter(stage__in=(Stage.LOCKED, Stage.PURGED)):
            if row.proved_at:
                self.shut_at.setdefault(row.id, self.at)
            if row.erased_at:
                self.erased_at.setdefault(row.id, self.at)

    def _watched(self, kind: StepKind, runner: Runner) -> Callable[[Step, datetime], Any]:
        def run(step: Step, now: datetime) -> Any:
            if kind in DESTRUCTIVE:
                self._look_at(step)
            return runner.run(step, now)

        return run

    def _look_at(self, step: Step) -> None:
        """Note a destructive step that starts though it must not."""
        row = Obligation.objects.get(pk=step.obligation_id)
        if step.kind == StepKind.CEILING and row.key_destroyed_at:
            return
        self.count(f"destroying {step.kind}")
        holds = Hold.objects.filter(account=row.account_id, released_at__isnull=True)
        if step.kind not in (StepKind.KEY, StepKind.CEILING):
            holds = holds.filter(store__in=("", step.target))
        if self.at + clocks.AGREES_WITHIN < row.not_before:
            self.wrong.append(f"{step.kind} {row.not_before - self.at} before its time")
        if holds.exists():
            self.wrong.append(f"{step.kind} {step.target} while held")
        if row.stage != Stage.PURGING:
            self.wrong.append(f"{step.kind} in {row.stage}")
