"""Telling people of changes of their way in, in the transaction of the change.

The word goes to the address that the person has here, in their language, whoever made the change:
somebody who did not make it themselves learns of it at once (ASVS 6.3.7).
"""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from trustkeep.accounts.queries import company, has_company
from trustkeep.identity.models import User
from trustkeep.letters.actions import queue
from trustkeep.letters.kinds import LetterKind, Value
from trustkeep.letters.mail import Recipient
from trustkeep.letters.ports import joined

OWN_PAGE = "/me/"


def tell(user: User, letter: LetterKind, *, now: datetime, **values: Value) -> None:
    """Queue a letter about a change of `user`'s way in; before there is a company, nothing."""
    if joined.house is None or not has_company():
        return
    given: dict[str, Value] = {"link": joined.house().base_url + OWN_PAGE, **values}
    if "at" in letter.wanted:
        given["at"] = now
    zone = ZoneInfo(time_zone_of(user))
    queue(
        letter=letter,
        to=Recipient(user.email, user.name),
        language=language_of(user),
        values={
            name: one.astimezone(zone) if isinstance(one, datetime) else one
            for name, one in given.items()
        },
        account=user.account_id,
        now=now,
    )


def language_of(user: User) -> str:
    """Return the language that a user is written to in."""
    return user.member.account.language if user.member else company().default_language


def time_zone_of(user: User) -> str:
    """Return the time zone that instants are written in for a user."""
    return user.member.account.time_zone if user.member else company().time_zone
