"""Logs in the database: one a test, and one that other connections see."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module

import pytest
from django.db import connection
from pytest_django import DjangoDbBlocker

from tests.evidence.logs import SIGNER
from trustkeep.evidence import signing

log_migration = import_module("trustkeep.evidence.migrations.0001_log")


@pytest.fixture
def _signer() -> Iterator[None]:
    """Sign with the key of these tests, and with the installation's again afterwards."""
    before = signing.installed()
    signing.install(SIGNER)
    yield
    signing.install(before)


@pytest.fixture
def log(db: None, _signer: None) -> None:
    """An empty log that lasts for one test."""


class Shell:
    """Somebody with a database shell: what the migration needs of a schema editor, and no more."""

    connection = connection

    def execute(self, statement: str) -> None:
        with connection.cursor() as cursor:
            cursor.execute(statement)


def lift_the_guards() -> None:
    log_migration.allow_changes(None, Shell())


def set_the_guards() -> None:
    log_migration.forbid_changes(None, Shell())


def empty_the_log() -> None:
    lift_the_guards()
    for table in log_migration.TABLES:
        Shell().execute(f"DELETE FROM {table}")
    set_the_guards()


@pytest.fixture
def shared_log(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, _signer: None
) -> Iterator[None]:
    """An empty log whose entries are committed, so that other connections see them.

    The usual way to empty tables after such a test is what the log refuses.
    """
    with django_db_blocker.unblock():
        empty_the_log()
        yield
        empty_the_log()
