"""The product's words for connected systems: kinds, acts, states, troubles and reasons."""

from __future__ import annotations

from django.utils.translation import gettext, gettext_noop

from trustkeep.lifecycle.systems.judging import Reason, State
from trustkeep.lifecycle.systems.ports import Act, Outcome, ScopeKind, Trouble

TROUBLES = {
    Trouble.UNREACHABLE: gettext_noop("It cannot be reached."),
    Trouble.TIMEOUT: gettext_noop("It did not answer in time, or the answer broke off."),
    Trouble.CERTIFICATE: gettext_noop("Its certificate is not valid."),
    Trouble.ADDRESS_REFUSED: gettext_noop(
        "Its address is not public, and this installation may not reach it."
    ),
    Trouble.FAILING: gettext_noop("It answers with an error of its own."),
    Trouble.RATE_LIMITED: gettext_noop("It asks us to come back later."),
    Trouble.UNAUTHORISED: gettext_noop("It refuses our credentials. Enter valid ones."),
    Trouble.UNREADABLE: gettext_noop("Its answer cannot be understood."),
    Trouble.CONTRADICTION: gettext_noop("Its answer contradicts itself, or the instruction."),
    Trouble.REMAINING: gettext_noop("Something is left."),
    Trouble.EMPTY: gettext_noop("It found nothing where data is expected."),
    Trouble.SKIPPED: gettext_noop("It has skipped something."),
    Trouble.UNSUPPORTED: gettext_noop("It cannot do that; somebody has to do it by hand."),
    Trouble.MAPPING: gettext_noop("The mapping does not fit what is there."),
    Trouble.RETAINED: gettext_noop("A retention keeps objects from being deleted."),
    Trouble.REJECTED: gettext_noop("It refuses the instruction."),
    Trouble.OVERDUE: gettext_noop("It accepted the instruction and is late."),
    Trouble.GIVEN_UP: gettext_noop("It was tried for a month in vain."),
    Trouble.SETTINGS: gettext_noop("Its settings cannot be used. Check them."),
    Trouble.DISABLED: gettext_noop("It is switched off."),
    Trouble.CRASHED: gettext_noop("The connector failed. The log of the server says more."),
}
REASONS = {
    Reason.RETIRED: gettext_noop("retired before the instruction"),
    Reason.NO_LOCK: gettext_noop("asks at the gate instead"),
    Reason.NO_SECOND_READER: gettext_noop("no second reader is set up"),
    Reason.NEVER_USED: gettext_noop("the account never used it"),
}
STATES = {
    State.DUE: gettext_noop("being tried"),
    State.AWAITING: gettext_noop("accepted, not confirmed"),
    State.STALLED: gettext_noop("waits for a person"),
    State.DONE: gettext_noop("done"),
    State.NOT_APPLICABLE: gettext_noop("not applicable"),
}
OUTCOMES = {
    Outcome.CONFIRMED: gettext_noop("confirmed"),
    Outcome.ALREADY_GONE: gettext_noop("already gone"),
    Outcome.ACCEPTED: gettext_noop("accepted"),
    Outcome.REFUSED: gettext_noop("refused"),
    Outcome.UNKNOWN: gettext_noop("unknown"),
    Outcome.STALLED: gettext_noop("stalled"),
}
ACTS = {
    Act.LOCK: gettext_noop("lock"),
    Act.UNLOCK: gettext_noop("unlock"),
    Act.ERASE: gettext_noop("erase"),
    Act.VERIFY: gettext_noop("count what is left"),
}
SCOPES = {
    ScopeKind.ACCOUNT: gettext_noop("the whole account"),
    ScopeKind.PERSON: gettext_noop("one person"),
    ScopeKind.OBJECT: gettext_noop("one object"),
}


def trouble_word(trouble: str) -> str:
    """Return what is wrong, as a sentence that says what to do where something can be done."""
    return gettext(TROUBLES[Trouble(trouble)]) if trouble else ""


def reason_word(reason: str) -> str:
    return gettext(REASONS[Reason(reason)]) if reason else ""


def delivery_word(state: str) -> str:
    return gettext(STATES[State(state)])


def outcome_word(outcome: str) -> str:
    return gettext(OUTCOMES[Outcome(outcome)]) if outcome else gettext("none yet")


def act_word(act: str) -> str:
    return gettext(ACTS[Act(act)])


def scope_word(scope: str) -> str:
    return gettext(SCOPES[ScopeKind(scope)])
