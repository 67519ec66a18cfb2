"""The ledger only grows, and tells what was and is no more."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.promises.world import NOW
from trustkeep.evidence.ledger import (
    GONE,
    Ledger,
    LedgerCheckpoint,
    LedgerExists,
    LedgerMissing,
    LedgerUnusable,
)


def kept(path: Path) -> Ledger:
    ledger = Ledger.create(path, now=NOW)
    ledger.keep(checkpoint(2), [b"a", b"b"], {("token", "1"): {"revoked_at": None}})
    return ledger


def checkpoint(size: int) -> LedgerCheckpoint:
    return LedgerCheckpoint(size, b"r" * 32, f"note {size}", NOW)


def test_ledger__gives_back_what_was_kept_in_order(tmp_path: Path) -> None:
    ledger = kept(tmp_path / "ledger.db")
    ledger.keep(checkpoint(300), [str(n).encode() for n in range(2, 300)], None)

    again = Ledger(tmp_path / "ledger.db")
    assert again.id == ledger.id
    assert again.size() == 300
    assert list(again.leaves(1))[:3] == [b"b", b"2", b"3"]
    assert [one.size for one in again.checkpoints(2)] == [300]
    assert again.facts() == {("token", "1"): {"revoked_at": None}}


def test_ledger__tells_that_a_subject_is_gone_once(tmp_path: Path) -> None:
    ledger = kept(tmp_path / "ledger.db")
    ledger.keep(checkpoint(3), [b"c"], {})
    ledger.keep(checkpoint(4), [b"d"], {})

    assert ledger.facts() == {("token", "1"): GONE}
    with closing(sqlite3.connect(tmp_path / "ledger.db")) as connection:
        assert connection.execute("SELECT count(*) FROM fact").fetchone() == (2,)


@pytest.mark.asvs("16.4.2")
@pytest.mark.parametrize("table", ["ledger", "leaf", "checkpoint", "fact"])
def test_ledger__refuses_every_change(tmp_path: Path, table: str) -> None:
    kept(tmp_path / "ledger.db")

    with closing(sqlite3.connect(tmp_path / "ledger.db")) as connection:
        for statement in (f"DELETE FROM {table}", f"UPDATE {table} SET rowid = 9"):
            with pytest.raises(sqlite3.IntegrityError, match="append-only"):
                connection.execute(statement)


def test_ledger__is_private_and_is_never_begun_over_another(tmp_path: Path) -> None:
    kept(tmp_path / "ledger.db")

    assert (tmp_path / "ledger.db").stat().st_mode & 0o777 == 0o600
    with pytest.raises(LedgerExists):
        Ledger.create(tmp_path / "ledger.db", now=NOW)


def test_ledger__that_is_missing_or_none_is_told(tmp_path: Path) -> None:
    with pytest.raises(LedgerMissing):
        Ledger(tmp_path / "ledger.db")
    (tmp_path / "ledger.db").write_text("Dear Alice")
    with pytest.raises(LedgerUnusable):
        Ledger(tmp_path / "ledger.db")


@pytest.mark.when("disk-full")
def test_ledger__that_cannot_be_written_keeps_nothing(tmp_path: Path) -> None:
    with pytest.raises(LedgerUnusable):
        Ledger.create(tmp_path / "nowhere" / "ledger.db", now=NOW)


def test_ledger__copies_itself_whole(tmp_path: Path) -> None:
    ledger = kept(tmp_path / "ledger.db")

    ledger.copy_to(tmp_path / "copy.db")

    copy = Ledger(tmp_path / "copy.db")
    assert (copy.id, copy.size()) == (ledger.id, 2)
