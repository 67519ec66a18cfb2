"""Access transparency: whoever of the provider's staff looks leaves a note that the customer reads.

A look begins with a reason and lasts `LASTS`; the log holds that it began, and everything opened
under it is noted before it is shown.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from trustkeep.accounts import gate, trail
from trustkeep.accounts.gate import AccountClosed
from trustkeep.accounts.opening import locked
from trustkeep.evidence.kinds import Kind
from trustkeep.holdings import places
from trustkeep.holdings.models import AccessNote
from trustkeep.kernel.clock import isoformat
from trustkeep.kernel.errors import TrustkeepError
from trustkeep.kernel.ids import new_id

TABLE = "holdings_accessnote"
LASTS = timedelta(minutes=30)
"""How long one reason opens an account to the person who gave it."""
LEAST_REASON = 10
MOST_REASON = 500
BEGAN, LIST, FILE, RECORDS = "began", "list", "file", "records"
"""What a note may say: a look began, names were listed, a file or a collection was opened."""


class ReasonMissing(TrustkeepError):
    """A look without a reason that the customer could understand."""

    sentence = "Say in {least} to {most} characters why you have to look. The customer reads it."


class LookOver(TrustkeepError):
    """The time of a look is over, or it was somebody else's."""

    sentence = "The time to look is over. Give the reason again to go on."


@dataclass(frozen=True, slots=True)
class Staff:
    """Who of the provider looks; the name is told to the customer."""

    user_id: str
    name: str


@dataclass(frozen=True, slots=True)
class Look:
    """An account open to one person of the staff until `until`, to be read only."""

    id: uuid.UUID
    account_id: uuid.UUID
    until: datetime


@dataclass(frozen=True, slots=True)
class NoteShown:
    """One line for the customer: who looked at what, when and why."""

    id: uuid.UUID
    at: datetime
    look: uuid.UUID
    name: str
    what: str
    about: str
    reason: str


@dataclass(frozen=True, slots=True)
class LookShown:
    """One look: who began it when and why, and what was opened, in that order."""

    at: datetime
    name: str
    reason: str
    seen: tuple[NoteShown, ...]


def begin_look(*, account_id: uuid.UUID, staff: Staff, reason: str, now: datetime) -> Look:
    """Open an account to one person of the staff; raises ReasonMissing, AccountClosed."""
    kept = " ".join(reason.split())
    if not LEAST_REASON <= len(kept) <= MOST_REASON:
        raise ReasonMissing(least=LEAST_REASON, most=MOST_REASON)
    look = Look(new_id(), account_id, now + LASTS)
    with transaction.atomic():
        account = locked(account_id)
        if not gate.is_open(account, now):
            raise AccountClosed
        row = _row(look, staff, account.generation, now)
        _keep(row, staff.name, BEGAN, "", kept)
        body = {"what": "staff-looks", "look": str(look.id), "by": staff.user_id}
        body["at"] = isoformat(now)
        trail.note(account=account, kind=Kind.CUSTOMER_DATA_SEEN, body=body, now=now)
    return look


def look(*, look_id: uuid.UUID, staff: Staff, now: datetime) -> Look:
    """Return a look that lasts; raises LookOver."""
    row = AccessNote.objects.filter(look=look_id, made_by=staff.user_id).order_by("made_at").first()
    if (
        row is None
        or row.made_at + LASTS <= now
        or not gate.passage(row.account_id, now=now).is_open
    ):
        raise LookOver
    return Look(look_id, row.account_id, row.made_at + LASTS)


def note_seen(*, look: Look, staff: Staff, what: str, about: str = "", now: datetime) -> None:
    """Note what is about to be shown; `about` is a name for the customer, sealed."""
    first = AccessNote.objects.filter(look=look.id).order_by("made_at").first()
    if first is None:
        raise LookOver
    reason = places.unseal(look.account_id, TABLE, first.id, first.sealed)["reason"]
    with transaction.atomic():
        account = locked(look.account_id)
        if not gate.is_open(account, now):
            raise AccountClosed
        _keep(_row(look, staff, account.generation, now), staff.name, what, about, reason)


def told(account_id: uuid.UUID) -> list[LookShown]:
    """Return every look with what was opened under it, the newest look first."""
    found: dict[uuid.UUID, list[NoteShown]] = {}
    for note in notes(account_id):
        found.setdefault(note.look, []).append(note)
    # In the same instant the beginning comes first.
    ordered = (sorted(look, key=lambda one: (one.at, one.what != BEGAN)) for look in found.values())
    return [LookShown(first.at, first.name, first.reason, tuple(seen)) for first, *seen in ordered]


def notes(account_id: uuid.UUID) -> list[NoteShown]:
    """Return who looked at what, newest first."""
    rows = AccessNote.objects.filter(account=account_id).order_by("-made_at", "-pk")
    return [_shown(row) for row in rows]


def _row(look: Look, staff: Staff, generation: int, now: datetime) -> AccessNote:
    return AccessNote(
        id=new_id(),
        account_id=look.account_id,
        look=look.id,
        generation=generation,
        made_at=now,
        made_by=staff.user_id,
    )


def _keep(row: AccessNote, name: str, what: str, about: str, reason: str) -> None:
    told = {"name": name, "what": what, "about": about, "reason": reason}
    row.sealed = places.seal(row.account_id, TABLE, row.id, told)
    row.save(force_insert=True)


def _shown(row: AccessNote) -> NoteShown:
    told = places.unseal(row.account_id, TABLE, row.id, row.sealed)
    return NoteShown(
        id=row.id,
        at=row.made_at,
        look=row.look,
        name=told["name"],
        what=told["what"],
        about=told["about"],
        reason=told["reason"],
    )
