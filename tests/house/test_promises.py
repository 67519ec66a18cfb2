"""Sentence, code, check and test of a promise cannot part: the slug is the thread."""

from __future__ import annotations

import importlib
import re

import pytest

from tests.house.source import ROOT, SOURCE, functions
from trustkeep.controls import figures
from trustkeep.controls.catalogue import CATALOGUE
from trustkeep.controls.promise import Promise
from trustkeep.kernel.texts import LANGUAGES, Texts, placeholders

PROMISED = 26
MAPPED_TO = {"ISO/IEC 27001", "SOC 2 TSC", "GDPR", "CAIQ", "TISAX VDA ISA"}

each_promise = pytest.mark.parametrize("promise", CATALOGUE, ids=lambda promise: promise.slug)


def told(promise: Promise) -> list[Texts]:
    return [promise.sentence, promise.kept_by, promise.proved_by, promise.broken_when]


def test_catalogue__holds_all_promises() -> None:
    assert len(CATALOGUE) == PROMISED
    assert len({promise.slug for promise in CATALOGUE}) == PROMISED


def test_catalogue__files_and_tests_are_the_same_set() -> None:
    slugs = {promise.slug.replace("-", "_") for promise in CATALOGUE}
    files = {path.stem for path in (SOURCE / "controls" / "promises").glob("[!_]*.py")}
    tests = {path.stem for path in (ROOT / "tests" / "promises").glob("test_*.py")}

    assert files == slugs
    assert tests == {f"test_{slug}" for slug in slugs}


@each_promise
def test_promise__stands_in_the_file_of_its_slug(promise: Promise) -> None:
    module = importlib.import_module(
        f"trustkeep.controls.promises.{promise.slug.replace('-', '_')}"
    )

    assert module.PROMISE is promise


@each_promise
def test_promise__has_a_test_that_turns_it_red(promise: Promise) -> None:
    path = ROOT / "tests" / "promises" / f"test_{promise.slug.replace('-', '_')}.py"
    source = path.read_text("utf-8")

    assert any(node.name.startswith("test_") for node in functions(path))
    assert re.search(r"Outcome\.FAILS|State\.NOT_KEPT|\.fails\b", source)


@each_promise
def test_promise__says_no_number_of_its_own(promise: Promise) -> None:
    for texts in told(promise):
        for language in LANGUAGES:
            # Articles and algorithms are names; a number that could drift has a placeholder.
            named = r"\b[Aa]rt(icle|ikel|\.)\s?\d+(\(\d+\))*|Argon2id"
            text = re.sub(named, "", texts[language])
            assert not re.search(r"\d", text), (language, text)


@each_promise
def test_promise__has_the_same_placeholders_in_every_language(promise: Promise) -> None:
    for texts in (*told(promise), *promise.figures.values()):
        assert len({placeholders(texts[language]) for language in LANGUAGES}) == 1, texts

    assert placeholders(promise.sentence.en) == frozenset(promise.values)


@each_promise
def test_promise__fills_all_its_sentences(promise: Promise) -> None:
    for texts in told(promise):
        for language in LANGUAGES:
            assert "{" not in texts.filled(language, figures.written(promise.all_values, language))


@each_promise
def test_promise__differs_between_the_languages(promise: Promise) -> None:
    for texts in told(promise):
        assert len(set(texts)) == len(LANGUAGES), texts


@each_promise
def test_promise__is_mapped_to_the_frameworks(promise: Promise) -> None:
    assert {reference.scheme for reference in promise.mapping} >= MAPPED_TO


@each_promise
def test_promise__names_enforcing_code_that_exists(promise: Promise) -> None:
    assert promise.enforced_in
    for path in promise.enforced_in:
        module, _, name = path.rpartition(".")
        assert hasattr(importlib.import_module(module), name), path


@each_promise
def test_promise__has_checks_that_run_more_often_than_they_age(promise: Promise) -> None:
    assert promise.checks
    for check in promise.checks:
        assert check.every < check.max_age, check.name
