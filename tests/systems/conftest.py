"""The kinds of systems that a test joins are gone after it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from trustkeep.lifecycle.systems import ports


@pytest.fixture(autouse=True)
def _kinds_are_put_back() -> Iterator[None]:
    before = ports.joined.kinds
    yield
    ports.joined.kinds = before
