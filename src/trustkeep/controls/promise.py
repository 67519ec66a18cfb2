"""What a promise is: sentences, the numbers in them, what enforces it, and checks that can fail.

A promise file in `trustkeep.controls.promises` builds one `Promise` named ``PROMISE``. Sentences
hold placeholders instead of digits; the numbers come from the constants that the enforcing code
itself uses, so a sentence cannot drift from the code.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum

from trustkeep.accounts.roles import Role
from trustkeep.kernel.texts import Texts

type Value = int | str | date | datetime | timedelta
"""What a figure or a sentence may be filled with; it is written in the reader's language."""

CHECK_EVERY = timedelta(minutes=10)
EVIDENCE_MAX_AGE = timedelta(hours=1)
WARN_BEFORE = timedelta(days=30)


class Section(StrEnum):
    """Where a reader looks for a promise; in the order of the page."""

    LEADERSHIP = "leadership"
    INFRASTRUCTURE = "infrastructure"
    DATA = "data"
    APPLICATION = "application"
    COMPANY = "company"


class Proof(StrEnum):
    """How a promise is proved."""

    ENFORCED = "enforced"
    MEASURED = "measured"
    ATTESTED = "attested"
    INHERITED = "inherited"
    DERIVED = "derived"


class State(StrEnum):
    """What the public is told; the order is from best to worst."""

    KEPT = "kept"
    AT_RISK = "at-risk"
    NOT_MEASURED = "not-measured"
    NOT_KEPT = "not-kept"

    @property
    def severity(self) -> int:
        """0 for the best state; the state of several checks is the one with the highest."""
        return list(State).index(self)


class Outcome(StrEnum):
    """What one run of a check found."""

    HOLDS = "holds"
    FAILS = "fails"
    CANNOT_TELL = "cannot-tell"


@dataclass(frozen=True, slots=True)
class Figure:
    """One sentence that a reader can judge, by the code of its text and the values in it."""

    code: str
    values: Mapping[str, Value] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Shortfall:
    """One subject that does not hold: an opaque reference (never a name) and the code of why."""

    subject: str
    code: str


@dataclass(frozen=True, slots=True)
class Result:
    """What a check returns.

    ``subjects`` counts what was looked at. ``due_at`` is the instant at which the promise falls if
    nobody acts; from ``warn_at`` on (by default `Promise.warn_before` earlier) it is at risk.
    """

    outcome: Outcome
    figure: Figure
    subjects: int = 0
    exceptions: tuple[Shortfall, ...] = ()
    due_at: datetime | None = None
    warn_at: datetime | None = None


def holds(
    code: str,
    *,
    subjects: int = 0,
    due_at: datetime | None = None,
    warn_at: datetime | None = None,
    **values: Value,
) -> Result:
    """The promise holds; ``code`` names a text in the promise's `figures`."""
    return Result(
        Outcome.HOLDS, Figure(code, values), subjects=subjects, due_at=due_at, warn_at=warn_at
    )


def fails(
    code: str, *, subjects: int = 0, exceptions: tuple[Shortfall, ...] = (), **values: Value
) -> Result:
    """The promise is broken, by ``exceptions`` where single subjects break it."""
    return Result(Outcome.FAILS, Figure(code, values), subjects=subjects, exceptions=exceptions)


def cannot_tell(code: str, **values: Value) -> Result:
    """Nothing is recorded or reachable, so nothing can be said: the page shows *not measured*."""
    return Result(Outcome.CANNOT_TELL, Figure(code, values))


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that can turn a promise red by itself."""

    name: str
    run: Callable[[datetime], Result]
    every: timedelta = CHECK_EVERY
    max_age: timedelta = EVIDENCE_MAX_AGE


@dataclass(frozen=True, slots=True)
class Reference:
    """A requirement of a framework, by scheme, version and id: a bare id changes its meaning."""

    scheme: str
    version: str
    id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Promise:
    """One row of the trust page, bound to the code that keeps it.

    ``figures`` holds the text of every code that a check may return. ``enforced_in`` names, as
    dotted paths, the constants and functions that keep the promise: `trustkeep trace` prints them.
    ``values`` fill the sentence, each of them; ``told_values`` only the explanations.
    """

    slug: str
    section: Section
    proofs: tuple[Proof, ...]
    owner: Role
    title: Texts
    sentence: Texts
    kept_by: Texts
    proved_by: Texts
    broken_when: Texts
    figures: Mapping[str, Texts]
    mapping: tuple[Reference, ...]
    enforced_in: tuple[str, ...]
    checks: tuple[Check, ...]
    values: Mapping[str, Value] = field(default_factory=dict)
    told_values: Mapping[str, Value] = field(default_factory=dict)
    warn_before: timedelta = WARN_BEFORE

    @property
    def all_values(self) -> Mapping[str, Value]:
        """What may stand in the explanations: the sentence's numbers and ``told_values``."""
        return {**self.values, **self.told_values}

    def check(self, name: str) -> Check:
        """Return the check called `name`; KeyError if the promise has none of that name."""
        for check in self.checks:
            if check.name == name:
                return check
        raise KeyError(name)
