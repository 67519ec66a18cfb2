"""Putting obligations, holds and receipts back where they stood, and erasing again.

What was under way goes on with the engine: its steps are taken on anew, and letters that went out
are not written again. What was finished is erased here and now, in every store, and a second reader
has to find nothing before the database opens.
"""

from __future__ import annotations

import base64
import uuid
from collections import Counter
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import F

from trustkeep.accounts.models import Account, Person
from trustkeep.accounts.states import AccountState
from trustkeep.evidence.ledger import GONE
from trustkeep.kernel.errors import TrustkeepError
from trustkeep.lifecycle import parts, schedule, stores, telling
from trustkeep.lifecycle.backups.facts import columns, instant
from trustkeep.lifecycle.deadlines import WATCH_FOR
from trustkeep.lifecycle.edges import ACCOUNT, settle_phase
from trustkeep.lifecycle.models import Hold, IssuedReceipt, Obligation, Step
from trustkeep.lifecycle.part_reader import left_of
from trustkeep.lifecycle.planning import extent_of, part_of
from trustkeep.lifecycle.stages import (
    OPEN,
    STATE_OF,
    Stage,
    StepKind,
    StepState,
    Why,
)
from trustkeep.lifecycle.stores import Extent
from trustkeep.vault.keystore import KeyDestroyed, KeyUnknown
from trustkeep.vault.shelf import sealed_files

type Told = Mapping[str, Mapping[str, Any]]
"""The newest fact by subject, all of one kind."""

ROWS_AT_ONCE, FILES_AT_ONCE = 50_000, 5_000
_ORDER = (
    Stage.TERMINATING,
    Stage.LOCKED,
    Stage.PURGE_PENDING,
    Stage.PURGING,
    Stage.PURGED,
    Stage.CLOSED,
)
_ERASED = (Stage.PURGED, Stage.CLOSED)
_CALLED_OFF = (Stage.CANCELLED, Stage.REINSTATED)


class StillThere(TrustkeepError):
    """Something that was erased is in a restored database and does not go."""

    sentence = (
        "{count} items of an erased account are still in the restored database ({stores}). It "
        "stays closed; see the log and restore another backup if this does not pass."
    )


def obligations(told: Told, *, now: datetime) -> Counter[str]:
    """Put every obligation where it stood; return how many locks and erasures were re-applied."""
    done: Counter[str] = Counter()
    # The first ones first: a later contract end supersedes an earlier one that was called off.
    for subject, known in sorted(told.items(), key=lambda one: str(one[1].get("made_at"))):
        account = known.get("account")
        if known != GONE and (not account or Account.objects.filter(pk=account).exists()):
            done += _put_back(uuid.UUID(subject), dict(known), now)
    return done


def holds(told: Told) -> Counter[str]:
    """Place holds again, and release those that were released."""
    done: Counter[str] = Counter()
    owners = set(Person.objects.values_list("pk", flat=True))
    for subject, known in told.items():
        row = Hold.objects.filter(pk=subject).first()
        if known == GONE or not Account.objects.filter(pk=known["account"]).exists():
            continue
        if row is None:
            owner = uuid.UUID(known["owner"])
            if owner not in owners:
                # Somebody has to answer for it: who joined since the backup is not known here.
                owner = min(owners)
            _place(subject, known, owner)
            done["holds"] += 1
        elif known["released_at"] and row.released_at is None:
            row.released_at = instant(known["released_at"])
            row.released_by = known["released_by"]
            row.save(update_fields=["released_at", "released_by"])
            done["holds"] += 1
    for obligation in Obligation.objects.filter(scope=ACCOUNT):
        in_force = Hold.objects.filter(account=obligation.account_id, released_at__isnull=True)
        Obligation.objects.filter(pk=obligation.pk).update(
            hold_count=in_force.filter(store="").count()
        )
    return done


def receipts(told: Told) -> Counter[str]:
    """Put receipts back; the sealed documents are as they were issued."""
    done: Counter[str] = Counter()
    for subject, known in told.items():
        missing = known != GONE and not IssuedReceipt.objects.filter(pk=subject).exists()
        if missing and Obligation.objects.filter(pk=known["obligation"]).exists():
            IssuedReceipt.objects.create(
                id=uuid.UUID(subject),
                obligation_id=known["obligation"],
                why=known["why"],
                issued_at=datetime.fromisoformat(known["issued_at"]),
                entry_index=known["entry"],
                sealed=base64.b64decode(known["sealed"]),
            )
            done["receipts"] += 1
    return done


def erase_again(row: Obligation, now: datetime) -> int:
    """Erase again what an obligation took away, here and now; return how much went.

    Raises StillThere where a second reader finds anything afterwards.
    """
    gone = _erase_account(extent_of(row)) if row.scope == ACCOUNT else _erase_part(row, now)
    left = left_of(row)
    if left.total:
        raise StillThere(count=left.total, stores=", ".join(sorted(left.stores)))
    return gone


