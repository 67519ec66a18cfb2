"""A connected system that can be told to lie, to work by halves, to be slow, dead or strict."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from trustkeep.kernel.texts import Texts
from trustkeep.lifecycle.systems import ports, webhook_secrets
from trustkeep.lifecycle.systems.actions import Added, add_system
from trustkeep.lifecycle.systems.ports import (
    Act,
    Answer,
    ConnectorKind,
    Count,
    Instruction,
    Outcome,
    Plan,
    Scope,
    SettingField,
    System,
    SystemKind,
    Trial,
)
from trustkeep.lifecycle.systems.queries import SystemShown

NOW = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)
ACCOUNT = uuid.UUID("6f1b6c3e-7b53-4d5e-9d0a-000000000001")
WHOLE = Scope(ACCOUNT)
_TEXT = Texts(de="Simulator", en="Simulator", fr="Simulateur")


@dataclass
class Simulator:
    """Answers what it was given to answer, in turn; the last answer stays."""

    answers: list[Answer | Exception] = field(default_factory=list)
    acts: frozenset[Act] = frozenset(Act)
    planned: Plan = field(default_factory=lambda: Plan((Count("rows", 3),)))
    asked: list[tuple[str, str]] = field(default_factory=list)
    while_asked: Callable[[], None] | None = None

    def trial(self, now: datetime) -> Trial:
        return Trial(seen=("answers",))

    def plan(self, scope: Scope, now: datetime) -> Plan:
        return self.planned

    def lock(self, instruction: Instruction, now: datetime) -> Answer:
        return self._next("lock", instruction)

    def unlock(self, instruction: Instruction, now: datetime) -> Answer:
        return self._next("unlock", instruction)

    def erase(self, instruction: Instruction, now: datetime) -> Answer:
        return self._next("erase", instruction)

    def verify(self, instruction: Instruction, now: datetime) -> Answer:
        return self._next("verify", instruction)

    def poll(self, instruction: Instruction, tracking: str, now: datetime) -> Answer:
        return self._next("poll", instruction)

    def _next(self, what: str, instruction: Instruction) -> Answer:
        self.asked.append((what, instruction.key))
        if self.while_asked:
            self.while_asked()
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, Exception):
            raise answer
        return answer


CONFIRMED = Answer(Outcome.CONFIRMED, matched=3, deleted=3, remaining=0, proof="case 7")


def check(settings: Mapping[str, str]) -> None:
    """Accept any settings."""


def joined(simulators: Mapping[str, Simulator]) -> ConnectorKind:
    """Return a kind whose systems are the simulators, by the systems' names."""

    def make(system: System) -> Simulator:
        return simulators[system.name]

    return ConnectorKind(
        SystemKind.WEBHOOK,
        _TEXT,
        (
            SettingField("url", _TEXT),
            SettingField("token", _TEXT, required=False, secret=True),
        ),
        make,
        check,
        webhook_secrets.issue,
    )


def connected(name: str, *, expects_data: bool = True) -> SystemShown:
    """Add a system by this name."""
    return _added(name, expects_data).system


def connected_with_secret(name: str) -> tuple[SystemShown, str]:
    """Add a system by this name; return it and the secret it was issued."""
    added = _added(name, True)
    return added.system, added.issued["secret"]


def _added(name: str, expects_data: bool) -> Added:
    return add_system(
        name=name,
        kind="webhook",
        settings={"url": "https://product.example/hook"},
        by="alice",
        now=NOW - timedelta(days=1),
        expects_data=expects_data,
    )


def use(simulators: Mapping[str, Simulator]) -> None:
    """Join the simulators in place of all connectors."""
    ports.joined.kinds = {SystemKind.WEBHOOK: joined(simulators)}


def told(act: Act = Act.ERASE, key: str = "obligation/step/1", **changes: object) -> Instruction:
    """Return an instruction about the whole account."""
    scope = changes.pop("scope", WHOLE)
    assert isinstance(scope, Scope)
    return Instruction(act, key, scope, deadline=NOW + timedelta(days=31))
