"""Finding users by address without keeping addresses in the clear.

A user's handle is a blind index under the company's key. A member's address rests sealed under the
account's key; once both are gone, an old copy of the database holds a keyed digest and nothing to
compare it with.
"""

from __future__ import annotations

import unicodedata

from trustkeep.identity.models import User
from trustkeep.vault.fields import COMPANY, blind_indexes

RELATED = ("person", "member__account")
"""What is read along with a user, since every access asks for it."""


def spelled(address: str) -> str:
    """Return the one spelling of an address that counts: NFKC, case folded, trimmed."""
    return unicodedata.normalize("NFKC", address).strip().casefold()


def handle_of(address: str) -> str:
    """Return the handle that a new user of this address gets."""
    return _handles(address)[0]


def user_at(address: str) -> User | None:
    """Return who signs in with this address, whatever its case."""
    users = User.objects.select_related(*RELATED)
    return users.filter(handle__in=_handles(address)).first()


def _handles(address: str) -> list[str]:
    return blind_indexes(COMPANY, "identity_user", "handle", spelled(address))
