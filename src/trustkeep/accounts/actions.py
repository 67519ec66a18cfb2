"""Setting the company up, and people joining, changing roles and leaving.

Entries in the log name people by their ids and what changed by field names, never by content.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Any
from zoneinfo import available_timezones

from django.db import transaction

from trustkeep.accounts.addresses import is_domain, is_email
from trustkeep.accounts.models import LONGEST_EXTERNAL_ID, Act, Company, Person
from trustkeep.accounts.queries import CompanyProfile, NoCompany, NoSuchPerson, PersonShown, shown
from trustkeep.accounts.roles import Role
from trustkeep.evidence.actions import append
from trustkeep.evidence.kinds import Kind
from trustkeep.kernel.clock import isoformat
from trustkeep.kernel.errors import TrustkeepError
from trustkeep.kernel.lines import is_line
from trustkeep.kernel.texts import LANGUAGES


class CompanyExists(TrustkeepError):
    """There is one company in an installation."""

    sentence = "A company has been set up here already. Change it instead."


class ProfileInvalid(TrustkeepError):
    """A field of the company's profile cannot be as given."""

    sentence = "{field}: “{value}” cannot be used. Needed: {needed}."


class PersonExists(TrustkeepError):
    """An address belongs to one person."""

    sentence = "Somebody with the address {email} is in the staff directory already."


class PersonInvalid(TrustkeepError):
    """Name, address, dates or roles of a person do not fit."""

    sentence = "{field}: “{value}” cannot be used. Needed: {needed}."


@dataclass(frozen=True, slots=True)
class NewPerson:
    """Who joins. ``roles`` may be empty: most of the staff never sees the console."""

    name: str
    email: str
    joined_date: date
    roles: tuple[Role, ...] = ()
    kind: str = Person.Kind.EMPLOYEE
    left_date: date | None = None
    external_id: str = ""


@dataclass(frozen=True, slots=True)
class PersonDetails:
    """What may be put right about somebody; ``external_id`` is another directory's own id."""

    name: str
    email: str
    kind: str
    external_id: str = ""


def found_company(*, profile: CompanyProfile, now: datetime) -> None:
    """Set the company up; raises CompanyExists, ProfileInvalid."""
    _require_profile(profile)
    with transaction.atomic():
        if Company.objects.exists():
            raise CompanyExists
        Company.objects.create(**_columns(profile), founded_at=now, changed_at=now)
        _log_company([field.name for field in fields(CompanyProfile)], now)


def change_company(*, profile: CompanyProfile, now: datetime) -> None:
    """Replace the company's profile; raises NoCompany, ProfileInvalid."""
    _require_profile(profile)
    with transaction.atomic():
        row = Company.objects.select_for_update().first()
        if row is None:
            raise NoCompany
        changed = [name for name, value in _columns(profile).items() if getattr(row, name) != value]
        if not changed:
            return
        for name, value in _columns(profile).items():
            setattr(row, name, value)
        row.changed_at = now
        row.save()
        _log_company(changed, now)


def add_person(*, new: NewPerson, now: datetime) -> PersonShown:
    """Enter somebody into the staff directory; raises PersonExists, PersonInvalid."""
    _require_person(new)
    with transaction.atomic():
        if Person.objects.filter(email__iexact=new.email).exists():
            raise PersonExists(email=new.email)
        row = Person.objects.create(
            name=new.name.strip(),
            email=new.email,
            kind=new.kind,
            roles=[role.value for role in new.roles],
            joined_date=new.joined_date,
            left_date=new.left_date,
            external_id=new.external_id,
        )
        _log_person(row, "joined", now)
    return shown(row)


def change_person(*, person_id: uuid.UUID, details: PersonDetails, now: datetime) -> PersonShown:
    """Put name, address, kind or external id right; raises NoSuchPerson, PersonExists, …Invalid."""
    with transaction.atomic():
        row = _row(person_id)
        _require_person(
            NewPerson(
                details.name,
                details.email,
                row.joined_date,
                kind=details.kind,
                external_id=details.external_id,
            )
        )
        others = Person.objects.filter(email__iexact=details.email).exclude(pk=person_id)
        if others.exists():
            raise PersonExists(email=details.email)
        told = {field.name: getattr(details, field.name) for field in fields(PersonDetails)}
        changed = [name for name, value in told.items() if getattr(row, name) != value]
        if changed:
            for name in changed:
                setattr(row, name, told[name].strip())
            row.save(update_fields=changed)
            _log_person(row, "changed", now)
    return shown(row)


