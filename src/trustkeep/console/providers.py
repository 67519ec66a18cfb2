"""Identity providers as the console shows them, as plain values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from trustkeep.identity.oidc import installed
from trustkeep.identity.oidc.discovery import Party
from trustkeep.identity.oidc.providers import Family, Provider
from trustkeep.identity.oidc.refusals import ProviderRefused, Reason
from trustkeep.ui.pages import told


@dataclass(frozen=True, slots=True)
class ProviderShown:
    """One provider: its settings, and what it said of itself when it was asked last."""

    slug: str
    name: str
    issuer: str
    client_id: str
    redirect_uri: str
    logout_uri: str
    events_uri: str
    variable: str
    is_microsoft: bool
    is_google: bool
    tenants: tuple[str, ...]
    hosted_domains: tuple[str, ...]
    guests: bool
    consumers: bool
    factor_context: str
    found: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Tried:
    """What a test sign-in came to; ``sentence`` is what a person would have read."""

    name: str
    reason: str
    sentence: str
    claims: Mapping[str, str]
    factor: str
    linked: bool
    email_verified: bool


def shown() -> list[ProviderShown]:
    """Return every provider that there are settings for."""
    return [_shown(party) for party in installed.known()]


def tried(result: Mapping[str, Any]) -> Tried:
    """Return the result of a test sign-in as its page shows it."""
    name = next(
        (one.provider.name for one in installed.known() if one.provider.slug == result["provider"]),
        result["provider"],
    )
    reason = result["reason"]
    refused = ProviderRefused(Reason(reason), provider=name) if reason else None
    return Tried(
        name=name,
        reason=reason,
        sentence=told(refused) if refused else "",
        claims=result.get("claims", {}),
        factor=result.get("factor", ""),
        linked=result.get("linked", False),
        email_verified=result.get("email_verified", False),
    )


def _shown(party: Party) -> ProviderShown:
    provider = party.provider
    return ProviderShown(
        slug=provider.slug,
        name=provider.name,
        issuer=provider.issuer,
        client_id=provider.client_id,
        redirect_uri=provider.redirect_uri,
        logout_uri=_beside(provider, "logout"),
        events_uri=_beside(provider, "events"),
        variable=_variable(provider),
        is_microsoft=provider.family is Family.MICROSOFT,
        is_google=provider.family is Family.GOOGLE,
        tenants=provider.tenants,
        hosted_domains=provider.hosted_domains,
        guests=provider.guests,
        consumers=provider.consumers,
        factor_context=provider.factor_context,
        found=_found(party),
    )


def _beside(provider: Provider, name: str) -> str:
    return f"{provider.redirect_uri.rpartition('/')[0]}/{name}"


def _variable(provider: Provider) -> str:
    return f"oidc_{provider.family.value}_client_id"


def _found(party: Party) -> dict[str, str]:
    known = party.known_metadata()
    if known is None:
        return {}
    return {
        "issuer": known.issuer,
        "authorization_endpoint": known.authorization_endpoint,
        "token_endpoint": known.token_endpoint,
        "jwks_uri": known.jwks_uri,
        "userinfo_endpoint": known.userinfo_endpoint or "–",
    }
