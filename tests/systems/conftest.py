"""Real servers on this machine; the kinds of systems that a test joins are gone after it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import trustme

from tests import postgres
from tests.systems.product import Product, serving
from trustkeep.lifecycle.systems import ports


@pytest.fixture(autouse=True)
def _kinds_are_put_back() -> Iterator[None]:
    before = ports.joined.kinds
    yield
    ports.joined.kinds = before


@pytest.fixture(scope="session")
def authority() -> trustme.CA:
    """The certificate authority of the servers here."""
    return trustme.CA()


@pytest.fixture
def product(authority: trustme.CA) -> Iterator[Product]:
    """A product that listens over TLS and does what it is told, until a test tells it to lie."""
    with serving(authority) as running:
        yield running


@pytest.fixture(scope="session")
def postgresql() -> Iterator[postgres.Server]:
    """A real PostgreSQL server."""
    with postgres.running() as server:
        yield server
