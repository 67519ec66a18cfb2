"""Refusing access after a contract's end, with a million sessions of its members in the table.

The product runs as it is served. A browser asks without a pause while the contract's end passes;
what counts is how long after that instant it still got anything. Then the same question is asked
of a closed account by a browser, with that table and before it was filled.
"""

from __future__ import annotations

import tempfile
import time
from datetime import timedelta
from http import HTTPStatus
from pathlib import Path
from statistics import median

from bench.figure import Figure
from bench.lifecycle.serving import Customer, ask, customers_product

WITHIN_S = 1.0
APART_TARGET = 1.3
"""An answer may take so much longer with the full table."""
MANY, FEW = 1_000_000, 50_000
ENDS_IN = timedelta(seconds=20)
ROUNDS = 60


def figures(quick: bool) -> list[Figure]:
    """Measure with a million sessions; `quick` takes fewer."""
    many = FEW if quick else MANY
    with tempfile.TemporaryDirectory() as name, customers_product(Path(name)) as (served, alice):
        folder = Path(name)
        before = _answers(folder, served.port, alice)
        _open(alice, many)
        after = _answers(folder, served.port, alice)
        late = _late(folder, served.port, alice)
    name = f"access refused after the contract's end, {many:,} sessions"
    return [
        Figure(name, late, WITHIN_S, late / WITHIN_S, 1.0, "s", "lower"),
        Figure(
            f"asking with {many:,} sessions in the table, against a few",
            after * 1000,
            before * 1000,
            after / before,
            APART_TARGET,
            "ms",
            "lower",
        ),
    ]


def _gets_in(folder: Path, port: int, alice: Customer) -> bool:
    return ask(folder, port, "/app/", Cookie=alice.cookie)[0] == HTTPStatus.OK


def _answers(folder: Path, port: int, alice: Customer) -> float:
    took = []
    for _ in range(ROUNDS):
        started = time.perf_counter()
        if not _gets_in(folder, port, alice):
            raise RuntimeError("the customer does not get in")
        took.append(time.perf_counter() - started)
    return median(took)


def _late(folder: Path, port: int, alice: Customer) -> float:
    from trustkeep.kernel.clock import now
    from trustkeep.lifecycle.terminating import end_contract

    ends_at = now() + ENDS_IN
    end_contract(account_id=alice.account, by="bench", now=now(), ends_at=ends_at)
    last = now()
    while _gets_in(folder, port, alice):
        last = now()
    return max((last - ends_at).total_seconds(), 0.0)


def _open(alice: Customer, many: int) -> None:
    """Put down as many open sessions of Alice as are wanted, as alike as copies are."""
    from django.db import connection, transaction

    from trustkeep.identity.models import Session

    columns = [f'"{field.column}"' for field in Session._meta.concrete_fields]
    fresh = {'"id"': "lower(hex(randomblob(16)))", '"digest"': "lower(hex(randomblob(32)))"}
    chosen = ", ".join(fresh.get(column, f"one.{column}") for column in columns)
    row = Session.objects.filter(user=alice.user).latest("signed_in_at")
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < %s) "
            f"INSERT INTO identity_session ({', '.join(columns)}) "
            f"SELECT {chosen} FROM n, identity_session AS one WHERE one.id = %s",
            [many, row.id.hex],
        )
