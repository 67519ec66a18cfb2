"""Every text that readers see exists in every language, with the same placeholders."""

from __future__ import annotations

import re

import polib
import pytest
from scripts.messages import LANGUAGES, catalogue, messages

from trustkeep.controls.catalogue import CATALOGUE
from trustkeep.controls.promise import Promise
from trustkeep.kernel.texts import placeholders

PLACEHOLDER = re.compile(r"%\(\w+\)s|\{\w*\}")
# The glossary of the field: what each language must not say.
AVOIDED = {
    "de": ("Evidenz", "Versprechen", "Controller", "Sub-Processor"),
    "fr": ("cryptage", "crypté", "évidence", "promesse", "sous-sous-traitant"),
}


def entries(language: str) -> list[polib.POEntry]:
    return list(polib.pofile(str(catalogue(language))))


def texts(entry: polib.POEntry) -> list[str]:
    return list(entry.msgstr_plural.values()) or [entry.msgstr]


@pytest.mark.parametrize("language", LANGUAGES)
def test_catalogues__hold_exactly_what_is_shown(language: str) -> None:
    held = {(entry.msgid, entry.msgid_plural) for entry in entries(language)}

    assert held == set(messages()), "run `make messages`, then translate"


@pytest.mark.parametrize("language", LANGUAGES)
def test_catalogues__leave_nothing_untranslated_or_uncertain(language: str) -> None:
    open_ = [e.msgid for e in entries(language) if "fuzzy" in e.flags or not all(texts(e))]

    assert open_ == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_catalogues__keep_every_placeholder(language: str) -> None:
    wrong = [
        entry.msgid
        for entry in entries(language)
        for text in texts(entry)
        if set(PLACEHOLDER.findall(text)) != set(PLACEHOLDER.findall(entry.msgid))
    ]

    assert wrong == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_catalogues__use_the_words_of_the_field(language: str) -> None:
    found = [
        (word, entry.msgid)
        for entry in entries(language)
        for text in texts(entry)
        for word in AVOIDED[language]
        if word in text
    ]

    assert found == []


def test_french__has_its_spaces_before_high_marks() -> None:
    wrong = [
        text
        for entry in entries("fr")
        for text in texts(entry)
        if re.search(r"\w [;:!?»]|« ", text)
    ]

    assert wrong == []


@pytest.mark.parametrize("promise", CATALOGUE, ids=lambda promise: promise.slug)
def test_promises__say_the_same_in_every_language(promise: Promise) -> None:
    told = [promise.sentence, promise.kept_by, promise.proved_by, promise.broken_when]
    told += promise.figures.values()

    for one in told:
        assert placeholders(one.de) == placeholders(one.en) == placeholders(one.fr)
    for language, words in AVOIDED.items():
        assert not [word for one in told for word in words if word in one[language]]
