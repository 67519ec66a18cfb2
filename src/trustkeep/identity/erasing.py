"""Everything that the doors know of one member: told to that member, and erased on request."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from django.db import transaction

from trustkeep.identity import access, trail
from trustkeep.identity.models import AccessEvent, ApiToken, Identity, Session, User
from trustkeep.identity.places import session_place
from trustkeep.identity.tokens import BY_TOKEN
from trustkeep.kernel.clock import isoformat
from trustkeep.vault.fields import unseal_json


def about(*, member_id: uuid.UUID | None = None, person_id: uuid.UUID | None = None) -> list[Any]:
    """Return what is known of the way in of a member or of somebody of the staff, as JSON types.

    Neither the hash of a password nor a digest of a session is among it: they would help whoever
    finds the file.
    """
    user = User.objects.filter(member=member_id, person=person_id).first()
    if user is None:
        return []
    told = {
        "signs_in_with": "identity provider" if user.single_sign_on else "password",
        "may_sign_in": user.active,
        "password_changed_at": _at(user.password_changed_at),
        "linked": [
            {"provider": one.issuer, "subject": one.subject, "linked_at": _at(one.linked_at)}
            for one in Identity.objects.filter(user=user)
        ],
    }
    sessions = [
        {"signed_in_at": _at(one.signed_in_at), "last_used_at": _at(one.seen_at), **_seen(one)}
        for one in Session.objects.filter(user=user).order_by("signed_in_at")
    ]
    events = [
        {"at": _at(one.at), "what": one.what, "from": one.source, "with": one.agent}
        for one in trail.told_of_user(user.pk)
    ]
    return [told, *sessions, *events]


def maker_of(member_id: uuid.UUID) -> list[str]:
    """Return the opaque ids under which a member wrote anything: the user's, and its tokens'."""
    user = User.objects.filter(member=member_id).first()
    if user is None:
        return []
    tokens = ApiToken.objects.filter(user=user).values_list("pk", flat=True)
    return [str(user.pk), *(f"{BY_TOKEN}{token}" for token in tokens)]


def count_trail(member_id: uuid.UUID) -> int:
    """Return in how many acts at the doors a member is named."""
    return AccessEvent.objects.filter(user__member=member_id).count()


def wipe_trail(*, member_id: uuid.UUID, now: datetime) -> int:
    """Take a member out of what happened at the doors; safe to run twice.

    The acts stay, by an opaque id that names nobody any more. Returns in how many they were named.
    """
    with transaction.atomic():
        user = User.objects.select_for_update(of=("self",)).filter(member=member_id).first()
        if user is None or not count_trail(member_id):
            return 0
        access.note("erased", user=user, now=now)
        return trail.wipe_user(user.pk) - 1


def unlink_trail(*, member_id: uuid.UUID, now: datetime) -> int:
    """Take a member out of the acts at the doors, whose content has to stay; returns of how many.

    What was sealed is wiped with its time, as all of the trail. Safe to run twice.
    """
    with transaction.atomic():
        user = User.objects.select_for_update(of=("self",)).filter(member=member_id).first()
        if user is None:
            return 0
        return AccessEvent.objects.filter(user=user, at__lte=now).update(user=None)


def _seen(row: Session) -> dict[str, str]:
    seen: dict[str, str] = unseal_json(session_place(row), row.sealed) if row.sealed else {}
    return seen


def _at(at: datetime | None) -> str:
    return isoformat(at) if at else ""
