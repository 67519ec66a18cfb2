"""Asks identity providers for their OpenID Connect configuration and keys."""

from __future__ import annotations

import json
import ssl
import urllib.error
import urllib.request
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from trustkeep.controls.ports import ProviderSeen

TIMEOUT_SECONDS = 5.0
_LARGEST = 512 * 1024
_REQUIRED = ("authorization_endpoint", "token_endpoint", "jwks_uri")
_TENANT = "{tenantid}"


class OidcDiscovery:
    """Implements `trustkeep.controls.ports.IdentityProviders` for issuers by provider name."""

    def __init__(self, issuers: Mapping[str, str], authority: Path | None = None) -> None:
        self._issuers = issuers
        self._context = ssl.create_default_context(cafile=str(authority) if authority else None)

    def probe(self) -> list[ProviderSeen]:
        """Return what each provider showed; never raises for one that misbehaves."""
        return [ProviderSeen(name, self._faults(issuer)) for name, issuer in self._issuers.items()]

    def _faults(self, issuer: str) -> tuple[str, ...]:
        try:
            told = self._get(f"{issuer.rstrip('/')}/.well-known/openid-configuration")
            if any(not str(told.get(name, "")).startswith("https://") for name in _REQUIRED):
                return ("incomplete",)
            if not _same_issuer(str(told.get("issuer", "")), issuer):
                return ("issuer",)
            keys = self._get(told["jwks_uri"]).get("keys")
        except (urllib.error.URLError, OSError):
            return ("unreachable",)
        except ValueError:
            return ("unreadable",)
        return () if isinstance(keys, list) and keys else ("no-keys",)

    def _get(self, url: str) -> dict[str, Any]:
        if urlsplit(url).scheme != "https":
            raise ValueError(url)
        # The scheme was just checked: only https is opened.
        with urllib.request.urlopen(url, timeout=TIMEOUT_SECONDS, context=self._context) as answer:  # noqa: S310
            told = json.loads(answer.read(_LARGEST))
        if not isinstance(told, dict):
            return {}
        return told


def _same_issuer(told: str, configured: str) -> bool:
    # Entra's endpoints for several tenants tell a template instead of one tenant's issuer.
    if _TENANT in told:
        return told.startswith("https://") and configured.startswith(told.split(_TENANT)[0])
    return told.rstrip("/") == configured.rstrip("/")
