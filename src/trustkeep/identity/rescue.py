"""Helping somebody who has lost every factor: two administrators, a day, and word to the person.

No one person can do it, and nobody for themselves; the database holds both. The day begins when the
second one agrees, so that the person who has lost nothing has time to say so: every sign-in shows a
rescue under way, and the person concerned, or any administrator, can stop it.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from trustkeep.identity import access
from trustkeep.identity.handles import RELATED
from trustkeep.identity.models import Authenticator, Passkey, RecoveryCode, Rescue, User
from trustkeep.identity.notices import tell
from trustkeep.identity.rescue_letters import (
    FACTORS_RESET,
    RESCUE_AGREED,
    RESCUE_ASKED,
    RESCUE_STOPPED,
)
from trustkeep.kernel.errors import TrustkeepError

DELAY = timedelta(hours=24)
"""From the second administrator's word until the factors are taken away."""
LAPSES_AFTER = timedelta(days=7)
"""How long a rescue waits for its second administrator."""


class RescueExists(TrustkeepError):
    """One rescue of a person at a time."""

    sentence = "This is under way already. Another administrator has to agree to it."


class NoSuchRescue(TrustkeepError):
    """The rescue does not exist, or has ended."""

    sentence = "There is nothing under way any more that could be agreed to or stopped."


class TakesTwo(TrustkeepError):
    """Who asked may not agree, and nobody rescues themselves."""

    sentence = "This takes two other people: one administrator asks, another one agrees."


@dataclass(frozen=True, slots=True)
class RescueShown:
    """One rescue under way; ``due_at`` is None until a second administrator has agreed."""

    id: uuid.UUID
    user_id: uuid.UUID
    reason: str
    asked_by: uuid.UUID
    asked_at: datetime
    due_at: datetime | None


def ask(*, user_id: uuid.UUID, reason: str, by: uuid.UUID, now: datetime) -> uuid.UUID:
    """Ask that somebody's factors be taken away; raises TakesTwo, RescueExists."""
    if user_id == by:
        raise TakesTwo
    with transaction.atomic():
        users = User.objects.select_for_update(of=("self",)).select_related(*RELATED)
        user = users.get(pk=user_id)
        if Rescue.objects.filter(user=user, ended_at__isnull=True).exists():
            raise RescueExists
        row = Rescue.objects.create(user=user, reason=reason, asked_by_id=by, asked_at=now)
        access.note("rescue-asked", user=user, now=now, detail=str(by))
        tell(user, RESCUE_ASKED, now=now, asker=_name(by))
    return row.pk


def agree(*, rescue_id: uuid.UUID, by: uuid.UUID, now: datetime) -> datetime:
    """Agree to what another administrator asked; returns when it will be done.

    Raises NoSuchRescue, TakesTwo.
    """
    with transaction.atomic():
        row = _open(rescue_id)
        if row.agreed_by_id is not None:
            raise NoSuchRescue
        if by in (row.asked_by_id, row.user_id):
            raise TakesTwo
        row.agreed_by_id, row.agreed_at, row.due_at = by, now, now + DELAY
        row.save()
        access.note("rescue-agreed", user=row.user, now=now, detail=str(by))
        names = {"asker": _name(row.asked_by_id), "second": _name(by)}
        tell(row.user, RESCUE_AGREED, now=now, due_at=row.due_at, **names)
    return row.due_at


def stop(*, rescue_id: uuid.UUID, by: uuid.UUID, now: datetime) -> None:
    """Stop a rescue before it is done; raises NoSuchRescue."""
    with transaction.atomic():
        row = _open(rescue_id)
        row.ended_at = now
        row.save(update_fields=["ended_at"])
        access.note("rescue-stopped", user=row.user, now=now, detail=str(by))
        tell(row.user, RESCUE_STOPPED, now=now)


def carry_out(*, now: datetime) -> int:
    """Do what is due, and end what nobody agreed to in time; returns how many were done."""
    late = Rescue.objects.filter(
        ended_at__isnull=True, agreed_at__isnull=True, asked_at__lte=now - LAPSES_AFTER
    )
    late.update(ended_at=now)
    due = Rescue.objects.filter(ended_at__isnull=True, due_at__lte=now)
    done = [_carry_out(rescue_id, now) for rescue_id in due.values_list("pk", flat=True)]
    return sum(done)


def rescue_of(user_id: uuid.UUID) -> RescueShown | None:
    """Return what is under way for a user; None if nothing is."""
    row = Rescue.objects.filter(user=user_id, ended_at__isnull=True).first()
    if row is None:
        return None
    return RescueShown(row.pk, row.user_id, row.reason, row.asked_by_id, row.asked_at, row.due_at)


def _open(rescue_id: uuid.UUID) -> Rescue:
    related = ("user", *(f"user__{one}" for one in RELATED))
    rows = Rescue.objects.select_for_update(of=("self",)).select_related(*related)
    row = rows.filter(pk=rescue_id, ended_at__isnull=True).first()
    if row is None:
        raise NoSuchRescue
    return row


def _name(user_id: uuid.UUID) -> str:
    return User.objects.select_related(*RELATED).get(pk=user_id).name


def _carry_out(rescue_id: uuid.UUID, now: datetime) -> bool:
    with transaction.atomic():
        try:
            row = _open(rescue_id)
        except NoSuchRescue:
            return False
        for table in (Authenticator, Passkey, RecoveryCode):
            table.objects.filter(user=row.user).delete()
        row.ended_at, row.done = now, True
        row.save(update_fields=["ended_at", "done"])
        row.user.epoch += 1
        row.user.save(update_fields=["epoch"])
        access.note("factors-reset", user=row.user, now=now)
        tell(row.user, FACTORS_RESET, now=now)
    return True