def _erase_account(extent: Extent) -> int:
    gone = 0
    for table in stores.tables(ACCOUNT):
        while count := stores.erase_some(table, extent, ROWS_AT_ONCE):
            gone += count
    while count := sealed_files().delete_some(extent.account, FILES_AT_ONCE):
        gone += count
    return gone


def _erase_part(row: Obligation, now: datetime) -> int:
    gone = 0
    for shelf in parts.shelves(part_of(row)):
        while count := shelf.erase_some(FILES_AT_ONCE, now):
            gone += count
    return gone


def _put_back(number: uuid.UUID, known: dict[str, Any], now: datetime) -> Counter[str]:
    row = Obligation.objects.filter(pk=number).first()
    stage = Stage(known["stage"])
    was = Stage(row.stage) if row else None
    if row is None or was is not stage:
        with transaction.atomic():
            row = _write(row, number, known)
            if stage in _CALLED_OFF:
                _drop(row, now)
            else:
                _take_on(row, stage, was, now)
            _move_account(row, stage)
    elif stage not in _ERASED:
        return Counter()
    if stage in _CALLED_OFF:
        return Counter(reinstated=1)
    if stage not in _ERASED:
        return Counter(locks=1)
    erased = erase_again(row, now)
    return Counter(erasures=1) if erased or was is not stage else Counter()


def _write(row: Obligation | None, number: uuid.UUID, known: dict[str, Any]) -> Obligation:
    told = columns(known)
    if row is None:
        # One account has one open obligation of its whole: an older one that is open still is
        # superseded by what the ledger says of it, which comes first in time.
        row = Obligation(id=number, **told)
        row.save(force_insert=True)
        return row
    for name, value in told.items():
        setattr(row, name, value)
    row.save()
    return row


def _take_on(row: Obligation, stage: Stage, was: Stage | None, now: datetime) -> None:
    """Take on the steps of a stage, and leave out the letters that went out before."""
    reached = _ORDER.index(stage)
    if row.scope != ACCOUNT and reached < _ORDER.index(Stage.PURGING):
        schedule.on_part(row, now)
    elif was is None and row.scope == ACCOUNT:
        schedule.on_termination(row, now)
    if reached >= _ORDER.index(Stage.LOCKED) and row.scope == ACCOUNT and not row.sealed:
        _keep_contacts(row)
    if stage is Stage.PURGING:
        schedule.on_purging(row, now)
    if stage in _ERASED:
        _drop(row, now)
    if stage is Stage.PURGED:
        schedule.on_erased(row, now, now + WATCH_FOR)
    spoken = Step.objects.filter(obligation=row, state__in=OPEN, next_at__lte=now)
    _settle(spoken.filter(kind__in=(StepKind.NOTICE, StepKind.ALARM)), now)
    if reached >= _ORDER.index(Stage.PURGING):
        _settle(spoken.filter(kind__in=(StepKind.LOCK, StepKind.PLAN, StepKind.BEGIN)), now)
    settle_phase(row.id)


def _keep_contacts(row: Obligation) -> None:
    try:
        telling.keep_contacts(row)
    except (KeyDestroyed, KeyUnknown):
        # Nobody can read any more who they were.
        return


def _drop(row: Obligation, now: datetime) -> None:
    _settle(Step.objects.filter(obligation=row, state__in=OPEN), now)


def _settle(steps: Any, now: datetime) -> None:
    steps.update(
        state=StepState.NOT_APPLICABLE,
        reason=Why.ALREADY_DONE,
        trouble="",
        settled_at=now,
        lease=None,
        lease_until=None,
    )


def _move_account(row: Obligation, stage: Stage) -> None:
    if row.scope != ACCOUNT:
        return
    state = STATE_OF[stage]
    ends_at = None if state is AccountState.ACTIVE else row.trusted_at
    Account.objects.filter(pk=row.customer.id).update(
        state=state, state_at=row.stage_at, ends_at=ends_at, generation=F("generation") + 1
    )


def _place(subject: str, known: Mapping[str, Any], owner: uuid.UUID) -> None:
    Hold.objects.create(
        id=uuid.UUID(subject),
        account_id=known["account"],
        store=known["store"],
        basis=known["basis"],
        sealed=base64.b64decode(known["sealed"]),
        owner_id=owner,
        review_date=date.fromisoformat(known["review"]),
        placed_at=datetime.fromisoformat(known["placed_at"]),
        placed_by=known["placed_by"],
        released_at=instant(known["released_at"]),
        released_by=known["released_by"],
    )
