"""Ending a contract: at once, at an instant, or with a day in the contract's time zone.

T0 is the instant from which on nothing opens for the customer; `trustkeep.accounts.gate` compares
it with the clock. Everything else follows from it and is written down here, once.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.db import transaction
from django.db.models import Max

from trustkeep.accounts import trail
from trustkeep.accounts.models import Account
from trustkeep.accounts.opening import locked
from trustkeep.accounts.states import AccountState
from trustkeep.evidence.kinds import Kind
from trustkeep.kernel.clock import isoformat
from trustkeep.kernel.errors import TrustkeepError
from trustkeep.kernel.ids import new_id
from trustkeep.lifecycle import deadlines, deeds, schedule
from trustkeep.lifecycle.edges import ACCOUNT, move, open_obligation
from trustkeep.lifecycle.models import Hold, Obligation
from trustkeep.lifecycle.stages import Stage

CONTRACT_END = "contract-end"
FARTHEST = timedelta(days=3660)
"""No contract's end lies farther ahead: a mistyped year is no plan."""


class AlreadyEnding(TrustkeepError):
    """A contract ends once."""

    sentence = "This contract ends already, at {at}. Call that end off first."


class EndInvalid(TrustkeepError):
    """The end lies in the past, or too far ahead."""

    sentence = "The contract cannot end at {at}: the end lies in the past or too far ahead."


class EndHasCome(TrustkeepError):
    """The contract has ended; only reinstatement leads back."""

    sentence = "The contract has ended. Two people can still reinstate the account before deletion."


@dataclass(frozen=True, slots=True)
class Ended:
    """What follows from a contract's end."""

    obligation: uuid.UUID
    ends_at: datetime
    lock_by: datetime
    delete_not_before: datetime
    delete_by: datetime


def end_contract(
    *, account_id: uuid.UUID, by: str, now: datetime, ends_at: datetime | None = None
) -> Ended:
    """End a contract, at once unless `ends_at` says when.

    Raises NoSuchAccount, AlreadyEnding, EndInvalid.
    """
    # Periods are lengths of time: of a local time they would be an hour off where clocks are set.
    at = (ends_at or now).astimezone(UTC)
    if at < now or at > now + FARTHEST:
        raise EndInvalid(at=isoformat(at))
    with transaction.atomic():
        account = locked(account_id)
        if account.state != AccountState.ACTIVE:
            raise AlreadyEnding(at=isoformat(account.ends_at or now))
        account.state, account.state_at, account.ends_at = AccountState.TERMINATING, now, at
        account.save(update_fields=["state", "state_at", "ends_at"])
        row = _obligation(account, at, by, now)
        schedule.on_termination(row, now)
        told = {"what": "ended", "ends_at": isoformat(at), "by": by}
        deeds.note(Kind.CONTRACT_ENDED, obligation=row, told=told, now=now)
    return shown(row)


def call_off(*, account_id: uuid.UUID, by: str, now: datetime) -> None:
    """Call a scheduled end off; raises NothingUnderWay, EndHasCome."""
    with transaction.atomic():
        locked(account_id)
        row = open_obligation(account_id)
        if now >= row.trusted_at or row.stage != Stage.TERMINATING:
            raise EndHasCome
        move(row, Stage.CANCELLED, by=by, now=now)


def shown(row: Obligation) -> Ended:
    """Return the times of an obligation."""
    assert row.lock_by
    return Ended(row.id, row.trusted_at, row.lock_by, row.not_before, row.done_by)


def _obligation(account: Account, at: datetime, by: str, now: datetime) -> Obligation:
    row = Obligation(
        id=new_id(),
        account=account,
        scope=ACCOUNT,
        cause=CONTRACT_END,
        generation=next_generation(account.id, ACCOUNT, ""),
        commitment=trail.commitment(account),
        policy=policy(),
        trusted_at=at,
        lock_by=deadlines.lock_by(at),
        not_before=deadlines.delete_not_before(at),
        done_by=deadlines.delete_by(at),
        stage=Stage.TERMINATING,
        stage_at=now,
        hold_count=Hold.objects.filter(account=account, store="", released_at__isnull=True).count(),
        made_at=now,
        made_by=by,
    )
    row.save(force_insert=True)
    return row


def next_generation(account_id: uuid.UUID | None, scope: str, reference: str) -> int:
    """Return the number of the next obligation of the same scope."""
    rows = Obligation.objects.filter(account=account_id, scope=scope, reference=reference)
    return (rows.aggregate(most=Max("generation"))["most"] or 0) + 1


def policy() -> dict[str, int]:
    """Return the published numbers as they are now."""
    return {
        "lock_s": int(deadlines.LOCK_WITHIN.total_seconds()),
        "delete_after_s": int(deadlines.DELETE_AFTER.total_seconds()),
        "margin_s": int(deadlines.DELETE_MARGIN.total_seconds()),
    }
