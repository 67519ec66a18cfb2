"""How somebody proved who they are, as one value that every way in ends in."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum


class Method(StrEnum):
    """What was shown first."""

    PASSWORD = "password"  # noqa: S105  (the name of a way in)
    PROVIDER = "provider"
    PASSKEY = "passkey"


@dataclass(frozen=True, slots=True, kw_only=True)
class Authentication:
    """One act of proving, as sessions keep it and step-up asks for it.

    ``provider`` names the identity provider, empty for our own doors. ``amr`` and ``acr`` are what
    it told (RFC 8176, OpenID Connect Core section 2). ``auth_time`` is when the person proved it,
    which may lie before this sign-in where a provider had them signed in already.
    ``proved_factor`` says whether a second factor was proved, there or here.
    ``provider_session`` is the digest of the session there, for the day on which the provider says
    that it has ended.
    """

    method: Method
    auth_time: datetime
    provider: str = ""
    amr: tuple[str, ...] = ()
    acr: str = ""
    proved_factor: bool = False
    provider_session: str = ""

    @property
    def aal(self) -> int:
        """The assurance level (NIST SP 800-63B-4): two with a second factor, else one."""
        return 2 if self.proved_factor else 1

    def with_factor(self, amr: Iterable[str], *, at: datetime) -> Authentication:
        """Return the same proof with an own second factor added at `at`."""
        methods = tuple(dict.fromkeys((*self.amr, *amr, "mfa")))
        return replace(self, amr=methods, auth_time=at, proved_factor=True)


def by_password(at: datetime) -> Authentication:
    """Return what a password alone proves."""
    return Authentication(method=Method.PASSWORD, auth_time=at, amr=("pwd",))


FRESH_FOR = timedelta(minutes=10)
"""How old the proof of identity may be for a sensitive act."""


@dataclass(frozen=True, slots=True)
class OpenSession:
    """A session that is open now: since when, and what was proved to open or renew it."""

    id: uuid.UUID
    signed_in_at: datetime
    authentication: Authentication

    def is_fresh(self, now: datetime) -> bool:
        """Return whether the person proved who they are a short while ago."""
        return now - self.authentication.auth_time <= FRESH_FOR
