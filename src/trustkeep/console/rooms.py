"""The rooms of the console, in the order of the navigation."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from django.urls import reverse
from django.utils.functional import Promise as Lazy
from django.utils.translation import gettext_lazy as _

from trustkeep.accounts.roles import Permission


@dataclass(frozen=True, slots=True)
class Room:
    """One entry of the navigation; ``permission`` is None where every role may enter."""

    name: str
    title: str | Lazy
    permission: Permission | None = None

    @property
    def url(self) -> str:
        """The room's address."""
        return reverse(f"console:{self.name}")


ROOMS = (
    Room("home", _("Home")),
    Room("promises", _("Promises")),
    Room("accounts", _("Accounts")),
    Room("drafts", _("Drafts")),
    Room("requests", _("Requests"), Permission.HANDLE_REQUESTS),
    Room("looks", _("Looks"), Permission.HANDLE_REQUESTS),
    Room("records", _("Records")),
    Room("evidence", _("Evidence")),
    Room("letters", _("Letters"), Permission.MANAGE_LETTERS),
    Room("systems", _("Connected systems")),
    Room("backups", _("Backups")),
    Room("people", _("People")),
    Room("audit", _("Audit trail"), Permission.READ_AUDIT),
    Room("providers", _("Sign-in providers"), Permission.MANAGE_COMPANY),
    Room("tokens", _("Tokens")),
)


def open_to(permissions: Collection[Permission]) -> list[Room]:
    """Return the rooms that somebody with `permissions` may enter."""
    return [room for room in ROOMS if room.permission is None or room.permission in permissions]
