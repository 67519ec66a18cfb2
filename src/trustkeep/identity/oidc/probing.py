"""Looks whether each provider can be signed in with, as far as that goes without a person.

Configuration and keys are fetched anew; then a code that cannot be right is brought to the token
endpoint in our own name. A provider that knows us refuses the code; one that does not refuses us,
and nobody could sign in. Last, our own checks are tried with tokens that must not pass.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime

from trustkeep.identity.oidc import installed, rehearsal
from trustkeep.identity.oidc.discovery import Metadata, Party
from trustkeep.identity.oidc.presenting import REFUSALS, asked_for_tokens, refusal_of
from trustkeep.identity.oidc.refusals import ProviderRefused, Reason

BELIEVES_ANYTHING = "believes-anything"
"""The provider gave tokens for a code that it never made."""
LET_THROUGH = "let-through"
"""Our own checks let a token pass that must not, or refused a good one."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What looking at one provider showed; ``faults`` are codes, empty if all is well."""

    slug: str
    name: str
    faults: tuple[str, ...] = ()


def look(slug: str, *, now: datetime) -> Seen:
    """Look at one provider; raises NoSuchProvider."""
    return _look(installed.party(slug), now)


def probe(*, now: datetime) -> list[Seen]:
    """Look at every provider; never raises for one that misbehaves."""
    return [_look(party, now) for party in installed.parties()]


def _look(party: Party, now: datetime) -> Seen:
    faults: list[str] = []
    try:
        metadata = party.look(now)
        faults += _knocked(party, metadata, now)
    except ProviderRefused as refused:
        faults.append(refused.reason.value)
    if rehearsal.failures(party.provider, now=now):
        faults.append(LET_THROUGH)
    return Seen(party.provider.slug, party.provider.name, tuple(faults))


def _knocked(party: Party, metadata: Metadata, now: datetime) -> list[str]:
    nonsense = secrets.token_urlsafe(32)
    answer = asked_for_tokens(party, metadata, code=nonsense, verifier=nonsense * 2, now=now)
    if answer.status not in REFUSALS:
        return [BELIEVES_ANYTHING if answer.status == 200 else Reason.STATUS.value]
    is_ours = refusal_of(party, answer) is Reason.CLIENT_REFUSED
    return [Reason.CLIENT_REFUSED.value] if is_ours else []
