"""A company that is asked, with a customer whose data it processes, and letters that wait."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.promises.world import company
from trustkeep.letters.ports import House, joined

HOUSE = House(
    "Lumen Talk",
    "Lumen Talk GmbH",
    "https://trust.example.com",
    "security@example.com",
    "dpo@example.com",
)


@pytest.fixture(autouse=True)
def _house() -> Iterator[None]:
    before = joined.house
    joined.house = lambda: HOUSE
    yield
    joined.house = before


@pytest.fixture
def asked(db: None) -> None:
    """The company is set up."""
    company()
