"""From a kind of letter and its values to the words on the page. Pure.

A letter is greeting, text, the one act as a link on a line of its own, and who writes. Lines are
broken for a terminal; a link never is.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from trustkeep.kernel import writing
from trustkeep.kernel.texts import Texts
from trustkeep.letters.kinds import LetterKind, Value
from trustkeep.letters.ports import House

LINE = 72
"""Characters in a line of a letter (RFC 3676 section 4.2 asks for less than 79)."""

_GREETING = Texts(de="Guten Tag {name},", en="Hello {name},", fr="Bonjour {name},")
_GREETING_UNKNOWN = Texts(de="Guten Tag,", en="Hello,", fr="Bonjour,")
_CLOSING = Texts(de="Mit freundlichen Grüßen", en="Kind regards", fr="Cordialement")
_DPO = Texts(
    de="Fragen zum Datenschutz: {email}",
    en="Questions about data protection: {email}",
    fr="Questions sur la protection des données : {email}",
)
_ACT = Texts(de="{act}:", en="{act}:", fr="{act}\u00a0:")
_REFERENCE = re.compile(r"\b(Art\.|Abs\.|[Aa]rticles?|paragraphe) (?=\d)")
_CONTROL = re.compile(r"[\x00-\x1f\x7f\u0085\u2028\u2029]+")


@dataclass(frozen=True, slots=True)
class Composed:
    """A letter in words; the link stands apart, so that it can be left out for a reader."""

    sender: str
    subject: str
    above: str
    link: str
    below: str

    def text(self, link: str | None = None) -> str:
        """Return the whole text, with another word in the place of the link if given."""
        shown = self.link if link is None else link
        return f"{self.above}{shown}{self.below}"


def compose(
    kind: LetterKind, name: str, language: str, values: Mapping[str, Value], house: House
) -> Composed:
    """Return the letter; raises KeyError naming a value that is missing."""
    link = str(values["link"]) if kind.act else ""
    given = {
        "company": house.name,
        "security_email": house.security_email,
        "dpo_email": house.dpo_email or house.security_email,
    }
    written = written_values({**kind.constants, **values, **given}, language)
    body = kind.text.filled(language, written)
    above = f"{_greeting(name, language)}\n\n{wrapped(body)}\n\n"
    if kind.act:
        act = kind.act.filled(language, written)
        above += wrapped(_ACT[language].format(act=act)) + "\n"
    return Composed(
        sender=_one_line(house.name),
        subject=_one_line(kind.subject.filled(language, written)),
        above=above,
        link=link,
        below=("\n\n" if kind.act else "") + _foot(house, language),
    )


def written_values(values: Mapping[str, Value], language: str) -> dict[str, str]:
    """Return the values as a reader of `language` expects to see them, each on one line."""
    return {name: _written(value, language) for name, value in values.items()}


def wrapped(text: str) -> str:
    """Break the lines of `text` for a terminal; what follows a dash is indented under it."""
    return "\n".join(_wrapped_line(line) for line in text.splitlines())


def _wrapped_line(line: str) -> str:
    indent = "  " if line.startswith("- ") else ""
    # The number of an article stays beside its word.
    line = _REFERENCE.sub("\\1\u00a0", line)
    return textwrap.fill(
        line, LINE, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False
    )


def _greeting(name: str, language: str) -> str:
    known = _one_line(name)
    return _GREETING[language].format(name=known) if known else _GREETING_UNKNOWN[language]


def _foot(house: House, language: str) -> str:
    lines = [_CLOSING[language], house.name, "", "-- ", house.legal_name, house.base_url]
    if house.dpo_email:
        lines.append(_DPO[language].format(email=house.dpo_email))
    return "\n".join(lines) + "\n"


def _written(value: Value, language: str) -> str:
    match value:
        case datetime():
            return writing.moment_there(value, language)
        case date():
            return writing.day(value, language)
        case int():
            return writing.number(value, language)
        case Texts():
            return _one_line(value[language])
    return _one_line(value)


def _one_line(text: str) -> str:
    # What somebody entered as a name must not start a line, let alone a header, of its own.
    return _CONTROL.sub(" ", text).strip()
