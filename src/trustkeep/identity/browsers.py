"""The open sessions of a user, told by the family of browser and device: no guess at a place."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime

from trustkeep.identity.authentication import OpenSession
from trustkeep.identity.models import Session
from trustkeep.identity.places import session_place
from trustkeep.identity.sessions import limits_for, opened
from trustkeep.vault.fields import unseal_json

# The first that is found counts: most browsers name the ones before them too.
_BROWSERS = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser", "Samsung Internet"),
    ("Firefox", "Firefox"),
    ("FxiOS", "Firefox"),
    ("CriOS", "Chrome"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
    ("curl", "curl"),
    ("python", "Python"),
)
_SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("CrOS", "ChromeOS"),
    ("Windows", "Windows"),
    ("Mac OS", "macOS"),
    ("Linux", "Linux"),
)


@dataclass(frozen=True, slots=True)
class SessionShown:
    """One open session; ``device`` is empty where the browser told nothing that is known."""

    opened: OpenSession
    seen_at: datetime
    device: str
    source: str


def sessions_of(user_id: uuid.UUID, *, now: datetime) -> list[SessionShown]:
    """Return the sessions of a user that are open at `now`, the one used last first."""
    rows = Session.objects.filter(user=user_id, expires_at__gt=now).order_by("-seen_at")
    shown = []
    for row in rows.select_related("user__person", "user__member__account"):
        assert row.user
        assert row.seen_at
        if row.epoch == row.user.epoch and now - row.seen_at <= limits_for(row.user).idle:
            seen = unseal_json(session_place(row), row.sealed)
            device = device_of(seen["agent"])
            shown.append(SessionShown(opened(row), row.seen_at, device, seen["source"]))
    return shown


def device_of(agent: str) -> str:
    """Return the families of browser and device: ``Firefox, Windows``."""
    found = (_first(agent, _BROWSERS), _first(agent, _SYSTEMS))
    return ", ".join(name for name in found if name)


def _first(agent: str, known: tuple[tuple[str, str], ...]) -> str:
    return next((name for sign, name in known if sign in agent), "")
