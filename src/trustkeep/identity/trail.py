"""Reading the audit trail, keeping what is personal in it for its time, and noting reads.

Who may be told is decided where it is shown. What is personal (who, whose account, the network
address and the browser) is wiped after `PERSONAL_KEPT`, in rows and in what the entry commits to;
what happened, when and how it ended stays, with the commitment that the log holds.
"""

from __future__ import annotations

import base64
import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import QuerySet

from trustkeep.accounts.models import Person
from trustkeep.identity import access
from trustkeep.identity.browsers import device_of
from trustkeep.identity.handles import RELATED, user_at
from trustkeep.identity.limits import PERSONAL_KEPT
from trustkeep.identity.models import AccessEvent, User
from trustkeep.identity.places import event_place
from trustkeep.vault.fields import unseal_json
from trustkeep.vault.keystore import KeyDestroyed

PAGE = 50
READ = "read"
_OF_DIRECTORY = frozenset({"joined", "left", "came-back", "rights-changed"})
"""Acts about people who may have no way in yet: their detail begins with an opaque id."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What somebody looks for; empty fields filter nothing."""

    email: str = ""
    what: str = ""
    outcome: str = ""
    source: str = ""
    from_date: date | None = None
    to_date: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class EventShown:
    """One act, readable as far as it still is; ``by`` names who did it to whom it concerns."""

    number: int
    at: datetime
    what: str
    refused: bool
    user_id: str
    user: str
    by_id: str
    by: str
    account: str
    source: str
    agent: str
    detail: str
    entry_index: int | None
    commitment: str
    salt: str
    is_wiped: bool

    @property
    def device(self) -> str:
        """The families of browser and device."""
        return device_of(self.agent)


def note_read(*, what: str, subject: str, account: uuid.UUID | None = None, now: datetime) -> None:
    """Note that somebody of the staff read gated or customer data.

    ``what`` is the kind of thing (``file``, ``request``), ``subject`` an opaque id. Who reads, and
    where from, is known from the request; call it in the transaction that hands the data out.
    """
    access.note(READ, now=now, detail=f"{what} {subject}"[:64], account=account)


def rights_changed(
    who: uuid.UUID, roles: Iterable[str], *, account: uuid.UUID | None = None, now: datetime
) -> None:
    """Note that somebody has exactly these roles now: of the staff, or a member of ``account``.

    Somebody without a way in so far is named by their opaque id.
    """
    known = {"member": who} if account else {"person": who}
    user = User.objects.select_related(*RELATED).filter(**known).first()
    told = ",".join(sorted(roles)) or "none"
    detail = told if user else f"{who} {told}"
    access.note("rights-changed", user=user, now=now, detail=detail[:64], account=account)


def events(wanted: Wanted, *, before: int | None = None, limit: int = PAGE) -> list[EventShown]:
    """Return acts that match, the newest first, older than the act numbered `before`."""
    rows = _matching(wanted).order_by("-pk")
    if before is not None:
        rows = rows.filter(pk__lt=before)
    names: dict[str, str] = {}
    return [_shown(row, names) for row in rows.select_related(*_RELATED)[:limit]]


def all_events(wanted: Wanted) -> Iterator[EventShown]:
    """Yield every act that matches, oldest first, without holding them all."""
    rows = _matching(wanted).order_by("pk").select_related(*_RELATED)
    names: dict[str, str] = {}
    for row in rows.iterator(chunk_size=500):
        yield _shown(row, names)


def wipe_old(*, now: datetime) -> int:
    """Wipe what is personal in acts whose time is over; returns how many.

    Refusals wait for their batch first, or the log would not hold what was committed to.
    """
    old = AccessEvent.objects.filter(at__lt=now - PERSONAL_KEPT, entry_index__isnull=False)
    return _wipe(old)


def wipe_account(account: uuid.UUID) -> int:
    """Wipe what is personal in the acts of an account that is erased; returns how many."""
    return _wipe(AccessEvent.objects.filter(account=account))


def wipe_user(user_id: uuid.UUID) -> int:
    """Wipe what is personal in the acts of somebody who is erased; returns how many."""
    return _wipe(AccessEvent.objects.filter(user=user_id))


