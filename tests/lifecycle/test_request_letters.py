"""Whoever makes use of a right is told at every step, in three languages, what the law asks for."""

from __future__ import annotations

import pytest

from tests.letters.wording import faults, written
from trustkeep.kernel.texts import LANGUAGES
from trustkeep.lifecycle.request_letters import LETTERS, RequestKind, Step


@pytest.mark.parametrize("kind", RequestKind)
@pytest.mark.parametrize("step", Step)
def test_request_letter__is_whole_in_every_language(kind: RequestKind, step: Step) -> None:
    letter = LETTERS[kind, step]

    assert letter.slug == f"request-{kind}-{step}"
    assert faults(letter) == []


@pytest.mark.parametrize("step", [Step.REFUSED, Step.PARTLY_REFUSED, Step.EXTENDED])
def test_request_letter__with_a_no_gives_reason_authority_and_court(step: Step) -> None:
    letter = LETTERS[RequestKind.DELETION, step]

    assert {"reason", "authority"} <= letter.wanted
    for language, court in zip(LANGUAGES, ("Gericht", "court", "tribunal"), strict=True):
        assert court in letter.text[language]


def test_request_letter__tells_the_time_that_the_law_gives() -> None:
    received = written(LETTERS[RequestKind.ACCESS, Step.RECEIVED], "de").text()
    extended = " ".join(written(LETTERS[RequestKind.ACCESS, Step.EXTENDED], "fr").text().split(" "))

    assert "binnen 1 Monat" in " ".join(received.split())
    assert "2 mois supplémentaires" in " ".join(extended.split())


def test_request_letter__goes_out_although_an_account_closes() -> None:
    assert all(letter.about_closing for letter in LETTERS.values())
