"""What an answer is worth: pure rules, so that a system's word alone never makes anything done.

1. Only a confirmation, or "already gone", is done, and only with nothing left and nothing skipped.
2. Nothing matched where the data map expects data is a finding, unless an earlier attempt may have
   done the work and its answer was lost.
3. Counts that contradict each other are a finding.
4. The second reader has to say that nothing remains; silence is no answer.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from trustkeep.lifecycle.systems.ports import (
    DONE,
    Act,
    Answer,
    Instruction,
    Outcome,
    ScopeKind,
    Trouble,
)


class DeliveryState(StrEnum):
    """Where a delivery stands, in the words of the engine's steps."""

    DUE = "due"
    AWAITING = "awaiting"
    STALLED = "stalled"
    DONE = "done"
    NOT_APPLICABLE = "not-applicable"


State = DeliveryState


class Reason(StrEnum):
    """Why a system has nothing to do; a closed list, printed on the receipt."""

    RETIRED = "system-retired"
    NO_LOCK = "system-has-no-lock"
    NO_SECOND_READER = "no-second-reader"
    NEVER_USED = "account-never-used-it"


OPEN = (State.DUE, State.AWAITING, State.STALLED)
CERTAINLY_UNHEARD = frozenset(
    {
        Trouble.UNREACHABLE,
        Trouble.CERTIFICATE,
        Trouble.ADDRESS_REFUSED,
        Trouble.UNAUTHORISED,
        Trouble.RATE_LIMITED,
        Trouble.SETTINGS,
        Trouble.MAPPING,
        Trouble.DISABLED,
    }
)
"""After these the system cannot have acted."""
FAILURES = frozenset(
    {
        Trouble.UNREACHABLE,
        Trouble.TIMEOUT,
        Trouble.CERTIFICATE,
        Trouble.FAILING,
        Trouble.CRASHED,
    }
)
"""These count against the system itself, and open its circuit breaker."""


@dataclass(frozen=True, slots=True)
class Known:
    """What was known before this answer."""

    expects_data: bool
    planned: int | None
    reached: bool


@dataclass(frozen=True, slots=True)
class Verdict:
    """What an answer makes of the delivery."""

    state: State
    outcome: Outcome
    trouble: Trouble | None = None


def judged(instruction: Instruction, answer: Answer, known: Known) -> Verdict:
    """Return what `answer` is worth."""
    if answer.outcome in DONE:
        return _claimed(instruction, answer, known)
    states = {Outcome.ACCEPTED: State.AWAITING, Outcome.UNKNOWN: State.DUE}
    state = states.get(answer.outcome, State.STALLED)
    return Verdict(state, answer.outcome, answer.trouble)


def _claimed(instruction: Instruction, answer: Answer, known: Known) -> Verdict:
    match instruction.act:
        case Act.VERIFY:
            return _verified(answer)
        case Act.ERASE:
            return _erased(instruction, answer, known)
        case _:
            return Verdict(State.DONE, answer.outcome)


def _verified(answer: Answer) -> Verdict:
    if answer.remaining is None:
        return Verdict(State.DUE, Outcome.UNKNOWN, Trouble.UNREADABLE)
    if answer.remaining:
        return Verdict(State.STALLED, Outcome.UNKNOWN, Trouble.REMAINING)
    return Verdict(State.DONE, answer.outcome)


def _erased(instruction: Instruction, answer: Answer, known: Known) -> Verdict:
    if answer.skipped:
        return Verdict(State.STALLED, Outcome.UNKNOWN, Trouble.SKIPPED)
    if answer.remaining:
        # It has done a part: that is no finding, it is asked again.
        return Verdict(State.DUE, Outcome.UNKNOWN, Trouble.REMAINING)
    found, gone = answer.matched, answer.deleted
    if found is not None and gone is not None and gone < found and answer.remaining is None:
        return Verdict(State.STALLED, Outcome.UNKNOWN, Trouble.CONTRADICTION)
    if _is_empty(answer) and _has_to_hold(instruction, known):
        return Verdict(State.STALLED, Outcome.UNKNOWN, Trouble.EMPTY)
    return Verdict(State.DONE, answer.outcome)


def _is_empty(answer: Answer) -> bool:
    return answer.outcome is Outcome.ALREADY_GONE or answer.matched == 0


def _has_to_hold(instruction: Instruction, known: Known) -> bool:
    is_whole = instruction.scope.kind is ScopeKind.ACCOUNT
    return is_whole and known.expects_data and not known.reached and not known.planned
