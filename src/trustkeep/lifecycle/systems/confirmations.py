"""Confirmations that a system sends by itself: verified, fresh, counted once, then an answer.

The body is JSON: ``key`` of the instruction and ``status``, with counts like an answer's. What a
confirmation claims is judged by the same rules as what a system answers when it is asked.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import datetime

from django.db import IntegrityError, transaction

from trustkeep.kernel.errors import TrustkeepError
from trustkeep.lifecycle.systems import settling
from trustkeep.lifecycle.systems.judging import State
from trustkeep.lifecycle.systems.keeping import settings_of
from trustkeep.lifecycle.systems.models import Delivery, Message, System
from trustkeep.lifecycle.systems.queries import DeliveryShown, shown
from trustkeep.lifecycle.systems.reports import read_report
from trustkeep.lifecycle.systems.signing import SignatureRefused, verified
from trustkeep.lifecycle.systems.webhook_secrets import valid_secrets

MOST_BYTES = 64 * 1024


class ConfirmationUnknown(TrustkeepError):
    """No instruction with this key was given to the system."""

    sentence = "This system was given no instruction with the key “{key}”."


class ConfirmationUnreadable(TrustkeepError):
    """The confirmation is authentic, but is not what we understand."""

    sentence = (
        "The confirmation cannot be read. Needed: a JSON object with “key” and “status”, one of "
        "done, gone, accepted or refused."
    )


def receive(
    *, system_id: uuid.UUID, headers: Mapping[str, str], body: bytes, now: datetime
) -> DeliveryShown:
    """Let a confirmation count, once; the same message again changes nothing.

    Raises SignatureRefused for everybody who is not the system, ConfirmationUnreadable and
    ConfirmationUnknown.
    """
    system = System.objects.filter(pk=system_id, retired_at__isnull=True).first()
    if system is None or len(body) > MOST_BYTES:
        raise SignatureRefused
    message = verified(valid_secrets(settings_of(system), now), headers, body, now)
    report = read_report(body)
    if report is None or not report.key:
        raise ConfirmationUnreadable
    with transaction.atomic():
        row = (
            Delivery.objects.select_for_update()
            .select_related("system")
            .filter(system=system, key=report.key)
            .first()
        )
        if row is None or row.instructed_at is None:
            raise ConfirmationUnknown(key=report.key)
        if report.account not in ("", str(row.account)):
            raise ConfirmationUnreadable
        if _is_new(system, message, now) and row.state in (State.DUE, State.AWAITING):
            settling.take(row, report.answer, now=now)
    return shown(row)


def _is_new(system: System, message: str, now: datetime) -> bool:
    try:
        with transaction.atomic():
            Message.objects.create(system=system, message=message, at=now)
    except IntegrityError:
        return False
    return True
