"""Who works at the demo company: everybody invented, a few with a way into the console."""

from __future__ import annotations

import re
import secrets
import string
import unicodedata
from datetime import datetime, timedelta

import pyotp

from trustkeep.accounts import actions as accounts
from trustkeep.accounts.queries import PersonShown
from trustkeep.accounts.roles import Role
from trustkeep.identity import actions as identity
from trustkeep.identity import authenticators, directory
from trustkeep.identity.factors import is_demanded
from trustkeep.identity.handles import user_at
from trustkeep.identity.passwords import policy
from trustkeep.site.demo.sign_ins import Staff

MAIL_DOMAIN = "lindenau.example"
PASSWORD_LETTERS = 18
_ALPHABET = string.ascii_letters + string.digits + "-_.+"

HOLDERS = {
    Role.ADMINISTRATOR: "Clara Hoffmann",
    Role.SECURITY_LEAD: "Henrik Vogel",
    Role.DPO: "Amélie Laurent",
    Role.ACCOUNT_MANAGER: "Jonas Weber",
    Role.PROGRAMME_MANAGER: "Sofia Brandt",
    Role.TRAINER: "Mateo Richter",
    Role.AUDITOR: "Ingrid Nyström",
}
COLLEAGUES = (
    "Anna Keller",
    "Benedikt Schramm",
    "Chiara Romano",
    "David Okafor",
    "Emil Sørensen",
    "Fatima Haddad",
    "Gregor Pohl",
    "Hanna Lindqvist",
    "Ilyas Demir",
    "Julie Moreau",
    "Katharina Busch",
    "Leon Fischer",
    "Mira Patel",
    "Nils Petersen",
    "Olga Kovalenko",
    "Paul Steiner",
    "Rosa Jiménez",
)
CAREFUL = Role.PROGRAMME_MANAGER
"""Whose second factor is set up, so that the door asks for it.

The others may do so themselves; where the settings demand one of the staff, all have one (ADR 20).
"""
LEAVER, NEWCOMER, ON_LEAVE = "Tobias Kern", "Yara Nasser", "Vera Albrecht"
"""One has left, one has just begun, one is on parental leave: so the figures are no round ones."""


def enter(now: datetime) -> dict[str, PersonShown]:
    """Enter the staff directory; returns everybody still there, by role or else by name."""
    staff: dict[str, PersonShown] = {}
    for number, (role, name) in enumerate(HOLDERS.items()):
        staff[role] = _add(name, now, 1500 - 60 * number, role)
    for number, name in enumerate(COLLEAGUES):
        staff[name] = _add(name, now, 1400 - 70 * number)
    staff[ON_LEAVE] = _add(ON_LEAVE, now, 620)
    staff[NEWCOMER] = _add(NEWCOMER, now, 9)
    left = _add(LEAVER, now, 980)
    last_day = now.date() - timedelta(days=47)
    directory.leave(person_id=left.id, left_date=last_day, now=now)
    return staff


def admit(staff: dict[str, PersonShown], now: datetime) -> list[Staff]:
    """Give every holder of a role a way into the console, with a password made here."""
    admitted = []
    for role in HOLDERS:
        person, password = staff[role], new_password()
        identity.admit(person_id=person.id, password=password, now=now)
        user = user_at(person.email)
        assert user is not None
        app = authenticators.begin(user, issuer=MAIL_DOMAIN, now=now)
        codes: tuple[str, ...] = ()
        if role is CAREFUL or is_demanded(user):
            # With the code of the step before, the present one is still good at the door.
            code = pyotp.TOTP(app.secret).at(now - authenticators.STEP)
            codes = authenticators.confirm(user, code, now=now)
        known = Staff(role.value, person.email, password, app.secret, bool(codes), codes)
        admitted.append(known)
    return admitted


def new_password() -> str:
    """Return a random password that the policy accepts."""
    while True:
        password = "".join(secrets.choice(_ALPHABET) for _ in range(PASSWORD_LETTERS))
        if not policy().violations(password):
            return password


def _add(name: str, now: datetime, joined_days_ago: int, *roles: Role) -> PersonShown:
    new = accounts.NewPerson(
        name=name,
        email=f"{_mailbox(name)}@{MAIL_DOMAIN}",
        joined_date=now.date() - timedelta(days=joined_days_ago),
        roles=roles,
    )
    return directory.join(new=new, now=now)


def _mailbox(name: str) -> str:
    plain = unicodedata.normalize("NFKD", name.replace("ø", "o")).encode("ascii", "ignore")
    return re.sub(r"[^a-z]+", ".", plain.decode("ascii").lower())
