"""What is wrong with a system, as sentences; pages and letters say the same."""

from __future__ import annotations

from django.utils.translation import gettext, gettext_noop, override

from trustkeep.kernel.texts import LANGUAGES, Texts
from trustkeep.lifecycle.systems.ports import Trouble

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


def trouble_word(trouble: str) -> str:
    """Return what is wrong, in the reader's language."""
    return gettext(TROUBLES[Trouble(trouble)]) if trouble else ""


def trouble_texts(trouble: Trouble) -> Texts:
    """Return what is wrong in every language, as the end of another sentence."""
    told = {}
    for language in LANGUAGES:
        with override(language):
            told[language] = trouble_word(trouble).rstrip(".")
    return Texts(**told)
