"""The address to which a browser is sent, and what is asked for there.

Authorization code flow with PKCE (S256), state and nonce; no other flow is known here. Nothing
from a request of ours reaches the address except through the transaction.
"""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any
from urllib.parse import urlencode, urlsplit

from trustkeep.identity.oidc.discovery import Metadata, Party
from trustkeep.identity.oidc.providers import Family, Provider
from trustkeep.identity.oidc.transactions import Purpose, Transaction

SCOPE = "openid email profile"
SELECT = "select_account"
SELECTING = frozenset({"https://accounts.google.com", "https://login.microsoftonline.com"})
"""They let a person choose an account, and do not say so in their configuration."""


def authorization_url(party: Party, transaction: Transaction, *, now: datetime) -> str:
    """Return where to send the browser; raises ProviderRefused if the provider is not to be had."""
    metadata, provider = party.metadata(now), party.provider
    asked = {
        "response_type": "code",
        "client_id": provider.client_id,
        "redirect_uri": provider.redirect_uri,
        "scope": SCOPE,
        "state": transaction.state,
        "nonce": transaction.nonce,
        "code_challenge": transaction.challenge,
        "code_challenge_method": "S256",
        **_prompt(transaction.purpose, provider, metadata),
    }
    if claims := _claims(provider, metadata):
        asked["claims"] = json.dumps({"id_token": claims}, separators=(",", ":"))
    # An endpoint may have a query of its own (RFC 6749 section 3.1).
    joint = "&" if urlsplit(metadata.authorization_endpoint).query else "?"
    return f"{metadata.authorization_endpoint}{joint}{urlencode(asked)}"


def _prompt(purpose: Purpose, provider: Provider, metadata: Metadata) -> dict[str, str]:
    if purpose is Purpose.STEP_UP:
        return {"prompt": "login", "max_age": "0"}
    # Which account to link is a choice. The value is optional in the standard (OpenID Connect Core
    # 3.1.2.1), and a provider that does not know it may refuse the whole question.
    takes = SELECT in metadata.prompts or provider.origin in SELECTING
    if takes and purpose in (Purpose.LINK, Purpose.INVITATION):
        return {"prompt": SELECT}
    return {}


def _claims(provider: Provider, metadata: Metadata) -> dict[str, Any]:
    if provider.family is Family.MICROSOFT:
        if not provider.factor_context:
            return {}
        return {"acrs": {"essential": True, "value": provider.factor_context}}
    if provider.family is Family.GOOGLE or metadata.takes_claims:
        return {"auth_time": {"essential": True}, "amr": {"essential": True}}
    return {}
