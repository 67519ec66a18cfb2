"""Whose account at a provider it is, and which kinds of accounts are admitted.

Issuer and subject say who it is, at Entra tenant and object; an address never does: anybody can
write any address into a directory of their own. What a person is called is not taken over at all.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from trustkeep.identity.oidc.discovery import Party
from trustkeep.identity.oidc.id_token import Claims
from trustkeep.identity.oidc.providers import CONSUMERS, TENANT, Family, Provider
from trustkeep.identity.oidc.refusals import Reason

_GUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_GUIDS_IN = re.compile(rf"/({_GUID.pattern})(?:/|$)")
_FACTORS = frozenset({"mfa", "hwk"})
"""Values of ``amr`` (RFC 8176) that prove more than one factor, or a key in hardware."""
_MOST_VALUES = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class ProviderAccount:
    """One account at a provider, as its believed token tells.

    ``issuer`` and ``subject`` are what is kept; ``tenant`` is Entra's, or Google's hosted domain.
    ``email`` is for showing and for noticing, never for finding. ``auth_time`` is None where the
    provider does not tell. ``session`` is the provider's name of the session there (``sid``).
    """

    provider: str
    issuer: str
    subject: str
    tenant: str = ""
    object_id: str = ""
    email: str = ""
    email_verified: bool = False
    amr: tuple[str, ...] = ()
    acrs: tuple[str, ...] = ()
    acr: str = ""
    session: str = ""
    auth_time: datetime | None = None
    proves_factor: bool = False


def account_of(party: Party, claims: Claims, *, now: datetime) -> ProviderAccount:
    """Return whose token it is; raises ProviderRefused for a kind that is not admitted."""
    provider = party.provider
    tenant, object_id = "", ""
    if provider.family is Family.MICROSOFT:
        tenant, object_id = _entra(party, claims, now)
    elif provider.family is Family.GOOGLE:
        tenant = _hosted_domain(party, claims)
    amr, acrs = _values(claims.get("amr")), _values(claims.get("acrs"))
    return ProviderAccount(
        provider=provider.slug,
        issuer=_canonical(provider, party.metadata(now).issuer, tenant),
        subject=claims["sub"],
        tenant=tenant,
        object_id=object_id,
        email=_text(claims.get("email")),
        email_verified=_is_verified(provider, claims, tenant),
        amr=amr,
        acrs=acrs,
        acr=_text(claims.get("acr")),
        session=_text(claims.get("sid")),
        auth_time=_auth_time(party, claims),
        proves_factor=_proves_factor(provider, amr, acrs),
    )


def _canonical(provider: Provider, issuer: str, tenant: str) -> str:
    return issuer.replace(TENANT, tenant) if provider.family is Family.MICROSOFT else issuer


def _entra(party: Party, claims: Claims, now: datetime) -> tuple[str, str]:
    provider, tenant = party.provider, claims.get("tid")
    if not isinstance(tenant, str):
        raise party.refused(Reason.TENANT_MISSING)
    # Metadata may show the template even where one tenant is configured: then ours counts.
    places = (party.metadata(now).issuer, provider.issuer)
    pinned = {found[1] for one in places if (found := _GUIDS_IN.search(one))}
    if not _GUID.fullmatch(tenant) or pinned - {tenant}:
        raise party.refused(Reason.TENANT_MISMATCH)
    object_id = claims.get("oid")
    if not isinstance(object_id, str) or not _GUID.fullmatch(object_id):
        raise party.refused(Reason.OBJECT_MISSING)
    if tenant == CONSUMERS:
        if not provider.consumers:
            raise party.refused(Reason.CONSUMER)
    elif _is_guest(claims) and not provider.guests:
        raise party.refused(Reason.GUEST)
    if provider.tenants and tenant not in provider.tenants:
        raise party.refused(Reason.TENANT_REFUSED)
    return tenant, object_id


def _is_guest(claims: Claims) -> bool:
    # A guest is another person in each tenant; ``idp`` says where one has an account really.
    foreign = claims.get("idp") not in (None, claims.get("iss"))
    return foreign or claims.get("acct") in (1, "1")


def _hosted_domain(party: Party, claims: Claims) -> str:
    # The claim, not the address: anybody can have an address at a domain without being in its
    # Workspace, and only the claim tells who is (OpenID Connect at Google, ``hd``).
    told = claims.get("hd")
    domain = told.casefold() if isinstance(told, str) and told.isascii() else ""
    allowed = {one.casefold() for one in party.provider.hosted_domains}
    if allowed and domain not in allowed:
        raise party.refused(Reason.DOMAIN_REFUSED)
    return domain[:253]


def _proves_factor(provider: Provider, amr: tuple[str, ...], acrs: tuple[str, ...]) -> bool:
    if provider.family is Family.MICROSOFT:
        # Entra's version 2 tokens have no ``amr``; one that comes nonetheless is not its word.
        return bool(provider.factor_context) and provider.factor_context in acrs
    return bool(_FACTORS & set(amr))


def _is_verified(provider: Provider, claims: Claims, tenant: str) -> bool:
    if provider.family is Family.MICROSOFT:
        return claims.get("xms_edov") in (True, 1, "1", "true")
    told = claims.get("email_verified") in (True, "true")
    if provider.family is not Family.GOOGLE:
        return told
    # The owner of another domain's mailbox may have changed since Google looked.
    return told and (bool(tenant) or _text(claims.get("email")).endswith("@gmail.com"))


def _auth_time(party: Party, claims: Claims) -> datetime | None:
    told = claims.get("auth_time")
    if told is None:
        return None
    if isinstance(told, bool) or not isinstance(told, int | float):
        raise party.refused(Reason.AUTH_TIME_INVALID)
    try:
        return datetime.fromtimestamp(told, UTC)
    except (ValueError, OverflowError, OSError) as error:
        raise party.refused(Reason.AUTH_TIME_INVALID) from error


def _values(told: Any) -> tuple[str, ...]:
    given = told if isinstance(told, list) else [told]
    return tuple(one[:64] for one in given[:_MOST_VALUES] if isinstance(one, str) and one)


def _text(told: Any) -> str:
    fine = isinstance(told, str) and told.isprintable()
    return told[:254] if fine else ""


def matters(claims: Mapping[str, Any]) -> dict[str, str]:
    """Return the claims that matter, as text, for the page of a test sign-in."""
    return {name: _shown(claims[name]) for name in SHOWN_CLAIMS if name in claims}


SHOWN_CLAIMS = (
    "iss",
    "sub",
    "aud",
    "azp",
    "tid",
    "oid",
    "hd",
    "email",
    "email_verified",
    "xms_edov",
    "idp",
    "acct",
    "amr",
    "acr",
    "acrs",
    "auth_time",
    "iat",
    "exp",
)


def _shown(value: object) -> str:
    text = ", ".join(map(str, value)) if isinstance(value, list) else str(value)
    return text.encode("utf-8", "replace").decode()[:500]
