"""Every contract that has ended, as the checks of the two promises read it."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from trustkeep.lifecycle.deadlines import DELETE_MARGIN
from trustkeep.lifecycle.edges import ACCOUNT
from trustkeep.lifecycle.models import Hold, Obligation, Step
from trustkeep.lifecycle.stages import OPEN, Stage, StepKind, Trouble
from trustkeep.records.periods import end_of

_READ = (
    "account",
    "trusted_at",
    "lock_by",
    "proved_at",
    "not_before",
    "done_by",
    "begun_at",
    "erased_at",
    "cause",
    "stage",
    "stage_at",
)


@dataclass(frozen=True, slots=True)
class ContractEnd:
    """One contract's end.

    ``shut_at`` is when every door had been tried and was refused, ``erased_at`` when the second
    reader had confirmed that nothing is left. ``held``: a legal hold in force keeps it, or a part
    of it; ``done_by`` then counts from its release. ``rest_done_by`` is when everything outside the
    hold has to be gone, None where nothing outside it is left. ``back_at`` is when two people let
    the customer in again.
    """

    account: uuid.UUID
    ended_at: datetime
    lock_by: datetime
    shut_at: datetime | None
    not_before: datetime
    done_by: datetime
    begun_at: datetime | None
    erased_at: datetime | None
    on_request: bool
    held: bool
    rest_done_by: datetime | None
    back_at: datetime | None


def contract_ends(now: datetime) -> list[ContractEnd]:
    """Return every contract that ended by `now`, the first first."""
    rows = Obligation.objects.filter(scope=ACCOUNT, trusted_at__lte=now)
    found = rows.exclude(stage=Stage.CANCELLED).order_by("trusted_at", "id")
    # Only what is told: every account that ever ended is read at every check.
    found = found.only(*_READ)
    holds: dict[uuid.UUID, list[Hold]] = {}
    for hold in Hold.objects.filter(account__in=found.values("account")).order_by("placed_at"):
        holds.setdefault(hold.account_id, []).append(hold)
    behind = _with_a_rest(now)
    return [_end(row, holds, row.id in behind, now) for row in found]


def _end(
    row: Obligation, holds: Mapping[uuid.UUID, Iterable[Hold]], has_rest: bool, now: datetime
) -> ContractEnd:
    assert row.lock_by
    assert row.account_id
    done_by, held = held_until(row.done_by, holds.get(row.account_id, ()), now)
    return ContractEnd(
        account=row.account_id,
        ended_at=row.trusted_at,
        lock_by=row.lock_by,
        shut_at=row.proved_at,
        not_before=row.not_before,
        done_by=done_by,
        begun_at=row.begun_at,
        erased_at=row.erased_at,
        on_request=row.cause != "contract-end",
        held=held,
        rest_done_by=row.done_by if held and has_rest else None,
        back_at=row.stage_at if row.stage == Stage.REINSTATED else None,
    )


def held_until(done_by: datetime, holds: Iterable[Hold], now: datetime) -> tuple[datetime, bool]:
    """Return when it has to be done, and whether a hold in force keeps it open.

    A hold excuses only what was not late already when it was placed: nobody can turn a missed
    deadline into a kept one afterwards. One whose review is overdue still keeps the data, but
    excuses nothing from that day on: a forgotten hold is no reason.
    """
    for hold in holds:
        if hold.placed_at >= done_by:
            break
        reviewed_by = end_of(hold.review_date)
        if hold.released_at is None and now < reviewed_by:
            return done_by, True
        excused_until = min(hold.released_at or reviewed_by, reviewed_by)
        done_by = max(done_by, excused_until + DELETE_MARGIN)
    return done_by, False


def _with_a_rest(now: datetime) -> set[uuid.UUID]:
    """Return which obligations have their time behind them and a store open that nothing holds."""
    steps = Step.objects.filter(kind__in=(StepKind.ROWS, StepKind.OBJECTS), state__in=OPEN)
    late = steps.filter(obligation__scope=ACCOUNT, obligation__done_by__lte=now)
    # Rows that others refer to wait for those that the hold keeps.
    rest = late.exclude(trouble__in=(Trouble.HELD, Trouble.REFERRED))
    return set(rest.values_list("obligation", flat=True))
