"""Going round: which systems have something due, and asking one of them.

The worker gives every system a thread of its own, so that a slow one holds up nobody.
"""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta
from time import monotonic

from django.db import transaction
from django.db.models import Q

from trustkeep.lifecycle.systems import patience
from trustkeep.lifecycle.systems.calling import call
from trustkeep.lifecycle.systems.delivery import attempt, due_by
from trustkeep.lifecycle.systems.judging import OPEN, State
from trustkeep.lifecycle.systems.models import Attempt, Delivery, Message, System

MOST_IN_A_ROUND = 50
"""Deliveries to one system in one round; the next round takes the others."""
MESSAGES_KEPT = timedelta(days=1)
"""Confirmations are known for longer than their signatures are good."""


def systems_due(*, now: datetime) -> list[uuid.UUID]:
    """Return the systems that have something due and may be asked."""
    may_be_asked = Q(closed_until__isnull=True) | Q(closed_until__lte=now)
    may_be_asked |= Q(closed_until__gt=now + patience.LONGEST_RETRY_AFTER)
    due = Delivery.objects.filter(due_by(now)).values("system")
    rows = System.objects.filter(may_be_asked, pk__in=due).order_by("name")
    return list(rows.values_list("pk", flat=True))


def visit(*, system_id: uuid.UUID, now: datetime) -> int:
    """Ask one system for everything that is due; returns how often it was asked.

    It stops once the circuit breaker is open; what a hold keeps back holds up no other.
    """
    due = Delivery.objects.filter(due_by(now), system=system_id).order_by("next_at", "id")
    since, asked = monotonic(), 0
    for delivery_id in list(due.values_list("pk", flat=True)[:MOST_IN_A_ROUND]):
        # Every attempt takes its time, and the next one's lease begins after it.
        at = now + timedelta(seconds=monotonic() - since)
        if attempt(delivery_id=delivery_id, now=at):
            asked += 1
        elif System.objects.filter(pk=system_id, closed_until__gt=at).exists():
            break
    return asked


def call_for_overdue(*, now: datetime) -> int:
    """Call somebody for what is past its deadline and not done; returns how many are new."""
    overdue = Delivery.objects.filter(state__in=OPEN, deadline__lt=now, called_at__isnull=True)
    found = list(overdue.values_list("pk", flat=True))
    for delivery_id in found:
        with transaction.atomic():
            row = Delivery.objects.select_for_update().select_related("system").get(pk=delivery_id)
            call(row, now=now)
            Delivery.objects.filter(pk=row.pk).update(called_at=row.called_at)
    return len(found)


def forget_messages(*, now: datetime) -> None:
    """Remove the ids of confirmations whose signatures are no longer good anyway."""
    Message.objects.filter(at__lt=now - MESSAGES_KEPT).delete()


def ask_earlier(*, system_id: uuid.UUID, tracking: str, now: datetime) -> bool:
    """Ask for the status of an accepted instruction soon, because somebody called about it.

    A call proves nothing about who called, so it changes no more than this, and no more often than
    we would ask anyway. Returns whether there is such an instruction.
    """
    waiting = Delivery.objects.filter(
        system=system_id, state=State.AWAITING, tracking=tracking
    ).exclude(tracking="")
    just_asked = Attempt.objects.filter(
        delivery__in=waiting, at__gt=now - patience.SHORTEST_POLL
    ).exists()
    if just_asked:
        return True
    return waiting.update(next_at=now) > 0
