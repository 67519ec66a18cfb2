"""Installations with keys and nothing else, made for one test each."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import pytest

from trustkeep.vault import keys
from trustkeep.vault.keys import KeyRing
from trustkeep.vault.provisioning import provision

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
ALICE = UUID("a11ce000-0000-4000-8000-000000000001")
BOB = UUID("b0b00000-0000-4000-8000-000000000002")


@pytest.fixture(autouse=True)
def _root_key_in_the_data_directory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TRUSTKEEP_ROOT_KEY_FILE", raising=False)


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A data directory with fresh keys."""
    provision(tmp_path / "data", now=NOON)
    return tmp_path / "data"


@pytest.fixture
def ring(data: Path) -> KeyRing:
    """The keys of `data`, with an account each for Alice and Bob."""
    ring = KeyRing.open(data)
    ring.create_account_key(ALICE, now=NOON)
    ring.create_account_key(BOB, now=NOON)
    return ring


@pytest.fixture
def installed(ring: KeyRing) -> Iterator[KeyRing]:
    """`ring` as the key ring of this process."""
    opener = keys._opener
    keys.install(ring)
    yield ring
    keys._opener = opener