def change_roles(*, person_id: uuid.UUID, roles: Iterable[Role], now: datetime) -> PersonShown:
    """Give somebody exactly these roles; raises NoSuchPerson."""
    with transaction.atomic():
        row = _row(person_id)
        row.roles = [role.value for role in roles]
        row.save(update_fields=["roles"])
        _log_person(row, "roles-changed", now)
    return shown(row)


def person_left(*, person_id: uuid.UUID, left_date: date, now: datetime) -> PersonShown:
    """Enter somebody's last day; raises NoSuchPerson, PersonInvalid."""
    with transaction.atomic():
        row = _row(person_id)
        if left_date < row.joined_date:
            needed = f"a day from {row.joined_date} on"
            raise PersonInvalid(field="left_date", value=left_date, needed=needed)
        row.left_date = left_date
        row.save(update_fields=["left_date"])
        _log_person(row, "left", now)
    return shown(row)


def person_came_back(*, person_id: uuid.UUID, now: datetime) -> PersonShown:
    """Take somebody's last day away; raises NoSuchPerson."""
    with transaction.atomic():
        row = _row(person_id)
        if row.left_date is not None:
            row.left_date = None
            row.save(update_fields=["left_date"])
            _log_person(row, "came-back", now)
    return shown(row)


def _row(person_id: uuid.UUID) -> Person:
    row = Person.objects.select_for_update().filter(pk=person_id).first()
    if row is None:
        raise NoSuchPerson(who=person_id)
    return row


def _require_profile(profile: CompanyProfile) -> None:
    for field in ("name", "legal_name"):
        name = getattr(profile, field)
        if not (name.strip() and is_line(name)):
            raise ProfileInvalid(field=field, value=name, needed="a name in one line")
    if not is_domain(profile.domain):
        needed = "a host name such as trust.example.com"
        raise ProfileInvalid(field="domain", value=profile.domain, needed=needed)
    for field in ("dpo_email", "security_email"):
        value = getattr(profile, field)
        if (value or field == "security_email") and not is_email(value):
            raise ProfileInvalid(field=field, value=value, needed="an e-mail address")
    if not profile.languages or set(profile.languages) - set(LANGUAGES):
        needed = f"some of {', '.join(LANGUAGES)}"
        raise ProfileInvalid(field="languages", value=profile.languages, needed=needed)
    if profile.default_language not in profile.languages:
        needed = "one of the languages"
        raise ProfileInvalid(
            field="default_language", value=profile.default_language, needed=needed
        )
    if profile.time_zone not in available_timezones():
        needed = "a time zone such as Europe/Berlin"
        raise ProfileInvalid(field="time_zone", value=profile.time_zone, needed=needed)


def _require_person(new: NewPerson) -> None:
    if not (new.name.strip() and is_line(new.name)):
        raise PersonInvalid(field="name", value=new.name, needed="a name in one line")
    if len(new.external_id) > LONGEST_EXTERNAL_ID or not is_line(new.external_id):
        needed = f"at most {LONGEST_EXTERNAL_ID} characters in one line"
        raise PersonInvalid(field="external_id", value=new.external_id, needed=needed)
    if not is_email(new.email):
        raise PersonInvalid(field="email", value=new.email, needed="an e-mail address")
    if new.kind not in Person.Kind.values:
        needed = " or ".join(Person.Kind.values)
        raise PersonInvalid(field="kind", value=new.kind, needed=needed)
    if new.left_date and new.left_date < new.joined_date:
        needed = "a day after joining"
        raise PersonInvalid(field="left_date", value=new.left_date, needed=needed)


def _columns(profile: CompanyProfile) -> Mapping[str, Any]:
    plain = {field.name: getattr(profile, field.name) for field in fields(CompanyProfile)}
    return {**plain, "languages": list(profile.languages)}


def _log_company(changed: list[str], now: datetime) -> None:
    body = {"fields": sorted(changed), "at": isoformat(now)}
    _log(Kind.COMPANY_CHANGED, body, now)


def _log_person(row: Person, what: str, now: datetime) -> None:
    body = {"person": str(row.id), "what": what, "at": isoformat(now)}
    _log(Kind.PERSON_CHANGED, body, now)


def _log(kind: Kind, body: dict[str, Any], now: datetime) -> None:
    entry = append(kind=kind, body=body, now=now)
    Act.objects.create(entry_index=entry.index, body=body, salt=entry.salt)
