"""A text in every language that the product speaks, as one value."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from string import Formatter

LANGUAGES = ("de", "en", "fr")


@dataclass(frozen=True, slots=True)
class Texts:
    """The same statement in German, English and French; placeholders in braces, no digits."""

    de: str
    en: str
    fr: str

    def __getitem__(self, language: str) -> str:
        if language not in LANGUAGES:
            raise KeyError(language)
        return str(getattr(self, language))

    def __iter__(self) -> Iterator[str]:
        return iter((self.de, self.en, self.fr))

    def as_dict(self) -> dict[str, str]:
        return {language: self[language] for language in LANGUAGES}

    def filled(self, language: str, values: Mapping[str, object]) -> str:
        """Return the text of `language` with its placeholders filled; KeyError on a missing one."""
        return self[language].format_map(dict(values))


def placeholders(text: str) -> frozenset[str]:
    """Return the names in braces of `text`; ValueError where the braces do not match."""
    return frozenset(name for _, name, _, _ in Formatter().parse(text) if name is not None)
