"""Bringing a code to the token endpoint in our own name (RFC 6749 section 2.3, RFC 7523).

With a key of ours we sign who we are, and nothing secret travels; with a secret, the ways that the
provider names are tried, the standard's own first. A provider may support a way and still want the
other one of this client: as long as it says that it does not know us, the code is not used up, and
the next way is tried. The way that was right is remembered.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
import secrets
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from urllib.parse import quote

from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, RSAKey

from trustkeep.identity.oidc.discovery import Metadata, Party
from trustkeep.identity.oidc.refusals import Reason
from trustkeep.identity.ports import WebAnswer

BASIC, POST = "client_secret_basic", "client_secret_post"
ASSERTION_LIFETIME = timedelta(minutes=5)
REFUSALS = (400, 401)
_PRIVATE_KEY = re.compile(r"-----BEGIN ([A-Z ]*PRIVATE KEY)-----.+?-----END \1-----", re.DOTALL)
_CERTIFICATE = re.compile(r"-----BEGIN CERTIFICATE-----(.+?)-----END CERTIFICATE-----", re.DOTALL)
_ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"

type Shown = tuple[Mapping[str, str], Mapping[str, str]]
"""What goes into the form, and what into the headers."""


def asked_for_tokens(
    party: Party, metadata: Metadata, *, code: str, verifier: str, now: datetime
) -> WebAnswer:
    """Return what the token endpoint answers to a code; raises ProviderRefused."""
    asked = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": party.provider.redirect_uri,
        "code_verifier": verifier,
    }
    answer = WebAnswer(0, b"")
    for name, show in _ways(party, metadata, now).items():
        form, headers = show()
        answer = party.posted(metadata.token_endpoint, {**asked, **form}, headers)
        if answer.status not in REFUSALS or refusal_of(party, answer) is not Reason.CLIENT_REFUSED:
            party.way = name
            break
    return answer


def refusal_of(party: Party, answer: WebAnswer) -> Reason:
    """Return why the token endpoint refused: because of the code, or because of us."""
    told = party.parsed(answer)
    is_ours = told.get("error") in ("invalid_client", "unauthorized_client")
    return Reason.CLIENT_REFUSED if is_ours else Reason.CODE_REFUSED


def _ways(party: Party, metadata: Metadata, now: datetime) -> dict[str, Callable[[], Shown]]:
    provider = party.provider
    key, secret = _read(party, provider.key), _read(party, provider.secret)
    if key:
        return {"private_key_jwt": lambda: _signed(party, metadata, key, now)}
    if not secret:
        return {"none": lambda: ({"client_id": provider.client_id}, {})}
    ways: dict[str, Callable[[], Shown]] = {
        BASIC: lambda: ({}, {"Authorization": _basic(provider.client_id, secret)}),
        POST: lambda: ({"client_id": provider.client_id, "client_secret": secret}, {}),
    }
    named = [one for one in ways if one in metadata.client_methods] or list(ways)
    return {one: ways[one] for one in sorted(named, key=lambda one: one != party.way)}


def _read(party: Party, what: Callable[[], str]) -> str:
    try:
        return what()
    except (OSError, UnicodeError) as error:
        raise party.refused(Reason.SECRET_MISSING) from error


def _basic(client_id: str, secret: str) -> str:
    # RFC 6749 section 2.3.1: both parts are form-encoded before they are joined.
    pair = f"{quote(client_id, safe='')}:{quote(secret, safe='')}"
    return f"Basic {base64.b64encode(pair.encode()).decode('ascii')}"


def _signed(party: Party, metadata: Metadata, pem: str, now: datetime) -> Shown:
    """Sign who we are; raises ProviderRefused if the file holds no key that can.

    Entra finds the key by the thumbprint of the certificate that is registered there.
    """
    ours, present = party.provider.client_id, int(now.timestamp())
    claims = {
        "iss": ours,
        "sub": ours,
        "aud": metadata.token_endpoint,
        "jti": secrets.token_urlsafe(16),
        "iat": present,
        "nbf": present,
        "exp": present + int(ASSERTION_LIFETIME.total_seconds()),
    }
    try:
        key, thumbprint = loaded(pem)
        header = _header(key, thumbprint)
        body = json.dumps(claims).encode()
        made = jws.serialize_compact(header, body, key, algorithms=[header["alg"]])
    except (ValueError, TypeError, JoseError) as error:
        raise party.refused(Reason.SECRET_MISSING) from error
    form = {"client_id": ours, "client_assertion_type": _ASSERTION_TYPE, "client_assertion": made}
    return form, {}


def _header(key: RSAKey | ECKey, thumbprint: str) -> dict[str, str]:
    is_rsa = isinstance(key, RSAKey)
    # Entra asks for PS256 and the thumbprint of the certificate; others find the key by its name.
    if thumbprint:
        return {"alg": "PS256" if is_rsa else "ES256", "typ": "JWT", "x5t#S256": thumbprint}
    return {"alg": "RS256" if is_rsa else "ES256", "typ": "JWT", "kid": key.thumbprint()}


def loaded(pem: str) -> tuple[RSAKey | ECKey, str]:
    """Return the private key of a PEM text, and the thumbprint of the certificate beside it.

    The thumbprint is empty where there is no certificate. Raises ValueError, TypeError, JoseError.
    """
    found = _PRIVATE_KEY.search(pem)
    if found is None:
        raise ValueError(pem[:0])
    certificate = _CERTIFICATE.search(pem)
    der = base64.b64decode(certificate[1]) if certificate else b""
    thumbprint = _base64url(hashlib.sha256(der).digest()) if der else ""
    try:
        return RSAKey.import_key(found[0]), thumbprint
    except (ValueError, TypeError, JoseError):
        return ECKey.import_key(found[0]), thumbprint


def _base64url(value: bytes) -> str:
    return base64.urlsafe_b64encode(value).rstrip(b"=").decode("ascii")
