"""Purging an account, against bare DELETEs and unlinks of as many rows and files.

The account and its twin are alike, in one database and on one file system, and go one after the
other. What counts as ours is every step from the decision to begin until a second reader has
confirmed that nothing is left and the key is destroyed: counting, leases, entries in the log,
emptying, listing again. Rewriting the file of the database afterwards is a step too, but it costs
what the whole database costs; it is a figure of its own, against a bare VACUUM.
"""

from __future__ import annotations

import os
import tempfile
import time
from collections import defaultdict
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

from bench.figure import Figure
from bench.installing import found, install
from bench.lifecycle.filling import TABLES, account, crowd, fill, through_waiting

if TYPE_CHECKING:
    import uuid

PURGE_TARGET = 1.5
LINEAR_TARGET = 1.3
"""Ten times as much may take so much more than ten times the time."""
APART_TARGET = 1.3
"""Beside ten times as much of other customers, against nearly alone."""
VACUUM_TARGET = 1.5
MOST_TURNS = 20
_NOT_OF_ACCOUNT = frozenset({"residue", "receipt", "notice", "watch", "follow-up", "alarm"})


def figures(quick: bool) -> list[Figure]:
    """Measure with 100 000 rows and 10 000 files; `quick` takes a tenth."""
    rows, files, rounds = (10_000, 1_000, 2) if quick else (100_000, 10_000, 3)
    with tempfile.TemporaryDirectory() as name:
        install(Path(name))
        found()
        pairs = [_round(rows, files) for _ in range(rounds)]
        small = median(_ours(rows // 10, files // 10)[0] for _ in range(rounds))
        crowd(rows * 10)
        crowded = _ratio(_round(rows, files))
        vacuum = _vacuum()
    ours, bare = (median(pair[side] for pair in pairs) for side in (0, 1))
    ratio = median(_ratio(pair) for pair in pairs)
    name = f"purging {rows:,} rows and {files:,} files, against bare DELETEs and unlinks"
    return [
        Figure(name, ours, bare, ratio, PURGE_TARGET, "s", "lower"),
        Figure(
            "purging ten times as much, against ten times the time",
            ours,
            small * 10,
            ours / (small * 10),
            LINEAR_TARGET,
            "s",
            "lower",
        ),
        Figure(
            "the same beside ten times as many rows of others, against few",
            crowded,
            ratio,
            crowded / ratio,
            APART_TARGET,
            "times the bare deletes",
            "lower",
        ),
        vacuum,
    ]


def _round(rows: int, files: int) -> tuple[float, float]:
    return _ours(rows, files)[0], _bare(rows, files)


def _ratio(pair: tuple[float, float]) -> float:
    return pair[0] / pair[1]


def _ours(rows: int, files: int) -> tuple[float, float]:
    """Return how long the engine took for the account, and for the residues."""
    customer = account()
    fill(customer, rows, files)
    obligation = through_waiting(customer)
    took = _steps(obligation)
    return sum(took[kind] for kind in took if kind not in _NOT_OF_ACCOUNT), took["residue"]


def _steps(obligation: uuid.UUID) -> dict[str, float]:
    """Run what is due until the receipt is issued; return the seconds by kind of step."""
    from datetime import timedelta

    from trustkeep.evidence.actions import publish_checkpoint
    from trustkeep.lifecycle import clocks, stepping
    from trustkeep.lifecycle.models import Obligation, Step

    row, took = Obligation.objects.get(pk=obligation), defaultdict[str, float](float)
    now = row.not_before
    for _ in range(MOST_TURNS):
        if row.erased_at is not None:
            return took
        clocks.look(now)
        for step in stepping.due(now=now):
            kind = Step.objects.values_list("kind", flat=True).get(pk=step)
            started = time.perf_counter()
            stepping.run_step(step_id=step, worker="bench", now=now)
            took[kind] += time.perf_counter() - started
        publish_checkpoint(now)
        row.refresh_from_db()
        now += timedelta(minutes=1)
    raise RuntimeError("the purge does not come to its end")


def _bare(rows: int, files: int) -> float:
    from django.db import connection

    from trustkeep.lifecycle.stores import key_of
    from trustkeep.vault.shelf import sealed_files

    customer = account()
    fill(customer, rows, files)
    started = time.perf_counter()
    with connection.cursor() as cursor:
        for table in TABLES:
            cursor.execute(f"DELETE FROM {table} WHERE account_id = %s", [key_of(customer)])
    for path in sealed_files().place_of(customer).glob("*/*"):
        os.unlink(path)  # noqa: PTH108  (the bare call is what we stand against)
    return time.perf_counter() - started


def _vacuum() -> Figure:
    from django.db import connection

    _, ours = _ours(100, 10)
    started = time.perf_counter()
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        cursor.execute("VACUUM")
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    bare = time.perf_counter() - started
    name = "clearing residues, against a bare VACUUM of the same database"
    return Figure(name, ours, bare, ours / bare, VACUUM_TARGET, "s", "lower")
