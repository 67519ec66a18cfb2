"""A customer's rooms, in the order of the navigation."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse
from django.utils.functional import Promise as Lazy
from django.utils.translation import gettext_lazy as _

from trustkeep.accounts.roles import MemberRole


@dataclass(frozen=True, slots=True)
class Room:
    """One entry of the navigation; ``roles`` is empty where every member may enter."""

    name: str
    title: str | Lazy
    roles: tuple[MemberRole, ...] = ()

    @property
    def url(self) -> str:
        """The room's address."""
        return reverse(f"workspace:{self.name}")


ROOMS = (
    Room("home", _("Home")),
    Room("files", _("Files")),
    Room("records", _("Data records")),
    Room("team", _("Members"), (MemberRole.OWNER, MemberRole.ADMINISTRATOR)),
    Room("looked", _("Who looked")),
    Room("requests", _("Requests")),
    Room("exports", _("Export"), (MemberRole.OWNER, MemberRole.ADMINISTRATOR)),
    Room("programs", _("Programs")),
    Room("contract", _("Contract")),
)


def open_to(role: MemberRole) -> list[Room]:
    """Return the rooms that a member with `role` may enter."""
    return [room for room in ROOMS if not room.roles or role in room.roles]
