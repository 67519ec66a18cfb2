"""How somebody proved who they are, as one value that every way in ends in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
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
    """

    method: Method
    auth_time: datetime
    provider: str = ""
    amr: tuple[str, ...] = ()
    acr: str = ""
    proved_factor: bool = False
