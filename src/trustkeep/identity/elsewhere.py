"""Telling somebody that their way in was used from where it never was before.

A place is the network address and the family of the device, and nothing is guessed from them: where
an address lies on the map, nobody knows for certain, and a wrong town frightens without need.
"""

from __future__ import annotations

from datetime import datetime

from trustkeep.identity import access, origins
from trustkeep.identity.browsers import device_of
from trustkeep.identity.letters import SIGNED_IN_ELSEWHERE
from trustkeep.identity.models import AccessEvent, User
from trustkeep.identity.notices import tell

SIGNED_IN = "signed-in"


def tell_if_new(user: User, *, now: datetime) -> bool:
    """Write to `user` if this network address is none that they signed in from before.

    The first sign-in of all is no news. Call it before the present one is noted.
    """
    seen = origins.present()
    past = AccessEvent.objects.filter(user=user, what=SIGNED_IN)
    if not seen.source or past.filter(source_index__in=_indexes(seen.source)).exists():
        return False
    if not past.exists():
        return False
    tell(user, SIGNED_IN_ELSEWHERE, now=now, place=_place(seen.source, seen.agent))
    return True


def _indexes(source: str) -> list[str]:
    return access.source_indexes(source)


def _place(source: str, agent: str) -> str:
    device = device_of(agent)
    return f"{source}, {device}" if device else source
