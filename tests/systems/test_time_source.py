"""A second clock elsewhere: heard over TLS, and believed about nothing else."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.systems.product import Product
from trustkeep.connectors.outgoing import Reach, Reply
from trustkeep.connectors.time_source import COUNTS_FOR_S, TimeSource, told_by

NEAR = Reach.of(("127.0.0.0/8", "::1/128"))
SAID = "Tue, 24 Nov 2026 12:00:00 GMT"
NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)


class Ticks:
    def __init__(self) -> None:
        self.at = 0.0

    def __call__(self) -> float:
        return self.at


def source(product: Product, folder: Path, ticks: Ticks) -> TimeSource:
    authority = folder / "authority.pem"
    authority.write_text(product.authority)
    return TimeSource(product.url, NEAR, authority, ticks)


def test_time__is_what_the_server_says(product: Product, tmp_path: Path) -> None:
    second = source(product, tmp_path, Ticks())

    told = second()

    assert told
    assert abs(told - datetime.now(UTC)) < timedelta(minutes=1)


def test_time__is_asked_for_once_a_minute_and_goes_on_meanwhile(
    product: Product, tmp_path: Path
) -> None:
    ticks = Ticks()
    second = source(product, tmp_path, ticks)
    first = second()
    assert first

    ticks.at = COUNTS_FOR_S - 1
    assert second() == first + timedelta(seconds=COUNTS_FOR_S - 1)
    ticks.at = COUNTS_FOR_S
    again = second()
    assert again
    assert again < first + timedelta(seconds=COUNTS_FOR_S / 2)


def test_silence__counts_for_a_minute_too(product: Product) -> None:
    ticks = Ticks()
    # Without its authority the certificate is nobody's.
    second = TimeSource(product.url, NEAR, None, ticks)

    assert second() is None
    assert second() is None


def test_authority__that_is_missing_is_silence_too(product: Product, tmp_path: Path) -> None:
    assert TimeSource(product.url, NEAR, tmp_path / "nothing.pem", Ticks())() is None


@pytest.mark.parametrize(
    ("headers", "told"),
    [({"date": SAID}, NOON), ({"date": SAID, "age": "90"}, NOON + timedelta(seconds=90))],
)
def test_answer__tells_when_it_was_given(headers: dict[str, str], told: datetime) -> None:
    assert told_by(Reply(404, headers, b"")) == told


@pytest.mark.parametrize("headers", [{}, {"date": "yesterday"}, {"date": SAID, "age": "x"}])
def test_answer__that_does_not_tell_is_none(headers: dict[str, str]) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        told_by(Reply(200, headers, b""))
