"""An installation whose database and files can be set back to a backup."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.lifecycle.backups.home import Home
from trustkeep.evidence import keeping
from trustkeep.lifecycle.backups import facts, ports


@pytest.fixture
def home(tmp_path: Path, transactional_db: None) -> Iterator[Home]:
    """The tests' installation with a ledger, and a directory of its own for backups."""
    made = Home(tmp_path)
    before = ports.joined.places
    ports.joined.places = lambda: made.places
    keeping.install(made.ledger, facts.present)
    yield made
    keeping.install(None, None)
    ports.joined.places = before
    made.clear_objects()
