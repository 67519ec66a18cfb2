"""Questions at a terminal: what cannot be an answer is asked for again at once, with the reason."""

from __future__ import annotations

import getpass
from collections.abc import Callable, Iterable

from trustkeep.kernel.texts import LANGUAGES

type Objection = Callable[[str], str]
"""Says what is wrong with an answer; an empty text has nothing against it."""


def ask(question: str, objection: Objection) -> str:
    """Return an answer that nothing speaks against."""
    while True:
        answer = input(f"{question}: ").strip()
        wrong = objection(answer) if answer else ""
        if wrong:
            print(wrong)
        elif answer:
            return answer


def ask_password(question: str, words: Iterable[str]) -> str:
    """Return a new password that keeps the rule, typed twice; `words` are close to its owner."""
    from trustkeep.identity.passwords import policy

    while True:
        first = getpass.getpass(f"{question}: ")
        reasons = policy().violations(first, context=words)
        if reasons:
            print(" ".join(map(policy().told_in_english, reasons)))
        elif first == getpass.getpass("The same again: "):
            return first
        else:
            print("These were two different passwords.")


def anything(_answer: str) -> str:
    """Have nothing against any answer."""
    return ""


def host(answer: str) -> str:
    """Object to what is no name of a host."""
    from trustkeep.site.installation import is_host

    return "" if is_host(answer) else f"“{answer}” is no domain: write it as trust.example.com."


def languages(answer: str) -> str:
    """Object to languages that we do not speak."""
    unknown = [part for part in map(str.strip, answer.split(",")) if part not in LANGUAGES]
    known = ", ".join(LANGUAGES)
    return f"We speak {known}: name some of them, with commas." if unknown else ""


def email(answer: str) -> str:
    """Object to what is no e-mail address."""
    from django.core.exceptions import ValidationError
    from django.core.validators import validate_email

    try:
        validate_email(answer)
    except ValidationError:
        return f"“{answer}” is no e-mail address."
    return ""
