"""The staff directory and the ways in move together: joining, changing, leaving, coming back.

Whoever leaves today is out in the same transaction, in every process: sessions end with the user's
epoch, an open invitation dies with the last day. Whoever comes back is in the directory again; the
way in is opened by an administrator only, never by whatever feeds the directory.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from datetime import date, datetime

from django.db import transaction
from django.db.models import F

from trustkeep.accounts import actions as accounts
from trustkeep.accounts.queries import PersonShown
from trustkeep.accounts.roles import Role
from trustkeep.identity import access, trail
from trustkeep.identity.actions import NoSuchUser, UserExists, shut_out
from trustkeep.identity.handles import handle_of, user_at
from trustkeep.identity.models import User


def join(*, new: accounts.NewPerson, now: datetime) -> PersonShown:
    """Enter somebody who joins, with the roles that they begin with.

    Raises PersonExists, PersonInvalid.
    """
    with transaction.atomic():
        shown = accounts.add_person(new=new, now=now)
        access.note("joined", now=now, detail=str(shown.id))
        if new.roles:
            trail.rights_changed(shown.id, new.roles, now=now)
    return shown


def give_roles(*, person_id: uuid.UUID, roles: Iterable[Role], now: datetime) -> PersonShown:
    """Give somebody exactly these roles, with new sessions; raises NoSuchPerson."""
    with transaction.atomic():
        wanted = tuple(roles)
        shown = accounts.change_roles(person_id=person_id, roles=wanted, now=now)
        User.objects.filter(person=person_id).update(epoch=F("epoch") + 1)
        trail.rights_changed(person_id, wanted, now=now)
    return shown


def change(*, person_id: uuid.UUID, details: accounts.PersonDetails, now: datetime) -> PersonShown:
    """Change name, address or kind of somebody; the way in follows the address.

    Raises NoSuchPerson, PersonExists, PersonInvalid, UserExists.
    """
    with transaction.atomic():
        shown = accounts.change_person(person_id=person_id, details=details, now=now)
        user = User.objects.select_for_update(of=("self",)).filter(person=person_id).first()
        if user is not None and user.handle != handle_of(shown.email):
            if user_at(shown.email) is not None:
                raise UserExists(email=shown.email)
            user.handle = handle_of(shown.email)
            user.epoch += 1
            user.save(update_fields=["handle", "epoch"])
            access.note("address-changed", user=user, now=now)
    return shown


def leave(*, person_id: uuid.UUID, left_date: date, now: datetime) -> PersonShown:
    """Enter somebody's last day; from a day that is not to come, nothing opens any more.

    Raises NoSuchPerson, PersonInvalid.
    """
    with transaction.atomic():
        shown = accounts.person_left(person_id=person_id, left_date=left_date, now=now)
        access.note("left", now=now, detail=f"{person_id} {left_date.isoformat()}")
        user = User.objects.filter(person=person_id, active=True).first()
        if user is not None and left_date <= now.date():
            shut_out(user_id=user.pk, now=now)
    return shown


def come_back(*, person_id: uuid.UUID, now: datetime) -> PersonShown:
    """Take the last day away; the way in stays as it is. Raises NoSuchPerson."""
    with transaction.atomic():
        shown = accounts.person_came_back(person_id=person_id, now=now)
        access.note("came-back", now=now, detail=str(person_id))
    return shown


def reopen(*, user_id: uuid.UUID, by: str, now: datetime) -> None:
    """Let somebody of the staff in again who was shut out; raises NoSuchUser."""
    with transaction.atomic():
        rows = User.objects.select_for_update(of=("self",)).select_related("person")
        user = rows.filter(pk=user_id, person__isnull=False, active=False).first()
        if user is None:
            raise NoSuchUser(who=user_id)
        user.active = True
        user.epoch += 1
        user.save(update_fields=["active", "epoch"])
        access.note("let-in-again", user=user, now=now, detail=by[:64])
