"""Tests whose commits are real: the database file is put back after each of them.

The log's triggers refuse the emptying of its tables, which is how the framework would do it.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, connections
from django.test import TransactionTestCase

from tests.promises.world import company
from tests.requests.conftest import HOUSE
from trustkeep.letters import ports as letters_ports
from trustkeep.lifecycle.systems import ports


@pytest.fixture(scope="session", autouse=True)
def _database_files_are_put_back() -> Iterator[None]:
    patch = pytest.MonkeyPatch()
    patch.setattr(TransactionTestCase, "_fixture_setup", classmethod(_keep))
    patch.setattr(TransactionTestCase, "_fixture_teardown", _put_back)
    yield
    patch.undo()


def _database() -> Path:
    return Path(connection.settings_dict["NAME"])


def _keep(_case: Any) -> None:
    connections.close_all()
    shutil.copyfile(_database(), _database().with_suffix(".before"))


def _put_back(_case: Any) -> None:
    connections.close_all()
    for leftover in _database().parent.glob(f"{_database().name}-*"):
        leftover.unlink()
    _database().with_suffix(".before").replace(_database())


@pytest.fixture
def asked_house() -> Iterator[None]:
    """The company that is asked: it has a name, letters go out, and systems are put back."""
    kinds, house = ports.joined.kinds, letters_ports.joined.house
    letters_ports.joined.house = lambda: HOUSE
    company()
    yield
    ports.joined.kinds, letters_ports.joined.house = kinds, house
