"""The deadlines of ten thousand accounts: one turn of the timetable, and what the checks read.

All contracts have ended and wait for their deletion; nothing is due, which is how it is at nearly
every turn. A turn is the engine's look at the steps and both checks of the promises about them.
"""

from __future__ import annotations

import tempfile
import time
import uuid
from datetime import timedelta
from pathlib import Path
from statistics import median
from typing import Any

from bench.figure import Figure
from bench.installing import NOW, found, install
from bench.lifecycle.filling import account, through_waiting

SWEEP_WITHIN_S = 1.0
AT_ONCE = 1000


def figures(quick: bool) -> list[Figure]:
    """Measure with 10 000 accounts; `quick` takes a tenth."""
    many, rounds = (1_000, 3) if quick else (10_000, 5)
    with tempfile.TemporaryDirectory() as name:
        install(Path(name))
        found()
        obligation = through_waiting(account())
        for start in range(0, many, AT_ONCE):
            _copies(obligation, min(AT_ONCE, many - start))
        at = NOW + timedelta(days=29)
        took = median(_sweep(at + timedelta(minutes=turn)) for turn in range(rounds))
    target = f"sweeping the deadlines of {many:,} accounts, against the target"
    return [Figure(target, took, SWEEP_WITHIN_S, took / SWEEP_WITHIN_S, 1.0, "s", "lower")]


def _sweep(now: Any) -> float:
    from trustkeep.controls.promises import deleted_after_contract_end as deleted
    from trustkeep.controls.promises import locked_after_contract_end as locked
    from trustkeep.lifecycle import stepping

    started = time.perf_counter()
    stepping.run_due(worker="bench", now=now)
    results = [promise.check(now) for promise in (locked, deleted)]
    took = time.perf_counter() - started
    if any(result.outcome != "holds" for result in results):
        raise RuntimeError(results)
    return took


def _copies(obligation: uuid.UUID, many: int) -> None:
    """Put down so many accounts that stand where one stands that the engine has brought there."""
    from django.db import transaction

    from trustkeep.accounts.models import Account
    from trustkeep.lifecycle.models import Obligation, Step

    row = Obligation.objects.get(pk=obligation)
    steps = list(Step.objects.filter(obligation=row))
    accounts, rows, all_steps = [], [], []
    for _ in range(many):
        new = uuid.uuid4()
        accounts.append(_copy(row.customer, id=new, reference=new.hex))
        rows.append(_copy(row, id=uuid.uuid4(), account_id=new))
        all_steps += [
            _copy(one, id=uuid.uuid4(), obligation_id=rows[-1].id, key=uuid.uuid4().hex)
            for one in steps
        ]
    with transaction.atomic():
        Account.objects.bulk_create(accounts)
        Obligation.objects.bulk_create(rows)
        Step.objects.bulk_create(all_steps)


def _copy(row: Any, **changed: Any) -> Any:
    values = {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}
    return type(row)(**{**values, **changed})
