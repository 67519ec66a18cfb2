"""Tokens that must not pass, made with keys of our own and shown to our own checks.

A provider is played in memory, with the same family and rules as the real one: one good token has
to pass, and each of the bad ones has to be refused for exactly the reason it is bad for.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from joserfc import jws
from joserfc.jwk import ECKey, OctKey
from joserfc.util import urlsafe_b64encode

from trustkeep.identity.oidc import id_token
from trustkeep.identity.oidc.accounts import account_of
from trustkeep.identity.oidc.discovery import Party
from trustkeep.identity.oidc.id_token import LEEWAY, Expected
from trustkeep.identity.oidc.providers import Provider
from trustkeep.identity.oidc.refusals import ProviderRefused, Reason
from trustkeep.identity.ports import WebAnswer

_ISSUER = "https://rehearsal.invalid"
_TENANT, _OTHER = "7f3a9c52-5b1e-4c39-9a55-0d7c8a2f4e11", "0e9d2c44-1f7b-4a86-8d3c-6b5a7e9f2d10"
_NONCE = "nonce-of-the-rehearsal"
_KID = "rehearsal"
_LATE = LEEWAY + timedelta(minutes=1)

type Told = dict[str, Any]


@dataclass(frozen=True, slots=True)
class _Stage:
    """One played provider: its key, a stranger's, and the party that we are to it."""

    party: Party
    key: ECKey
    stranger: ECKey
    now: datetime

    def good(self) -> Told:
        """Return the claims of a token that has to pass."""
        present = int(self.now.timestamp())
        return {
            "iss": _ISSUER,
            "sub": "somebody",
            "aud": self.party.provider.client_id,
            "exp": present + 300,
            "iat": present,
            "nonce": _NONCE,
            "tid": _TENANT,
            "oid": _OTHER,
        }

    def signed(self, claims: Told, key: ECKey | None = None, **header: str) -> str:
        """Return a token with these claims."""
        head = {"alg": "ES256", "kid": _KID, **header}
        return jws.serialize_compact(head, json.dumps(claims).encode(), key or self.key)


class _Web:
    """Answers as the played provider, without a network."""

    def __init__(self, keys: list[Mapping[str, Any]]) -> None:
        self._told = {
            "issuer": _ISSUER,
            "authorization_endpoint": f"{_ISSUER}/authorize",
            "token_endpoint": f"{_ISSUER}/token",
            "jwks_uri": f"{_ISSUER}/keys",
            "keys": keys,
        }

    def get(self, url: str, *, headers: Mapping[str, str]) -> WebAnswer:  # noqa: ARG002
        return WebAnswer(200, json.dumps(self._told).encode())

    def post(self, url: str, *, form: Mapping[str, str], headers: Mapping[str, str]) -> WebAnswer:  # noqa: ARG002
        return WebAnswer(400, b"{}")


def failures(provider: Provider, *, now: datetime) -> list[str]:
    """Return which tokens our checks judged wrongly; empty if they judged all as they have to."""
    stage = _stage(provider, now)
    wrong = [] if _verdict(stage, stage.signed(stage.good())) is None else ["good"]
    return wrong + [
        reason.value for reason, make in BAD.items() if _verdict(stage, make(stage)) is not reason
    ]


def _verdict(stage: _Stage, token: str) -> Reason | None:
    try:
        claims = id_token.believed(
            token, party=stage.party, expected=Expected(nonce=_NONCE), now=stage.now
        )
        account_of(stage.party, claims, now=stage.now)
    except ProviderRefused as refused:
        return refused.reason
    return None


def _stage(provider: Provider, now: datetime) -> _Stage:
    key, stranger = ECKey.generate_key("P-256"), ECKey.generate_key("P-256")
    shown = {**key.as_dict(private=False), "kid": _KID, "use": "sig"}
    played = replace(
        provider, issuer=_ISSUER, tenants=(), hosted_domains=(), client_id="rehearsal-client"
    )
    return _Stage(Party(played, _Web([shown])), key, stranger, now)


def _changed(**changes: Any) -> Callable[[_Stage], str]:
    return lambda stage: stage.signed({**stage.good(), **changes})


def _without(name: str) -> Callable[[_Stage], str]:
    return lambda stage: stage.signed(
        {one: value for one, value in stage.good().items() if one != name}
    )


def _at(name: str, shift: timedelta) -> Callable[[_Stage], str]:
    return lambda stage: stage.signed({**stage.good(), name: int((stage.now + shift).timestamp())})


def _unsigned(stage: _Stage) -> str:
    header = urlsafe_b64encode(json.dumps({"alg": "none"}).encode())
    body = urlsafe_b64encode(json.dumps(stage.good()).encode())
    return f"{header.decode()}.{body.decode()}."


def _with_public_key_as_secret(stage: _Stage) -> str:
    secret = OctKey.import_key(json.dumps(stage.key.as_dict(private=False)))
    head = {"alg": "HS256", "kid": _KID}
    return jws.serialize_compact(head, json.dumps(stage.good()).encode(), secret)


BAD: Mapping[Reason, Callable[[_Stage], str]] = {
    Reason.MALFORMED: lambda _: "no.token",
    Reason.ALGORITHM: _unsigned,
    Reason.SIGNATURE: lambda stage: stage.signed(stage.good(), stage.stranger),
    Reason.KEY_UNKNOWN: lambda stage: stage.signed(stage.good(), kid="another"),
    Reason.ISSUER: _changed(iss="https://another.invalid"),
    Reason.AUDIENCE: _changed(aud="another-client"),
    Reason.PARTY: _changed(azp="another-client"),
    Reason.SUBJECT: _without("sub"),
    Reason.EXPIRED: _at("exp", -_LATE),
    Reason.EXPIRY_MISSING: _without("exp"),
    Reason.ISSUED_LATER: _at("iat", _LATE),
    Reason.ISSUED_MISSING: _without("iat"),
    Reason.NOT_YET: _at("nbf", _LATE),
    Reason.NONCE: _changed(nonce="another"),
    Reason.NONCE_MISSING: _without("nonce"),
    Reason.ACCESS_HASH: _changed(at_hash="another"),
}
"""One token for each reason that can be rehearsed without a network."""
