"""The product's words for connected systems: kinds, acts, states, troubles and reasons."""

from __future__ import annotations

from django.utils.translation import gettext, gettext_noop

from trustkeep.lifecycle.systems.judging import Reason, State
from trustkeep.lifecycle.systems.ports import Act, Outcome, ScopeKind

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


def reason_word(reason: str) -> str:
    return gettext(REASONS[Reason(reason)]) if reason else ""


def delivery_word(state: str) -> str:
    return gettext(STATES[State(state)])


def outcome_word(outcome: str) -> str:
    return gettext(OUTCOMES[Outcome(outcome)]) if outcome else gettext("none yet")


def act_word(act: str) -> str:
    return gettext(ACTS[Act(act)])


def scope_of(scope: str) -> str:
    return gettext(SCOPES[ScopeKind(scope)])
