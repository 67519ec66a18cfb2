"""What states and problems of letters are called."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext, gettext_noop

STATES: Mapping[str, str] = {
    "waiting": gettext_noop("waits"),
    "delivered": gettext_noop("handed over"),
    "failed": gettext_noop("failed"),
    "cancelled": gettext_noop("called off"),
}
PROBLEMS: Mapping[str, str] = {
    "connection": gettext_noop("The mail server cannot be reached."),
    "timeout": gettext_noop("The mail server does not answer in time."),
    "certificate": gettext_noop("The mail server’s certificate cannot be trusted."),
    "not-supported": gettext_noop("The mail server offers no TLS."),
    "password": gettext_noop("The mail server’s password cannot be used."),
    "folder": gettext_noop("The folder of the outbox cannot be written."),
    "address": gettext_noop("No mail server takes this address."),
    "too-late": gettext_noop("It came too late to be of use."),
    "by-staff": gettext_noop("Somebody of the staff called it off."),
    "account-closed": gettext_noop("The account was closed before."),
    "account-erased": gettext_noop("The account was erased before."),
}
CAME_BACK = "came-back"


def state_word(state: str) -> str:
    """Return what a state is called."""
    return gettext(STATES[state]) if state in STATES else state


def problem_words(problem: str) -> str:
    """Return why a letter did not get further, as a sentence."""
    if problem in PROBLEMS:
        return gettext(PROBLEMS[problem])
    if problem.startswith(CAME_BACK):
        code = problem.removeprefix(CAME_BACK).strip()
        return gettext("It came back ({code}).").format(code=code or "–")
    return gettext("The mail server said {code}.").format(code=problem) if problem else ""
