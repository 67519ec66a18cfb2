"""Harbour's account, with Alice who owns it; Quarry is somebody else's."""

from __future__ import annotations

import io
import uuid
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

import pytest
from django.db import transaction

from tests.customers import customer
from tests.promises.world import NOW
from trustkeep.accounts.customers import AccountShown
from trustkeep.accounts.gate import Passage, require_open
from trustkeep.holdings.files import NewFile, keep_file
from trustkeep.holdings.queries import FileShown, content
from trustkeep.vault.shelf import sealed_files

ALICE = "alice"


@pytest.fixture(autouse=True)
def _committing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Do at once what waits for the commit: a test's own transaction never commits."""
    monkeypatch.setattr(transaction, "on_commit", lambda act: act())


@pytest.fixture
def harbour(db: None) -> AccountShown:
    return customer("Harbour")


@pytest.fixture
def quarry(db: None) -> AccountShown:
    return customer("Quarry")


@pytest.fixture
def way(harbour: AccountShown) -> Passage:
    """What the gate gives whoever works in Harbour's account."""
    return require_open(harbour.id, now=NOW)


def at(instant: datetime) -> Callable[[], datetime]:
    return lambda: instant


def kept(
    way: Passage, name: str = "plan.txt", body: bytes = b"plan", folder_id: uuid.UUID | None = None
) -> FileShown:
    """Keep a file through the real action."""
    new = NewFile(name, folder_id, "text/plain")
    return keep_file(passage=way, new=new, source=io.BytesIO(body), by=ALICE, clock=at(NOW))


def body_of(account_id: uuid.UUID, version_id: uuid.UUID) -> bytes:
    with content(account_id, version_id) as reader:
        return reader.read()


def objects(account_id: uuid.UUID) -> list[uuid.UUID]:
    return list(sealed_files().objects_of(account_id))


def older(way: Passage) -> Passage:
    """Return the passage of a generation that has passed."""
    return replace(way, generation=way.generation - 1)
