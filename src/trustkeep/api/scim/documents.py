"""Somebody of the staff as a SCIM User, and a SCIM User as what the directory knows.

Of a User this directory keeps name, address, external id and whether the person is here. Roles and
groups are not taken over: what somebody may do is given in the console. What identity providers
send in spite of the RFC is understood too: ``"False"`` for false, and names without a formatted
form.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from trustkeep.accounts.queries import PersonShown
from trustkeep.api.scim.errors import invalid
from trustkeep.kernel.lines import is_line

USER = "urn:ietf:params:scim:schemas:core:2.0:User"
LONGEST_NAME = 200

type Document = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Told:
    """What a User document tells of somebody."""

    name: str
    email: str
    external_id: str
    active: bool


def is_here(person: PersonShown, today: date) -> bool:
    """Return whether somebody counts as active today: the last day does not count any more."""
    return person.left_date is None or person.left_date > today


def document(person: PersonShown, base: str, today: date) -> Document:
    """Return somebody as a User; the version changes whenever anything in it does."""
    shown: Document = {
        "schemas": [USER],
        "id": str(person.id),
        "userName": person.email,
        "displayName": person.name,
        "name": {"formatted": person.name},
        "emails": [{"value": person.email, "type": "work", "primary": True}],
        "userType": person.kind,
        "active": is_here(person, today),
    }
    if person.external_id:
        shown["externalId"] = person.external_id
    digest = hashlib.sha256(json.dumps(shown, sort_keys=True).encode()).hexdigest()
    shown["meta"] = {
        "resourceType": "User",
        "location": f"{base}/Users/{person.id}",
        "version": f'W/"{digest[:16]}"',
    }
    return shown


def told(given: Mapping[str, Any]) -> Told:
    """Return what a User document tells; raises ScimError for what cannot be read."""
    email = text(given.get("userName"), "userName")
    if not email:
        raise invalid("userName is missing.")
    return Told(
        name=_name(given) or email,
        email=email,
        external_id=text(given.get("externalId"), "externalId"),
        active=truth(given.get("active", True)),
    )


def truth(value: object) -> bool:
    """Return a boolean, also where it comes as a word; raises ScimError."""
    words = {"true": True, "false": False}
    found = value if isinstance(value, bool) else words.get(str(value).strip().casefold())
    if found is None:
        raise invalid("active is true or false.")
    return found


def text(value: object, name: str) -> str:
    """Return a text, empty for null; raises ScimError."""
    if value is None:
        return ""
    if not isinstance(value, str):
        raise invalid(f"{name} is a text.")
    if not is_line(value.strip()):
        raise invalid(f"{name} is one line of text.")
    return value.strip()


def _name(given: Mapping[str, Any]) -> str:
    parts = given.get("name") or {}
    if not isinstance(parts, Mapping):
        raise invalid("name holds formatted, or givenName and familyName.")
    both = [text(parts.get(part), f"name.{part}") for part in ("givenName", "familyName")]
    shown = text(given.get("displayName"), "displayName")
    formatted = text(parts.get("formatted"), "name.formatted")
    return (shown or formatted or " ".join(filter(None, both)))[:LONGEST_NAME]
