"""For whom passkeys are made; a module of its own, since the library behind passkeys is heavy."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class RelyingParty:
    """The host that passkeys are bound to, and the origin that browsers have to show."""

    id: str
    origin: str


_installed: list[RelyingParty] = []


def install(party: RelyingParty) -> None:
    """Say for whom passkeys are made in this installation."""
    _installed[:] = [party]


def installed() -> RelyingParty:
    """Return for whom passkeys are made."""
    return _installed[0]
