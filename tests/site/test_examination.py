"""What `trustkeep doctor` says about letters."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest

from tests.letters.conftest import NOON, Postbox, house, written
from trustkeep.letters.ports import LetterRefused, joined
from trustkeep.letters.sending import send_due
from trustkeep.site.examination import LETTERS_WAIT_AT_MOST, _letters

__all__ = ["house"]


@pytest.fixture(autouse=True)
def _post(house: None) -> Iterator[None]:
    before, joined.post = joined.post, Postbox()
    yield
    joined.post = before


def test_doctor__is_content_while_letters_leave() -> None:
    written()

    assert _letters(NOON).good


def test_doctor__says_that_a_letter_waits_for_long() -> None:
    written()

    told = _letters(NOON + LETTERS_WAIT_AT_MOST + timedelta(seconds=1))

    assert told.good is False
    assert "2026-11-24T12:00:00.000Z" in told.sentence


def test_doctor__remarks_on_failed_letters_and_on_a_missing_server() -> None:
    written()
    send_due(now=NOON, post=Postbox(answers=[LetterRefused("550")]))

    failed = _letters(NOON)
    joined.post = None
    without = _letters(NOON)

    assert failed.good is None
    assert "1 failed" in failed.sentence
    assert without.good is None
    assert "smtp_host" in without.sentence
