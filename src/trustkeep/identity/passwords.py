"""The published password rule and everything that is asked beyond it: one policy for every door.

Definitions (the same for every script): an upper-case letter is of Unicode category Lu or Lt, a
lower-case letter Ll, a digit Nd, and a special character is any code point that is neither a letter
nor a number, the space included. Length counts code points after NFKC. A password is never cut and
never trimmed; the only change before hashing is NFKC, so that the same keys give the same password
on every machine (NIST SP 800-63B-4 section 3.1.1.2).
"""

from __future__ import annotations

import gzip
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache
from importlib.resources import files
from pathlib import Path

from django.utils.translation import gettext

from trustkeep.identity.breached import BreachedList
from trustkeep.kernel.errors import TrustkeepError

MIN_LENGTH = 8
"""The published least number of characters."""
MAX_LENGTH = 1024
"""Longer ones are refused with a reason; hashing has to end."""
STRICT_MIN_LENGTH = 15
"""What NIST asks of a password that is the only factor."""
_LEAST_CONTEXT = 4


class Reason(StrEnum):
    """Why a password is refused."""

    TOO_SHORT = "too-short"
    TOO_LONG = "too-long"
    NO_UPPER = "no-upper"
    NO_LOWER = "no-lower"
    NO_DIGIT = "no-digit"
    NO_SPECIAL = "no-special"
    COMMON = "common"
    BREACHED = "breached"
    CONTEXT = "context"


def gettext_noop(text: str) -> str:
    """Mark a text for the catalogues; Django's own wants settings, before any can exist."""
    return text


REASONS: Mapping[Reason, str] = {
    Reason.TOO_SHORT: gettext_noop("Use at least {min} characters."),
    Reason.TOO_LONG: gettext_noop("Use at most {max} characters."),
    Reason.NO_UPPER: gettext_noop("Add an upper-case letter."),
    Reason.NO_LOWER: gettext_noop("Add a lower-case letter."),
    Reason.NO_DIGIT: gettext_noop("Add a digit."),
    Reason.NO_SPECIAL: gettext_noop(
        "Add a special character, such as a hyphen, a comma or a space."
    ),
    Reason.COMMON: gettext_noop(
        "This is one of the passwords that attackers try first. Choose another."
    ),
    Reason.BREACHED: gettext_noop("This password is known from a leak. Choose another."),
    Reason.CONTEXT: gettext_noop("Leave out your name, your address and the company's name."),
}

_KINDS: Mapping[Reason, Callable[[str], bool]] = {
    Reason.NO_UPPER: lambda c: unicodedata.category(c) in ("Lu", "Lt"),
    Reason.NO_LOWER: lambda c: unicodedata.category(c) == "Ll",
    Reason.NO_DIGIT: lambda c: unicodedata.category(c) == "Nd",
    Reason.NO_SPECIAL: lambda c: unicodedata.category(c)[0] not in "LN",
}
PUBLISHED_KINDS = frozenset(_KINDS)


class UnknownProfile(TrustkeepError):
    """A setting names a password profile that does not exist."""

    sentence = "password_profile is “{name}”. Allowed: {allowed}."


class WeakerThanPublished(TrustkeepError):
    """A profile asks for less than the page promises: the start is refused."""

    sentence = (
        "password_profile “{name}” is weaker than the published rule ({missing}). Choose a profile "
        "that asks for at least what the trust page promises."
    )


class PasswordRefused(TrustkeepError):
    """A candidate breaks the rule; ``reasons`` say how, in the order of the rule."""

    sentence = "This password cannot be used: {told}"

    def __init__(self, reasons: Iterable[Reason], policy: Policy) -> None:
        self.reasons = tuple(reasons)
        self.messages = tuple(policy.told(reason) for reason in self.reasons)
        super().__init__(told=" ".join(self.messages), log="PasswordRefused")


