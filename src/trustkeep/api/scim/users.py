"""What the directory does when an identity provider tells it something."""

from __future__ import annotations

import uuid
from datetime import datetime
from http import HTTPStatus

from django.db import transaction

from trustkeep.accounts import queries
from trustkeep.accounts.actions import (
    NewPerson,
    PersonDetails,
    PersonExists,
    PersonInvalid,
)
from trustkeep.accounts.models import Person
from trustkeep.accounts.queries import NoSuchPerson, PersonShown
from trustkeep.api.scim.documents import Told, is_here
from trustkeep.api.scim.errors import ScimError, invalid
from trustkeep.identity import directory
from trustkeep.identity.actions import UserExists


def found(person_id: str) -> PersonShown:
    """Return somebody by id; raises ScimError."""
    try:
        return queries.person(uuid.UUID(person_id))
    except (ValueError, NoSuchPerson) as error:
        raise ScimError(HTTPStatus.NOT_FOUND, f"There is no user {person_id}.") from error


def create(told: Told, now: datetime) -> PersonShown:
    """Enter somebody who joins; raises ScimError, 409 for an address or id that is taken."""
    _require_free(told, None)
    new = NewPerson(
        told.name,
        told.email,
        now.date(),
        external_id=told.external_id,
        left_date=None if told.active else now.date(),
    )
    try:
        return directory.join(new=new, now=now)
    except PersonExists as error:
        raise _taken(told) from error
    except PersonInvalid as error:
        raise invalid(str(error)) from error


def update(person: PersonShown, told: Told, now: datetime) -> PersonShown:
    """Bring somebody up to date, leaving and coming back included; raises ScimError."""
    _require_free(told, person.id)
    details = PersonDetails(told.name, told.email, person.kind, told.external_id)
    try:
        with transaction.atomic():
            after = directory.change(person_id=person.id, details=details, now=now)
            here = is_here(person, now.date())
            if here and not told.active:
                after = directory.leave(person_id=person.id, left_date=now.date(), now=now)
            elif told.active and not here:
                after = directory.come_back(person_id=person.id, now=now)
    except (PersonExists, UserExists) as error:
        raise _taken(told) from error
    except PersonInvalid as error:
        raise invalid(str(error)) from error
    return after


def delete(person: PersonShown, now: datetime) -> None:
    """Let somebody leave for whom the provider has no entry any more.

    The entry itself stays: trainings and approvals of the past are proved by it.
    """
    with transaction.atomic():
        if is_here(person, now.date()):
            directory.leave(person_id=person.id, left_date=now.date(), now=now)
        if person.external_id:
            details = PersonDetails(person.name, person.email, person.kind)
            directory.change(person_id=person.id, details=details, now=now)


def _require_free(told: Told, person_id: uuid.UUID | None) -> None:
    if not told.external_id:
        return
    holders = Person.objects.filter(external_id=told.external_id).values_list("pk", flat=True)
    if set(holders) - {person_id}:
        raise _taken(told)


def _taken(told: Told) -> ScimError:
    return ScimError(
        HTTPStatus.CONFLICT, f"{told.email} or its external id is taken.", "uniqueness"
    )
