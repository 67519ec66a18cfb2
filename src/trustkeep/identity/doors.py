"""Every door through which a password can be set, and the probe that knocks on each.

The probe sets up a person of its own inside a transaction, tries each sample through the very
action that the door uses, and rolls everything back: it leaves no trace.
"""

from __future__ import annotations

import secrets
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from trustkeep.accounts.actions import NewPerson, add_person
from trustkeep.accounts.models import Person
from trustkeep.identity import actions, invitations
from trustkeep.identity.models import Invitation
from trustkeep.identity.passwords import MIN_LENGTH, PasswordRefused, Reason


@dataclass(frozen=True, slots=True)
class Visitor:
    """The person that the probe sets up: with a way in, and with the password of that."""

    person_id: uuid.UUID
    user_id: uuid.UUID
    password: str
    newcomer_id: uuid.UUID
    invitation: str
    now: datetime


@dataclass(frozen=True, slots=True)
class Door:
    """One path that sets a password; ``set`` raises PasswordRefused for a candidate it refuses."""

    name: str
    set: Callable[[Visitor, str], object]


DOORS = (
    Door(
        "first-password",
        lambda visitor, candidate: actions.admit(
            person_id=visitor.newcomer_id, password=candidate, now=visitor.now
        ),
    ),
    Door(
        "invitation",
        lambda visitor, candidate: invitations.accept(
            secret=visitor.invitation, password=candidate, now=visitor.now
        ),
    ),
    Door(
        "own-change",
        lambda visitor, candidate: actions.change_password(
            user_id=visitor.user_id, present=visitor.password, new=candidate, now=visitor.now
        ),
    ),
    Door(
        "renewal",
        lambda visitor, candidate: actions.renew_password(
            user_id=visitor.user_id, new=candidate, now=visitor.now
        ),
    ),
    Door(
        "reset-by-administrator",
        lambda visitor, candidate: actions.reset_password(
            user_id=visitor.user_id, new=candidate, by="probe", now=visitor.now
        ),
    ),
)

_STRONG = "Kelp-Orbit-7-Umbra-Vale"


def samples() -> dict[Reason | None, str]:
    """Return, for each part of the published rule, a password that breaks that part alone."""
    return {
        Reason.TOO_SHORT: ("Kq7-" + "zvxw" * MIN_LENGTH)[: MIN_LENGTH - 1],
        Reason.NO_UPPER: _STRONG.lower(),
        Reason.NO_LOWER: _STRONG.upper(),
        Reason.NO_DIGIT: _STRONG.replace("7", "Seven"),
        Reason.NO_SPECIAL: _STRONG.replace("-", ""),
        Reason.COMMON: "Password1!",
    }


@dataclass(frozen=True, slots=True)
class Probed:
    """What one door did with one sample; ``sample`` is None for the strong password."""

    door: str
    sample: Reason | None
    accepted: bool

    @property
    def right(self) -> bool:
        """Weak ones have to be refused; a door that refuses everything proves nothing."""
        return self.accepted is (self.sample is None)


def probe(*, now: datetime) -> list[Probed]:
    """Try every sample, and a strong password, through every door; leaves nothing behind."""
    found = []
    tried: dict[Reason | None, str] = {**samples(), None: f"{_STRONG}-{secrets.token_hex(4)}"}
    with transaction.atomic():
        visitor = _visitor(now)
        for door in DOORS:
            for sample, candidate in tried.items():
                found.append(Probed(door.name, sample, _accepts(door, visitor, candidate)))
        transaction.set_rollback(True)
    return found


def _visitor(now: datetime) -> Visitor:
    first, second = (
        add_person(
            new=NewPerson(
                name="Probe", email=f"{uuid.uuid4()}@probe.invalid", joined_date=now.date()
            ),
            now=now,
        )
        for _ in range(2)
    )
    password = f"{_STRONG}-{secrets.token_hex(8)}"
    user_id = actions.admit(person_id=first.id, password=password, now=now)
    newcomer = Person.objects.get(pk=second.id)
    secret = invitations.issued(Invitation(person=newcomer), by="probe", now=now)
    return Visitor(first.id, user_id, password, second.id, secret, now)


def _accepts(door: Door, visitor: Visitor, candidate: str) -> bool:
    with transaction.atomic():
        try:
            door.set(visitor, candidate)
            accepted = True
        except PasswordRefused:
            accepted = False
        transaction.set_rollback(True)
    return accepted
