"""Every deletion on request, as the check of the promise reads it."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Q

from trustkeep.lifecycle.deadlines import REQUEST_ALARMS
from trustkeep.lifecycle.ends import held_until
from trustkeep.lifecycle.models import Hold, Obligation, Step
from trustkeep.lifecycle.stages import OPEN, Stage, Trouble
from trustkeep.lifecycle.terminating import CONTRACT_END

LOOK_BACK = timedelta(days=365)
"""A deletion that was late counts against the promise for so long."""
_NEED_SOMEBODY = (
    Trouble.DRIFTED,
    Trouble.LAST_OWNER,
    Trouble.BY_HAND,
    Trouble.REFUSED,
    Trouble.DISK_FULL,
    Trouble.KEY_STORE,
    Trouble.CRASHED,
)


@dataclass(frozen=True, slots=True)
class Deletions:
    """Where the deletions on request of the last year stand, by opaque ids.

    ``stalled`` need somebody; ``next_due_at`` is the next end that no hold excuses, ``alarm_at``
    when the first of those that are under way comes near.
    """

    late: tuple[str, ...]
    stalled: tuple[str, ...]
    next_due_at: datetime | None
    alarm_at: datetime | None


def deletions(now: datetime) -> Deletions:
    """Return what is late, what stands still, and what is due next."""
    recent = Q(erased_at__isnull=True) | Q(erased_at__gt=now - LOOK_BACK)
    rows = Obligation.objects.filter(recent).exclude(cause=CONTRACT_END).order_by("done_by")
    found = list(rows.exclude(stage__in=(Stage.CANCELLED, Stage.REINSTATED)))
    holds: dict[uuid.UUID, list[Hold]] = {}
    accounts = [row.account_id for row in found if row.account_id]
    for hold in Hold.objects.filter(account__in=accounts).order_by("placed_at"):
        holds.setdefault(hold.account_id, []).append(hold)
    ends = {row.id: held_until(row.done_by, _holds(row, holds), now) for row in found}
    waiting = [row for row in found if row.erased_at is None and not ends[row.id][1]]
    ahead = [row for row in waiting if now < ends[row.id][0]]
    return Deletions(
        late=tuple(
            str(row.id)
            for row in found
            if not ends[row.id][1] and (row.erased_at or now) >= ends[row.id][0]
        ),
        stalled=_stalled(waiting),
        next_due_at=min((ends[row.id][0] for row in ahead), default=None),
        alarm_at=min((_alarm_at(row) for row in ahead), default=None),
    )


def _holds(row: Obligation, holds: dict[uuid.UUID, list[Hold]]) -> list[Hold]:
    return holds.get(row.account_id, []) if row.account_id else []


def _stalled(waiting: list[Obligation]) -> tuple[str, ...]:
    ids = [row.id for row in waiting]
    steps = Step.objects.filter(obligation__in=ids, state__in=OPEN, trouble__in=_NEED_SOMEBODY)
    return tuple(str(one) for one in sorted(set(steps.values_list("obligation", flat=True))))


def _alarm_at(row: Obligation) -> datetime:
    return row.trusted_at + (row.done_by - row.trusted_at) * REQUEST_ALARMS[-1] / 100
