"""Who can sign in, and what happened at the doors, as plain values."""

from __future__ import annotations

import uuid
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from trustkeep.identity.models import AccessEvent, User
from trustkeep.identity.places import event_place
from trustkeep.vault.fields import unseal_json

RECENT = 20


@dataclass(frozen=True, slots=True)
class UserShown:
    """Somebody who can sign in, or could until shut out."""

    id: uuid.UUID
    person_id: uuid.UUID | None
    member_id: uuid.UUID | None
    email: str
    active: bool
    single_sign_on: bool
    password_changed_at: datetime | None


@dataclass(frozen=True, slots=True)
class AccessShown:
    """One act at a door; ``source`` is the address it came from, empty for commands."""

    at: datetime
    what: str
    source: str


def users() -> dict[uuid.UUID, UserShown]:
    """Return everybody of the staff with a way in, by the id of the person."""
    rows = User.objects.select_related("person").filter(person__isnull=False)
    return {row.person_id: _shown(row) for row in rows if row.person_id}


def users_of_account(account_id: uuid.UUID) -> dict[uuid.UUID, UserShown]:
    """Return everybody of a customer's account with a way in, by the id of the member."""
    rows = User.objects.select_related("member").filter(member__account=account_id)
    return {row.member_id: _shown(row) for row in rows if row.member_id}


def user_of(person_id: uuid.UUID) -> UserShown | None:
    """Return a person's way in; None without one."""
    row = User.objects.select_related("person").filter(person=person_id).first()
    return _shown(row) if row else None


def names() -> dict[str, str]:
    """Return the names of everybody of the staff who ever had a way in, by user id."""
    rows = User.objects.filter(person__isnull=False).values_list("pk", "person__name")
    return {str(user_id): name for user_id, name in rows}


def person_of(user_id: uuid.UUID | None) -> uuid.UUID | None:
    """Return which person of the staff a user is; None for a customer's member."""
    return User.objects.filter(pk__in=[user_id]).values_list("person_id", flat=True).first()


def member_of(user_id: uuid.UUID | None) -> uuid.UUID | None:
    """Return which member of a customer's account a user is; None for one of the staff."""
    return User.objects.filter(pk__in=[user_id]).values_list("member_id", flat=True).first()


def names_of(user_ids: Collection[uuid.UUID]) -> dict[uuid.UUID | None, str]:
    """Return the names of these users, of the staff or of customers."""
    rows = User.objects.select_related("person", "member__account").filter(pk__in=user_ids)
    return {row.pk: row.name for row in rows}


def recent_access(user_id: uuid.UUID, limit: int = RECENT) -> list[AccessShown]:
    """Return what this user did at the doors, newest first."""
    rows = AccessEvent.objects.filter(user=user_id).order_by("-at", "-pk")[:limit]
    return [AccessShown(row.at, row.what, _source(row)) for row in rows]


def _source(row: AccessEvent) -> str:
    return str(unseal_json(event_place(row), row.sealed)["body"]["source"]) if row.sealed else ""


def _shown(row: User) -> UserShown:
    return UserShown(
        id=row.pk,
        person_id=row.person_id,
        member_id=row.member_id,
        email="" if row.member and row.member.restricted_at else row.email,
        active=row.active,
        single_sign_on=row.single_sign_on,
        password_changed_at=row.password_changed_at,
    )
