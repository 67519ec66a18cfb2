"""Which identity providers this installation believes, and what it asks of their accounts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import urlsplit

TENANT = "{tenantid}"
"""What Entra's metadata for several tenants writes where the tenant stands."""
CONSUMERS = "9188040d-6c67-4c5b-b112-36a304b66dad"
"""The tenant of all private Microsoft accounts."""


class Family(StrEnum):
    """Whose rules a provider follows beyond the standard."""

    GOOGLE = "google"
    MICROSOFT = "microsoft"
    GENERIC = "generic"


@dataclass(frozen=True, slots=True, kw_only=True)
class Provider:
    """One identity provider. ``slug`` is its name in addresses and in the audit trail.

    ``secret`` and ``key`` (PEM: a private key, at Entra with its certificate) are asked when they
    are needed; the key goes first, and with neither we are a public client. ``tenants`` and
    ``hosted_domains`` are the only ones admitted, where there are any. ``factor_context`` is the
    authentication context (``acrs``) that proves a second factor at Entra.
    """

    slug: str
    family: Family
    name: str
    issuer: str
    client_id: str
    redirect_uri: str
    secret: Callable[[], str] = str
    key: Callable[[], str] = str
    tenants: tuple[str, ...] = ()
    hosted_domains: tuple[str, ...] = ()
    guests: bool = False
    consumers: bool = False
    factor_context: str = ""

    @property
    def origin(self) -> str:
        """Where the issuer is: scheme, host and port."""
        return origin_of(self.issuer)

    @property
    def discovery_url(self) -> str:
        """Where the provider describes itself (OpenID Connect Discovery 1.0 section 4)."""
        base = self.issuer.replace(TENANT, "common").rstrip("/")
        return f"{base}/.well-known/openid-configuration"


def origin_of(url: str) -> str:
    """Return scheme, host and port of an address."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"
