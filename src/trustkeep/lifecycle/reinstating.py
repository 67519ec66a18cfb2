"""The way back: two people let a customer in again, before anything was destroyed."""

from __future__ import annotations

import uuid
from datetime import datetime

from django.db import transaction

from trustkeep.evidence.kinds import Kind
from trustkeep.kernel.errors import TrustkeepError
from trustkeep.lifecycle import deeds, schedule
from trustkeep.lifecycle.edges import move, open_obligation
from trustkeep.lifecycle.models import Approval, Obligation
from trustkeep.lifecycle.planning import REINSTATE, SecondPersonNeeded
from trustkeep.lifecycle.stages import Stage

NEEDED = 2
"""So many people have to agree."""


class TooLateToReinstate(TrustkeepError):
    """The deletion has begun; what is gone does not come back."""

    sentence = (
        "The deletion has begun, so the account cannot be reinstated: what is gone does not come "
        "back. A new account can be opened."
    )


class NotLocked(TrustkeepError):
    """The customer still has access."""

    sentence = "The contract has not ended yet. Call its end off instead."


def agree_to_reinstate(*, account_id: uuid.UUID, by: str, now: datetime) -> bool:
    """Say yes to letting a customer in again; return whether that was the second yes.

    Access comes back, old sessions and tokens do not; a later end counts anew. Raises
    NothingUnderWay, NotLocked, TooLateToReinstate, SecondPersonNeeded.
    """
    with transaction.atomic():
        row = open_obligation(account_id)
        _require_way_back(row)
        known = Approval.objects.filter(obligation=row, what=REINSTATE)
        if known.filter(by=by).exists():
            raise SecondPersonNeeded
        Approval.objects.create(obligation=row, what=REINSTATE, by=by, at=now)
        agreed = sorted(known.values_list("by", flat=True))
        if len(agreed) < NEEDED:
            told = {"what": "reinstatement-asked", "by": by}
            deeds.note(Kind.CONTRACT_ENDED, obligation=row, told=told, now=now)
            return False
        move(row, Stage.REINSTATED, by=by, now=now, told={"agreed": agreed})
        schedule.on_reinstatement(row, now)
    return True


def _require_way_back(row: Obligation) -> None:
    if row.stage == Stage.TERMINATING:
        raise NotLocked
    if row.stage not in (Stage.LOCKED, Stage.PURGE_PENDING):
        raise TooLateToReinstate
