"""Nothing in the log can be changed, removed or put in another's place, not even by SQL."""

from __future__ import annotations

from datetime import UTC, datetime
from types import SimpleNamespace

import pytest
from django.db import DatabaseError, connection, transaction

from tests.evidence.conftest import log_migration
from tests.evidence.logs import BODY
from trustkeep.evidence import actions
from trustkeep.evidence.actions import Draft, append_many, publish_checkpoint
from trustkeep.evidence.kinds import Kind
from trustkeep.evidence.models import LogEntry, LogNode, SignedCheckpoint

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
ENTRY = 'INTO evidence_logentry ("index", leaf_hash, leaf, kind, at) VALUES'
NODE = "INTO evidence_lognode (place, hash) VALUES"
CHECKPOINT = "INTO evidence_signedcheckpoint (size, root, note, at) VALUES"
FIRST_NODE = 1 << 48


@pytest.fixture
def _three(log: None) -> None:
    append_many([Draft(Kind.ACCESS, BODY)] * 3, now=NOON)
    publish_checkpoint(NOON)


def state() -> list[object]:
    return [list(model.objects.values_list()) for model in (LogEntry, LogNode, SignedCheckpoint)]


def refused(statement: str) -> None:
    before = state()
    with (
        pytest.raises(DatabaseError, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)
    assert state() == before


@pytest.mark.asvs("16.4.2")
@pytest.mark.usefixtures("_three")
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE evidence_logentry SET kind = 'access'",
        'UPDATE evidence_logentry SET leaf = leaf WHERE "index" = 0',
        "UPDATE evidence_lognode SET hash = hash",
        "UPDATE evidence_signedcheckpoint SET note = note",
        "DELETE FROM evidence_logentry",
        'DELETE FROM evidence_logentry WHERE "index" = 2',
        "DELETE FROM evidence_lognode",
        "DELETE FROM evidence_signedcheckpoint",
        f"INSERT OR REPLACE {ENTRY} (0, x'00', x'00', 'access', '')",
        f"INSERT OR IGNORE {ENTRY} (0, x'00', x'00', 'access', '')",
        f"INSERT {ENTRY} (4, x'00', x'00', 'access', '')",
        f"INSERT {ENTRY} (-1, x'00', x'00', 'access', '')",
        f"INSERT OR REPLACE {NODE} ({FIRST_NODE}, x'00')",
        f"INSERT OR REPLACE {CHECKPOINT} (3, x'00', '', '')",
        f"INSERT {CHECKPOINT} (2, x'00', '', '')",
    ],
)
def test_log__refuses_every_statement_but_adding_the_next(statement: str) -> None:
    refused(statement)


@pytest.mark.asvs("16.4.2")
@pytest.mark.usefixtures("_three")
@pytest.mark.parametrize("model", [LogEntry, LogNode, SignedCheckpoint])
def test_log__refuses_changes_through_the_models(model: type[LogEntry]) -> None:
    before = state()

    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        model.objects.all().delete()
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        model.objects.update(**{model._meta.pk.name: 100})

    assert state() == before


class RemoteShell:
    """A schema editor of another kind of database, that only writes down what it is told."""

    def __init__(self, vendor: str) -> None:
        self.connection = SimpleNamespace(vendor=vendor)
        self.statements: list[str] = []

    def execute(self, statement: str) -> None:
        self.statements.append(statement)


def test_guards__on_postgresql_refuse_rows_and_truncation_and_can_be_lifted() -> None:
    shell = RemoteShell("postgresql")

    log_migration.forbid_changes(None, shell)

    for table in log_migration.TABLES:
        about = [one for one in shell.statements if f" {table}" in one]
        assert any("BEFORE INSERT OR UPDATE OR DELETE" in one for one in about)
        assert any("BEFORE TRUNCATE" in one for one in about)
    made = len(shell.statements)
    log_migration.allow_changes(None, shell)
    assert len(shell.statements) == made + len(log_migration.TABLES)


def test_append__on_postgresql_takes_its_turn_first(monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[str] = []
    cursor = SimpleNamespace(execute=lambda statement, _: told.append(statement))
    monkeypatch.setattr(connection, "vendor", "postgresql")

    actions._take_turn(cursor)

    assert told == ["SELECT pg_advisory_xact_lock(%s)"]