def told_of_user(user_id: uuid.UUID) -> Iterator[EventShown]:
    """Yield every act of one user, oldest first, for that user."""
    rows = AccessEvent.objects.filter(user=user_id).select_related(*_RELATED)
    for row in rows.order_by("at", "pk"):
        yield _shown(row, {})


def of_account(
    account: uuid.UUID, what: str, details: Iterable[str], *, limit: int
) -> list[EventShown]:
    """Return acts of one kind in an account about these things, for its members; newest first."""
    rows = AccessEvent.objects.filter(account=account, what=what, detail__in=details)
    return [_shown(row, {}) for row in rows.select_related(*_RELATED).order_by("-pk")[:limit]]


def kinds() -> list[str]:
    """Return every kind of act that ever happened."""
    return list(AccessEvent.objects.order_by("what").values_list("what", flat=True).distinct())


_RELATED = tuple(f"user__{name}" for name in RELATED)


def _wipe(rows: QuerySet[AccessEvent]) -> int:
    rows = rows.exclude(sealed=b"", user__isnull=True, account__isnull=True)
    kept = rows.filter(refused=True).update(user=None, account=None, sealed=b"", source_index="")
    # Details of what was done may name people; those of refusals are codes.
    return kept + rows.filter(refused=False).update(
        user=None, account=None, sealed=b"", source_index="", detail=""
    )


def _matching(wanted: Wanted) -> QuerySet[AccessEvent]:
    rows = AccessEvent.objects.all()
    if wanted.email:
        found = user_at(wanted.email)
        rows = rows.filter(user=found) if found else rows.none()
    if wanted.what:
        rows = rows.filter(what=wanted.what)
    if wanted.outcome:
        rows = rows.filter(refused=wanted.outcome == "refused")
    if wanted.source:
        rows = rows.filter(source_index__in=access.source_indexes(wanted.source))
    if wanted.from_date:
        rows = rows.filter(at__date__gte=wanted.from_date)
    if wanted.to_date:
        rows = rows.filter(at__date__lte=wanted.to_date)
    return rows


def _shown(row: AccessEvent, names: dict[str, str]) -> EventShown:
    told = _told(row)
    body = told["body"]
    by_id = body.get("by", "")
    if by_id and by_id not in names:
        names[by_id] = _name_of(by_id)
    named, detail = _subject(row, names)
    return EventShown(
        number=row.pk,
        at=row.at,
        what=row.what,
        refused=row.refused,
        user_id=body.get("user", ""),
        user=row.user.name if row.user else named,
        by_id=by_id,
        by=names.get(by_id, ""),
        account=body.get("account", ""),
        source=body.get("source", ""),
        agent=body.get("agent", ""),
        detail=detail,
        entry_index=row.entry_index,
        commitment=base64.b64encode(bytes(row.commitment)).decode("ascii"),
        salt=told["salt"],
        is_wiped=not body,
    )


def _subject(row: AccessEvent, names: dict[str, str]) -> tuple[str, str]:
    """Return who of the directory an act is about, and what is left of its detail."""
    first, _, left = row.detail.partition(" ")
    if row.what not in _OF_DIRECTORY or row.user is not None or row.account is not None:
        return "", row.detail
    try:
        person = uuid.UUID(first)
    except ValueError:
        return "", row.detail
    if first not in names:
        names[first] = Person.objects.filter(pk=person).values_list("name", flat=True).first() or ""
    return names[first], left if names[first] else row.detail


def _told(row: AccessEvent) -> dict[str, Any]:
    nothing: dict[str, Any] = {"body": {}, "salt": ""}
    if not row.sealed:
        return nothing
    try:
        return {**nothing, **unseal_json(event_place(row), row.sealed)}
    except KeyDestroyed:
        # The account was erased: its acts are as unreadable as the rest of it.
        return nothing


def _name_of(actor: str) -> str:
    try:
        known = User.objects.select_related(*RELATED).filter(pk=uuid.UUID(actor)).first()
    except ValueError:
        # A token, or the command line: their names say what they are.
        return actor
    return known.name if known else ""
