"""What `trustkeep doctor` says about letters and about the clock."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from tests.letters.conftest import NOON, Postbox, house, written
from trustkeep.letters.ports import LetterRefused, joined
from trustkeep.letters.sending import send_due
from trustkeep.lifecycle import clocks
from trustkeep.site.certificates import provide
from trustkeep.site.examination import LETTERS_WAIT_AT_MOST, _authority, _clock, _letters
from trustkeep.site.installation import CONFIG_NAME, Installation, demo_config, write_config

__all__ = ["house"]


@pytest.fixture(autouse=True)
def _post(house: None) -> Iterator[None]:
    before, joined.post = joined.post, Postbox()
    yield
    joined.post = before


@pytest.mark.asvs("12.2.2")
def test_doctor__remarks_on_a_certificate_that_strangers_are_warned_of(tmp_path: Path) -> None:
    write_config(tmp_path / CONFIG_NAME, demo_config({}))
    installation = Installation(tmp_path)
    provide(installation.tls, names=["localhost"], now=NOON)

    own = _authority(installation)
    (installation.tls / "ca.pem").unlink()
    public = _authority(installation)

    assert own.good is None
    assert "set certificate" in own.sentence
    assert public.good


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


@pytest.mark.parametrize(
    ("says", "good", "word"),
    [
        (NOON, True, "agrees"),
        (NOON + timedelta(days=2), False, "nothing is deleted"),
        (None, False, "does not answer"),
    ],
)
def test_doctor__compares_the_clock_with_a_second_one(
    monkeypatch: pytest.MonkeyPatch, says: datetime | None, good: bool, word: str
) -> None:
    monkeypatch.setattr(clocks.joined, "second", lambda: says)
    monkeypatch.setattr(clocks.joined, "name", "time.example.com")

    told = _clock(NOON)

    assert told.good is good
    assert word in told.sentence


def test_doctor__remarks_on_a_missing_second_clock_and_finds_a_jump_wrong() -> None:
    assert _clock(NOON).good is None
    clocks.look(NOON - timedelta(days=60))
    clocks.look(NOON)

    with pytest.raises(clocks.ClockDoubted, match="two people confirm"):
        _clock(NOON)
