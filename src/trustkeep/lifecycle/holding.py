"""Legal holds: whose word keeps data from being erased, until when, and what happens after it.

A hold blocks destruction, never the lock. One that is placed while erasing stops it before the next
step; what is gone is told on the receipt. Releasing the last one lets everything that waited look
again at once, and what is overdue then runs at once.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from django.db import transaction
from django.db.models import F, Q, QuerySet

from trustkeep.accounts import trail
from trustkeep.accounts.models import Account, Person
from trustkeep.accounts.opening import locked
from trustkeep.accounts.queries import NoSuchPerson, has_company
from trustkeep.evidence.kinds import Kind
from trustkeep.kernel.errors import TrustkeepError
from trustkeep.kernel.ids import new_id
from trustkeep.lifecycle import deeds, telling
from trustkeep.lifecycle.deadlines import REMIND_OF_REVIEW, REVIEW_HOLDS_WITHIN
from trustkeep.lifecycle.edges import ACCOUNT, wake
from trustkeep.lifecycle.models import Hold, Obligation
from trustkeep.lifecycle.stages import ENDED, Stage
from trustkeep.lifecycle.stores import OBJECTS, tables
from trustkeep.vault.fields import COMPANY, Place, seal_text, unseal_text
from trustkeep.vault.keys import installed
from trustkeep.vault.keystore import KeyState


class Basis(StrEnum):
    """Why data may not be erased."""

    LEGAL_CLAIMS = "legal-claims"
    AUTHORITY = "authority"
    LITIGATION = "litigation"
    STATUTE = "statute"


class HoldInvalid(TrustkeepError):
    """A hold has a reason, an owner and a day on which it is looked at again."""

    sentence = "{field}: needed is {needed}."


class NoSuchStore(TrustkeepError):
    """A hold of a store that does not exist would hold nothing."""

    sentence = "There is no store “{store}”. There are: {known}."


class HoldTooLate(TrustkeepError):
    """Nothing is left that could be held."""

    sentence = "Too late: the data was deleted already. The receipt says what went when."


class NoSuchHold(TrustkeepError):
    """No hold in force has this id."""

    sentence = "There is no legal hold {id} in force."


@dataclass(frozen=True, slots=True)
class NewHold:
    """A hold to be placed; ``store`` is empty for the whole account. ``tell``: the customer too."""

    basis: Basis
    reason: str
    owner_id: uuid.UUID
    review_date: date
    store: str = ""
    tell: bool = True


def is_held(account_id: uuid.UUID, store: str = "") -> bool:
    """Return whether a hold in force keeps this store, or the whole account, from erasure."""
    rows = Hold.objects.filter(account=account_id, released_at__isnull=True)
    return rows.filter(Q(store="") | Q(store=store)).exists()


def is_anything_held(account_id: uuid.UUID) -> bool:
    """Return whether any hold is in force, of the whole account or of one store."""
    return Hold.objects.filter(account=account_id, released_at__isnull=True).exists()


def held_accounts() -> set[uuid.UUID]:
    """Return the accounts of which a hold in force keeps anything."""
    rows = Hold.objects.filter(released_at__isnull=True)
    return set(rows.values_list("account", flat=True))


def place_hold(*, account_id: uuid.UUID, new: NewHold, by: str, now: datetime) -> uuid.UUID:
    """Place a hold.

    Raises NoSuchAccount, HoldInvalid, NoSuchStore, HoldTooLate, NoSuchPerson.
    """
    _require(new, now)
    with transaction.atomic():
        account = locked(account_id)
        _require_something_left(account)
        if not Person.objects.filter(pk=new.owner_id).exists():
            raise NoSuchPerson(who=new.owner_id)
        row = Hold(id=new_id(), account=account, store=new.store, basis=new.basis)
        row.owner_id, row.review_date = new.owner_id, new.review_date
        row.placed_at, row.placed_by = now, by
        row.sealed = seal_text(_place(row.id), new.reason.strip())
        row.save(force_insert=True)
        if not new.store:
            _of_whole(account_id).update(hold_count=F("hold_count") + 1)
        _log(row, account, "placed", by, now)
        if new.tell:
            telling.hold_placed(row, account, now)
    return row.id


def release_hold(*, hold_id: uuid.UUID, by: str, now: datetime) -> None:
    """End a hold; what waited for it goes on by itself. Raises NoSuchHold."""
    with transaction.atomic():
        row = _in_force(hold_id)
        row.released_at, row.released_by = now, by
        row.save(update_fields=["released_at", "released_by"])
        account = locked(row.account_id)
        if not row.store:
            _of_whole(account.id).update(hold_count=F("hold_count") - 1)
        wake(Q(account=account), now=now)
        _log(row, account, "released", by, now)
        telling.hold_released(row, account, now)


def review_hold(*, hold_id: uuid.UUID, review_date: date, by: str, now: datetime) -> None:
    """Say that a hold is still needed, and when it is looked at again.

    Raises NoSuchHold, HoldInvalid.
    """
    _require_review(review_date, now)
    with transaction.atomic():
        row = _in_force(hold_id)
        row.review_date = review_date
        row.save(update_fields=["review_date"])
        _log(row, locked(row.account_id), "reviewed", by, now)


def remind_of_reviews(*, now: datetime) -> int:
    """Call who answers for holds that have to be reviewed soon; return how many letters."""
    if not has_company():
        return 0
    written = 0
    for days in (before.days for before in REMIND_OF_REVIEW):
        near = (now + timedelta(days=days)).date()
        rows = Hold.objects.filter(released_at__isnull=True, review_date__lte=near)
        for row in rows.select_related("account__manager", "owner"):
            written += telling.hold_review(row, days, now)
    return written


def reason_of(row: Hold) -> str:
    """Return why a hold was placed."""
    return unseal_text(_place(row.id), row.sealed)


def _in_force(hold_id: uuid.UUID) -> Hold:
    row = Hold.objects.select_for_update().filter(pk=hold_id, released_at__isnull=True).first()
    if row is None:
        raise NoSuchHold(id=hold_id)
    return row


def _of_whole(account_id: uuid.UUID) -> QuerySet[Obligation]:
    return Obligation.objects.filter(account=account_id).exclude(stage__in=ENDED)


def _require_something_left(account: Account) -> None:
    rows = _of_whole(account.id).filter(scope=ACCOUNT)
    gone = rows.filter(Q(key_destroyed_at__isnull=False) | Q(stage=Stage.PURGED)).exists()
    # Asked of the key store too: whoever destroyed the key may have been killed before it said so.
    states = set(installed().versions(account.id).values())
    if gone or states == {KeyState.DESTROYED} or account.state in ("purged", "closed"):
        raise HoldTooLate


def stores_to_hold() -> list[str]:
    """Return the stores that can be held by themselves: the sealed files, and each table."""
    return [OBJECTS, *tables()]


def _require(new: NewHold, now: datetime) -> None:
    if new.store and new.store not in stores_to_hold():
        raise NoSuchStore(store=new.store, known=", ".join(stores_to_hold()))
    if not new.reason.strip():
        raise HoldInvalid(field="reason", needed="why the data may not be deleted")
    _require_review(new.review_date, now)


def _require_review(review_date: date, now: datetime) -> None:
    if not now.date() < review_date <= (now + REVIEW_HOLDS_WITHIN).date():
        raise HoldInvalid(
            field="review_date", needed=f"a day within {REVIEW_HOLDS_WITHIN.days} days from now"
        )


def _log(row: Hold, account: Account, what: str, by: str, now: datetime) -> None:
    told = {"what": what, "hold": str(row.id), "basis": row.basis, "store": row.store, "by": by}
    told["review"] = row.review_date.isoformat()
    deeds.note_account(
        Kind.HOLD_CHANGED,
        account=account.id,
        commitment=commitment_of(account),
        told=told,
        now=now,
    )


def commitment_of(account: Account) -> bytes:
    """Return how the log names an account, also where its key is gone already."""
    row = Obligation.objects.filter(account=account).order_by("-made_at").first()
    return bytes(row.commitment) if row else trail.commitment(account)


def _place(hold_id: uuid.UUID) -> Place:
    return Place(COMPANY, "lifecycle_hold", "sealed", str(hold_id))