@dataclass(frozen=True, slots=True)
class Policy:
    """What a password has to be like; ``published`` is the floor under all profiles."""

    name: str
    min_length: int = MIN_LENGTH
    kinds: frozenset[Reason] = PUBLISHED_KINDS
    block_list: bool = True
    context: tuple[str, ...] = field(default=())

    def violations(self, candidate: str, *, context: Iterable[str] = ()) -> list[Reason]:
        """Return every reason against `candidate`; ``context`` are words close to its owner."""
        text = normalised(candidate)
        found = []
        if len(text) < self.min_length:
            found.append(Reason.TOO_SHORT)
        if len(text) > MAX_LENGTH:
            return [Reason.TOO_LONG]
        found += [
            kind
            for kind, matches in _KINDS.items()
            if kind in self.kinds and not any(map(matches, text))
        ]
        if self.block_list and _is_common(text):
            found.append(Reason.COMMON)
        elif self.block_list and any(known.holds(text) for known in _breached):
            found.append(Reason.BREACHED)
        if self.block_list and _holds_word(text, (*self.context, *context)):
            found.append(Reason.CONTEXT)
        return found

    def require(self, candidate: str, *, context: Iterable[str] = ()) -> None:
        """Raise PasswordRefused unless `candidate` keeps the rule."""
        if reasons := self.violations(candidate, context=context):
            raise PasswordRefused(reasons, self)

    def told(self, reason: Reason) -> str:
        """Return a reason as a sentence for the person, in the active language."""
        return gettext(REASONS[reason]).format(min=self.min_length, max=MAX_LENGTH)

    def told_in_english(self, reason: Reason) -> str:
        """Return a reason where no language has been chosen yet."""
        return REASONS[reason].format(min=self.min_length, max=MAX_LENGTH)

    def rule(self) -> str:
        """Return what is asked for, in the active language, to be read before typing."""
        return gettext(
            "At least {min} characters, with an upper-case letter, a lower-case letter, a digit "
            "and a special character such as a hyphen or a space."
        ).format(min=self.min_length)


PROFILES: Mapping[str, Policy] = {
    "published": Policy("published", context=("trustkeep",)),
    "strict": Policy("strict", min_length=STRICT_MIN_LENGTH, context=("trustkeep",)),
}

_active: list[Policy] = [PROFILES["published"]]


_breached: list[BreachedList] = []


def policy() -> Policy:
    """Return the policy of this installation."""
    return _active[0]


def activate(name: str) -> None:
    """Use the profile called `name`; raises UnknownProfile, WeakerThanPublished."""
    if name not in PROFILES:
        raise UnknownProfile(name=name, allowed=", ".join(PROFILES))
    require_floor(PROFILES[name])
    _active[:] = [PROFILES[name]]


def use_breached(path: Path | None) -> None:
    """Refuse besides what a file of leaked passwords holds; raises ListUnusable."""
    _breached[:] = [BreachedList(path)] if path else []


def require_floor(chosen: Policy) -> None:
    """Raise WeakerThanPublished unless `chosen` asks for everything that is published."""
    missing = sorted(PUBLISHED_KINDS - chosen.kinds)
    if chosen.min_length < MIN_LENGTH:
        missing.insert(0, Reason.TOO_SHORT)
    if missing:
        raise WeakerThanPublished(name=chosen.name, missing=", ".join(missing))


def normalised(candidate: str) -> str:
    """Return what is measured and hashed: the candidate in NFKC, otherwise exactly as received."""
    return unicodedata.normalize("NFKC", candidate)


def _is_common(text: str) -> bool:
    folded = text.casefold()
    # “Password1!” is “password” with what the rule asks for stuck on: attackers know that too.
    core = folded.strip("".join(set(folded) - set("abcdefghijklmnopqrstuvwxyz")))
    return folded in _common() or (core in _common() and len(folded) - len(core) <= len("2026!"))


def _holds_word(text: str, words: Iterable[str]) -> bool:
    folded = text.casefold()
    return any(
        part in folded
        for word in words
        for part in word.casefold().replace("@", " ").replace(".", " ").split()
        if len(part) >= _LEAST_CONTEXT
    )


@cache
def _common() -> frozenset[str]:
    packed = files("django.contrib.auth").joinpath("common-passwords.txt.gz").read_bytes()
    return frozenset(gzip.decompress(packed).decode("utf-8").split())
