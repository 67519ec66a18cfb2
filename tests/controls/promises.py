"""A promise to test with, whose check says what the test wants."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from trustkeep.accounts.roles import Role
from trustkeep.controls.promise import Check, Promise, Proof, Result, Section, cannot_tell
from trustkeep.kernel.texts import Texts

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
EVERY = timedelta(minutes=10)
MAX_AGE = timedelta(hours=1)


def same(text: str) -> Texts:
    """Return `text` as it is in every language."""
    return Texts(de=text, en=text, fr=text)


@dataclass
class Oracle:
    """A check that answers what it was told, or raises it."""

    answer: Result | Exception

    def __call__(self, now: datetime) -> Result:
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


NOTHING = cannot_tell("nothing-recorded")


def promise_with(*checks: Check, slug: str = "tea-is-warm", days: int = 30) -> Promise:
    """Return a complete promise with these checks and one number."""
    return Promise(
        slug=slug,
        section=Section.DATA,
        proofs=(Proof.ENFORCED,),
        owner=Role.SECURITY_LEAD,
        title=same("Tea"),
        sentence=same("Tea stays warm for {days} days."),
        kept_by=same("A pot."),
        proved_by=same("A thermometer."),
        broken_when=same("Cold tea after {days} days."),
        figures={
            "warm": same("{pots} pots warm"),
            "cold": same("{pots} pots cold"),
            "nothing-recorded": same("no pot"),
        },
        mapping=(),
        enforced_in=(),
        checks=checks,
        values={"days": days},
    )


def check_with(answer: Result | Exception = NOTHING, name: str = "pots") -> Check:
    """Return a check of that answer, every ten minutes, good for an hour."""
    return Check(name, Oracle(answer), every=EVERY, max_age=MAX_AGE)
