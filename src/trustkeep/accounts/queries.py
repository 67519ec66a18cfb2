"""Who is who: the company and its people, as plain values."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from trustkeep.accounts.models import Company, Person
from trustkeep.accounts.roles import Role
from trustkeep.kernel.errors import TrustkeepError


class NoCompany(TrustkeepError):
    """The installation has no company yet."""

    sentence = "No company has been set up here yet. Run `trustkeep init`."


class NoSuchPerson(TrustkeepError):
    """Nobody in the staff directory is meant."""

    sentence = "There is nobody “{who}” in the staff directory."


@dataclass(frozen=True, slots=True)
class CompanyProfile:
    """What the company tells about itself."""

    name: str
    legal_name: str
    domain: str
    languages: tuple[str, ...]
    default_language: str
    dpo_name: str
    dpo_email: str
    security_email: str
    time_zone: str


@dataclass(frozen=True, slots=True)
class PersonShown:
    """One member of the staff; ``left_date`` is the last day of work."""

    id: uuid.UUID
    name: str
    email: str
    kind: str
    roles: tuple[Role, ...]
    joined_date: date
    left_date: date | None
    external_id: str = ""


def company() -> CompanyProfile:
    """Return the company's profile; raises NoCompany before it was set up."""
    row = Company.objects.first()
    if row is None:
        raise NoCompany
    return CompanyProfile(
        name=row.name,
        legal_name=row.legal_name,
        domain=row.domain,
        languages=tuple(row.languages),
        default_language=row.default_language,
        dpo_name=row.dpo_name,
        dpo_email=row.dpo_email,
        security_email=row.security_email,
        time_zone=row.time_zone,
    )


def has_company() -> bool:
    """Return whether the installation has been set up."""
    return Company.objects.exists()


def people() -> list[PersonShown]:
    """Return everybody who ever worked here, by name."""
    return [shown(row) for row in Person.objects.order_by("name")]


def people_active_on(day: date) -> list[PersonShown]:
    """Return who worked here on `day`: joined by then, and not left before."""
    here = Q(left_date__isnull=True) | Q(left_date__gte=day)
    return [
        shown(row) for row in Person.objects.filter(here, joined_date__lte=day).order_by("name")
    ]


def person(person_id: uuid.UUID) -> PersonShown:
    """Return one person; raises NoSuchPerson."""
    row = Person.objects.filter(pk=person_id).first()
    if row is None:
        raise NoSuchPerson(who=person_id)
    return shown(row)


def person_by_email(email: str) -> PersonShown:
    """Return the person with this address, whatever its case; raises NoSuchPerson."""
    row = Person.objects.filter(email__iexact=email).first()
    if row is None:
        raise NoSuchPerson(who=email)
    return shown(row)


def shown(row: Person) -> PersonShown:
    """Return a row of the directory as a plain value."""
    return PersonShown(
        id=row.id,
        name=row.name,
        email=row.email,
        kind=row.kind,
        roles=tuple(Role(role) for role in row.roles),
        joined_date=row.joined_date,
        left_date=row.left_date,
        external_id=row.external_id,
    )
