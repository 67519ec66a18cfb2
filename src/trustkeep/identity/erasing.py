"""Everything that the doors know of one member: told to that member, and erased on request."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from django.db import transaction

from trustkeep.identity import access, trail
from trustkeep.identity.models import Identity, Invitation, Session, User
from trustkeep.identity.places import session_place
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


def erase(*, member_id: uuid.UUID, now: datetime) -> bool:
    """Erase a member's way in with its sessions, and from where it was used; safe to run twice.

    What happened at the doors stays, by an opaque id that names nobody any more.
    """
    with transaction.atomic():
        user = User.objects.select_for_update(of=("self",)).filter(member=member_id).first()
        if user is None:
            return False
        Session.objects.filter(user=user).delete()
        Invitation.objects.filter(member=member_id).delete()
        access.note("erased", user=user, now=now)
        trail.wipe_user(user.pk)
        user.delete()
    return True


def _seen(row: Session) -> dict[str, str]:
    seen: dict[str, str] = unseal_json(session_place(row), row.sealed) if row.sealed else {}
    return seen


def _at(at: datetime | None) -> str:
    return isoformat(at) if at else ""
