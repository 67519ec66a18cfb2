"""What every kind of letter has to hold, whoever declares it."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from tests.house.test_languages import AVOIDED
from trustkeep.kernel.texts import LANGUAGES, Texts, placeholders
from trustkeep.letters.composing import LINE, Composed, compose
from trustkeep.letters.kinds import LetterKind, Value
from trustkeep.letters.ports import House

HOUSE = House(
    "Lindenau Software",
    "Lindenau Software GmbH",
    "https://trust.lindenau.example",
    "security@lindenau.example",
    "privacy@lindenau.example",
)
AT = datetime(2026, 11, 1, 9, 30, tzinfo=UTC).astimezone(ZoneInfo("Europe/Berlin"))
INSTANTS = {"at", "until", "ends_at", "lock_by", "delete_at", "delete_by", "due_at", "since"}
DAYS = {"day", "due", "until_date", "review_date", "received", "active_from", "object_by"}
NUMBERS = {"left", "days", "percent"}


def sample(kind: LetterKind) -> dict[str, Value]:
    """Return a value for everything that a kind of letter wants."""
    found: dict[str, Value] = {}
    for name in kind.wanted:
        if name in INSTANTS:
            found[name] = AT
        elif name in DAYS:
            found[name] = AT.date()
        elif name in NUMBERS:
            found[name] = 7
        elif name == "link":
            found[name] = "https://trust.lindenau.example/app/" + "x" * 48
        else:
            found[name] = f"‹{name}›"
    return found


def written(kind: LetterKind, language: str) -> Composed:
    """Return a letter of a kind, filled with samples."""
    return compose(kind, "Alice Ärmel", language, sample(kind), HOUSE)


def faults(kind: LetterKind) -> list[str]:
    """Return what is wrong with the words of a kind of letter."""
    found = []
    texts = [kind.subject, kind.text, *([kind.act] if kind.act else [])]
    for text in texts:
        if len({placeholders(text[language]) for language in LANGUAGES}) != 1:
            found.append("placeholders differ")
        found += _of_words(text)
    for language in LANGUAGES:
        composed = written(kind, language)
        found += [
            f"{language}: left open"
            for part in (composed.text(), composed.subject)
            if re.search(r"[{}]", part)
        ]
        lines = composed.text().splitlines()
        found += [
            f"{language}: long line"
            for line in lines
            if len(line) > LINE and "https://" not in line
        ]
        if len(composed.subject) > 90:
            found.append(f"{language}: long subject")
    return found


def _of_words(text: Texts) -> list[str]:
    found = [
        f"{language}: “{word}”"
        for language, words in AVOIDED.items()
        for word in words
        if word in text[language]
    ]
    if len(set(text)) != len(LANGUAGES):
        found.append("two languages say the same")
    if re.search(r"\w [;:!?»]|« ", text.fr):
        found.append(f"fr: space before a high mark: {text.fr}")
    for language in LANGUAGES:
        # Articles of laws are names; a number that could drift is a placeholder.
        named = (
            r"\b([Aa]rt(icles?|ikel|\.)|Abs\.|paragraphe|point|§)[\s\u00a0]?\d+(\(\d+\))*(\([a-z]\))*"
            r"( (und|and|et) \d+)?"
        )
        if re.search(r"\d", re.sub(named, "", text[language])):
            found.append(f"{language}: a number of its own: {text[language]}")
    return found
