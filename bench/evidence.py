"""The evidence log's figures: appending and proving, beside a plain insert and pymerkle.

A plain insert is what any log table costs: one row with the same bytes and the same columns in the
same encrypted database, one transaction each. pymerkle keeps its tree in SQLite too; it proves the
same entries of an equally large tree in the same run. The middle round counts; of batches and
proofs, which stand against a fixed target, the best: other load can only slow a round down.
"""

from __future__ import annotations

import os
import random
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any

from bench.figure import Figure
from bench.installing import NOW, install

if TYPE_CHECKING:
    from trustkeep.evidence.actions import Appended

APPEND_TARGET = 0.35
AUDITED_TARGET = 1.7
BATCH_TARGET_PER_S = 50_000
PROOF_TARGET_US = 200
PROOF_AHEAD = 500
MILLION = 1_000_000
BATCH = 10_000
BODY = {"check": "reviews", "outcome": "holds", "subjects": 10, "exceptions": 0}


def figures(quick: bool) -> list[Figure]:
    """Measure; `quick` grows a tree of an eighth of the size."""
    size, rounds, singles = (MILLION // 8, 3, 500) if quick else (MILLION, 7, 2000)
    with tempfile.TemporaryDirectory() as name:
        install(Path(name))
        found = [_single_figure(rounds, singles), _audited_figure(rounds, singles)]
        found.append(_batch_figure(size))
        return [*found, *_proof_figures(Path(name), rounds)]


def _single_figure(rounds: int, singles: int) -> Figure:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TABLE plain (id INTEGER PRIMARY KEY, hash BLOB, leaf BLOB, kind TEXT,"
            " promise TEXT, at TEXT)"
        )
    _append()
    ours, theirs = [], []
    for _ in range(rounds):
        ours.append(_rate(_append, singles))
        theirs.append(_rate(_insert, singles))
    pairs = [our / their for our, their in zip(ours, theirs, strict=True)]
    name = "appending one entry, against a plain insert"
    return Figure(name, median(ours), median(theirs), median(pairs), APPEND_TARGET, "/s", "higher")


def _append() -> Appended:
    from trustkeep.evidence.actions import append
    from trustkeep.evidence.kinds import Kind

    return append(kind=Kind.CHECK_RESULT, body=BODY, now=NOW, promise_id="security-policies")


def _insert() -> None:
    from django.db import connection, transaction

    row = (os.urandom(32), os.urandom(250), "check-result", "security-policies", NOW.isoformat())
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO plain (hash, leaf, kind, promise, at) VALUES (%s, %s, %s, %s, %s)", row
        )


def _audited_figure(rounds: int, singles: int) -> Figure:
    """Saving a record with its entry, against saving the same record alone."""
    ours, theirs = [], []
    for _ in range(rounds):
        ours.append(1e6 / _rate(lambda: _save(audited=True), singles))
        theirs.append(1e6 / _rate(lambda: _save(audited=False), singles))
    pairs = [our / their for our, their in zip(ours, theirs, strict=True)]
    name = "an audited write, against the same write alone"
    return Figure(name, median(ours), median(theirs), median(pairs), AUDITED_TARGET, "µs", "lower")


def _save(*, audited: bool) -> None:
    from django.db import transaction

    from trustkeep.kernel.ids import new_id
    from trustkeep.records.models import Version
    from trustkeep.records.queries import place_of
    from trustkeep.vault.fields import seal_json

    key = new_id()
    with transaction.atomic():
        index = _append().index if audited else 0
        Version.objects.create(
            id=key,
            record=key,
            number=1,
            kind="policy",
            sealed=seal_json(place_of(key), BODY),
            entered_by="bench",
            entered_at=NOW,
            entry_index=index,
        )


def _batch_figure(size: int) -> Figure:
    from trustkeep.evidence.actions import Draft, append_many
    from trustkeep.evidence.kinds import Kind
    from trustkeep.evidence.queries import log_size

    drafts = [Draft(Kind.CHECK_RESULT, BODY, "security-policies", None)] * BATCH
    rates = []
    while log_size() < size:
        started = time.perf_counter()
        append_many(drafts, now=NOW)
        rates.append(BATCH / (time.perf_counter() - started))
    name = f"appending in batches of {BATCH:,}, against the target"
    rate = max(rates)
    return Figure(name, rate, BATCH_TARGET_PER_S, rate / BATCH_TARGET_PER_S, 1.0, "/s", "higher")


def _proof_figures(work: Path, rounds: int) -> list[Figure]:
    from trustkeep.evidence.queries import inclusion_proof, log_size

    size = log_size()
    # A server that runs has proved other entries before: 2000 of them fill its page cache.
    others, places = (random.Random(seed).sample(range(size), 2000) for seed in (7, 11))
    _each_us(lambda index: inclusion_proof(index, size), others)
    ours = min(
        median(_each_us(lambda index: inclusion_proof(index, size), places)) for _ in range(3)
    )
    tree = _pymerkle(work, size)
    theirs = median(_each_us(lambda index: tree.prove_inclusion(index + 1, size), places[:rounds]))
    at = f"a proof at {size:,} leaves"
    return [
        Figure(
            f"{at}, against the target",
            ours,
            PROOF_TARGET_US,
            ours / PROOF_TARGET_US,
            1.0,
            "µs",
            "lower",
        ),
        Figure(f"{at}, against pymerkle", theirs, ours, theirs / ours, PROOF_AHEAD, "µs", "higher"),
    ]


def _pymerkle(work: Path, size: int) -> Any:
    from pymerkle import SqliteTree

    tree = SqliteTree(str(work / "pymerkle.db"))
    leaf = os.urandom(250)
    for start in range(0, size, BATCH):
        tree.append_entries([leaf] * min(BATCH, size - start))
    return tree


def _each_us(prove: Callable[[int], object], places: Sequence[int]) -> list[float]:
    found = []
    for index in places:
        started = time.perf_counter()
        prove(index)
        found.append((time.perf_counter() - started) * 1e6)
    return found


def _rate(act: Callable[[], object], times: int) -> float:
    started = time.perf_counter()
    for _ in range(times):
        act()
    return times / (time.perf_counter() - started)
