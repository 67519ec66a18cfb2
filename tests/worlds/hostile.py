"""Answers that must never sign anybody in, each with the reason for which it has to be refused."""

from __future__ import annotations

import base64
import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from joserfc import jws
from joserfc.jwk import OctKey, RSAKey

from tests.worlds.identity_provider import (
    OTHER_TENANT,
    Answer,
    Asked,
    Claims,
    Played,
    as_json,
    new_key,
    token,
)
from trustkeep.identity.oidc.providers import CONSUMERS
from trustkeep.identity.oidc.refusals import Reason

type Bend = Callable[[Played], None]

_NONE = "none"
_STRANGER = new_key()
_STRANGER_EC = new_key("EC")


@dataclass(frozen=True)
class Hostile:
    """One bent answer of a provider of one family."""

    family: str
    bend: Bend
    reason: Reason


def claims(**changes: Any) -> Bend:
    """Change claims; None takes one away."""

    def bend(told: Claims) -> Claims:
        made = {**told, **{name: v(told) if callable(v) else v for name, v in changes.items()}}
        return {name: value for name, value in made.items() if value is not None}

    def onto(played: Played) -> None:
        played.bend = bend

    return onto


def signed(make: Callable[[Played, Claims], str]) -> Bend:
    """Make the token otherwise."""

    def onto(played: Played) -> None:
        played.sign = make

    return onto


def returned(**changes: str | None) -> Bend:
    """Change what the browser brings back."""

    def bend(told: dict[str, str]) -> dict[str, str]:
        made = {**told, **changes}
        return {name: value for name, value in made.items() if value is not None}

    def onto(played: Played) -> None:
        played.bend_return = bend

    return onto


def answered(**changes: Any) -> Bend:
    """Change what the token endpoint answers."""

    def bend(told: Claims) -> Claims:
        return {name: v for name, v in {**told, **changes}.items() if v is not None}

    def onto(played: Played) -> None:
        played.bend_answer = bend

    return onto


def described(**changes: Any) -> Bend:
    """Change what the provider says of itself."""

    def onto(played: Played) -> None:
        played.bend_metadata = lambda told: {
            name: value for name, value in {**told, **changes}.items() if value is not None
        }

    return onto


def instead(ending: str, answer: Answer | Callable[[Played, Asked], Answer]) -> Bend:
    """Answer something else at one address."""

    def onto(played: Played) -> None:
        played.instead[ending] = answer if callable(answer) else lambda *_: answer

    return onto


def slow(_played: Played, _asked: Asked) -> Answer:
    """Take longer than anybody waits."""
    time.sleep(4)
    return as_json({})


def unsigned(_played: Played, told: Claims) -> str:
    """Leave the signature out, and say so."""
    return f"{_part({'alg': 'none', 'typ': 'JWT'})}.{_part(told)}."


def stripped(played: Played, told: Claims) -> str:
    """Leave the signature out, and do not say so."""
    return token(told, played.keys[0]).rpartition(".")[0] + "."


def with_public_key_as_secret(played: Played, told: Claims) -> str:
    """Sign with HMAC, under what everybody can fetch."""
    public = played.keys[0].as_pem(private=False)
    head = {"alg": "HS256", "kid": played.keys[0].kid}
    body = f"{_part(head)}.{_part(told)}"
    key = OctKey.import_key(base64.urlsafe_b64encode(public).decode())
    made = jws.serialize_compact({"alg": "HS256"}, b"x", key, algorithms=["HS256"])
    return f"{body}.{made.rpartition('.')[2]}"


def changed_after_signing(played: Played, told: Claims) -> str:
    """Exchange the body under a good signature."""
    head, _, signature = token(told, played.keys[0]).split(".")
    return f"{head}.{_part({**told, 'sub': 'somebody-else'})}.{signature}"


def weak(played: Played, told: Claims) -> str:
    """Sign with a key that is published, and too short."""
    import warnings

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        key = RSAKey.generate_key(1024, {"kid": "weak"})
    played.keys.append(key)
    return token(told, key)


def _part(told: Mapping[str, Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(told).encode()).rstrip(b"=").decode()


def _in_key(played: Played, told: Claims) -> str:
    public = _STRANGER.as_dict(private=False)
    return token(told, _STRANGER, kid="mine", jwk=public, jku="https://localhost:1/keys")


_PAST, _FUTURE = -7200, 7200


def _shifted(seconds: int) -> Callable[[Claims], int]:
    return lambda told: int(told["iat"]) + seconds


HOSTILE: Mapping[str, Hostile] = {
    "algorithm none": Hostile("google", signed(unsigned), Reason.ALGORITHM),
    "signature stripped": Hostile("google", signed(stripped), Reason.SIGNATURE),
    "body changed": Hostile("google", signed(changed_after_signing), Reason.SIGNATURE),
    "signed by a stranger under a known name": Hostile(
        "google",
        signed(lambda played, told: token(told, _STRANGER, kid=played.keys[0].kid)),
        Reason.SIGNATURE,
    ),
    "unknown key": Hostile(
        "google", signed(lambda _, told: token(told, _STRANGER)), Reason.KEY_UNKNOWN
    ),
    "key in the header": Hostile("google", signed(_in_key), Reason.KEY_UNKNOWN),
    "public key as secret": Hostile("google", signed(with_public_key_as_secret), Reason.ALGORITHM),
    "another kind of key": Hostile(
        "plain",
        signed(lambda p, told: token(told, _STRANGER, kid=p.keys[0].kid)),
        Reason.KEY_UNKNOWN,
    ),
    "curve key of a stranger": Hostile(
        "plain",
        signed(lambda p, told: token(told, _STRANGER_EC, kid=p.keys[0].kid)),
        Reason.SIGNATURE,
    ),
    "short key": Hostile("google", signed(weak), Reason.KEY_WEAK),
    "critical header": Hostile(
        "google",
        signed(lambda p, told: _crit(p, told)),
        Reason.CRITICAL,
    ),
    "an access token": Hostile(
        "google", signed(lambda p, told: token(told, p.keys[0], typ="at+jwt")), Reason.KIND
    ),
    "a logout token": Hostile(
        "google", signed(lambda p, told: token(told, p.keys[0], typ="logout+jwt")), Reason.KIND
    ),
    "no token at all": Hostile("google", answered(id_token=None), Reason.TOKEN_MISSING),
    "a token that is none": Hostile("google", answered(id_token="no.token"), Reason.MALFORMED),
    "a token that is a number": Hostile("google", answered(id_token=7), Reason.TOKEN_MISSING),
    "a huge token": Hostile("google", answered(id_token="a" * 80_000), Reason.MALFORMED),
    "an odd token type": Hostile("google", answered(token_type="mac"), Reason.TOKEN_TYPE),
    "wrong nonce": Hostile("google", claims(nonce="another"), Reason.NONCE),
    "nonce with half a sign": Hostile("google", claims(nonce="\ud800"), Reason.MALFORMED),
    "no nonce": Hostile("google", claims(nonce=None), Reason.NONCE_MISSING),
    "foreign audience": Hostile("google", claims(aud="another-client"), Reason.AUDIENCE),
    "no audience": Hostile("google", claims(aud=None), Reason.AUDIENCE),
    "foreign authorized party": Hostile("google", claims(azp="another"), Reason.PARTY),
    "two audiences and no party": Hostile(
        "google", claims(aud=["our-client", "another"], azp=None), Reason.PARTY
    ),
    "expired": Hostile("google", claims(exp=_shifted(_PAST)), Reason.EXPIRED),
    "no expiry": Hostile("google", claims(exp=None), Reason.EXPIRY_MISSING),
    "expiry as text": Hostile("google", claims(exp="tomorrow"), Reason.EXPIRY_MISSING),
    "expiry without end": Hostile("google", claims(exp=float("inf")), Reason.MALFORMED),
    "issued in the future": Hostile("google", claims(iat=_shifted(_FUTURE)), Reason.ISSUED_LATER),
    "issued long ago": Hostile("google", claims(iat=_shifted(_PAST)), Reason.ISSUED_LONG_AGO),
    "no issue time": Hostile("google", claims(iat=None), Reason.ISSUED_MISSING),
    "not yet valid": Hostile("google", claims(nbf=_shifted(_FUTURE)), Reason.NOT_YET),
    "foreign issuer": Hostile("google", claims(iss="https://evil.example"), Reason.ISSUER),
    "no issuer": Hostile("google", claims(iss=None), Reason.ISSUER),
    "no subject": Hostile("google", claims(sub=None), Reason.SUBJECT),
    "subject as number": Hostile("google", claims(sub=7), Reason.SUBJECT),
    "subject without end": Hostile("google", claims(sub="s" * 300), Reason.SUBJECT),
    "wrong hash of the access token": Hostile("google", claims(at_hash="x"), Reason.ACCESS_HASH),
    "wrong hash of the code": Hostile("google", claims(c_hash="x"), Reason.CODE_HASH),
    "odd time of authentication": Hostile(
        "google", claims(auth_time="yesterday"), Reason.AUTH_TIME_INVALID
    ),
    "authentication after the end of time": Hostile(
        "google", claims(auth_time=10**30), Reason.AUTH_TIME_INVALID
    ),
    "tenant of another issuer": Hostile("microsoft", claims(tid=OTHER_TENANT), Reason.ISSUER),
    "issuer of another tenant": Hostile(
        "microsoft",
        claims(iss=lambda told: told["iss"].replace(told["tid"], OTHER_TENANT)),
        Reason.ISSUER,
    ),
    "issuer as template": Hostile(
        "microsoft",
        claims(iss=lambda told: told["iss"].replace(told["tid"], "{tenantid}")),
        Reason.ISSUER,
    ),
    "no tenant": Hostile("microsoft", claims(tid=None), Reason.TENANT_MISSING),
    "a tenant that is no id": Hostile(
        "microsoft",
        claims(tid="common", iss=lambda told: told["iss"].replace(told["tid"], "common")),
        Reason.TENANT_MISMATCH,
    ),
    "no object": Hostile("microsoft", claims(oid=None), Reason.OBJECT_MISSING),
    "private account": Hostile(
        "microsoft", lambda played: setattr(played, "tenant", CONSUMERS), Reason.CONSUMER
    ),
    "guest by mark": Hostile("microsoft", claims(acct=1), Reason.GUEST),
    "guest by home": Hostile(
        "microsoft", claims(idp="https://sts.windows.net/elsewhere/"), Reason.GUEST
    ),
    "another object under the same subject": Hostile(
        "microsoft", claims(oid=OTHER_TENANT), Reason.OBJECT_MISMATCH
    ),
    "key of another tenant": Hostile(
        "microsoft",
        lambda played: played.instead.update({"/keys": _foreign_keys}),
        Reason.KEY_ISSUER,
    ),
    "person declined": Hostile(
        "google", returned(code=None, error="access_denied"), Reason.CANCELLED
    ),
    "interaction required": Hostile(
        "google", returned(code=None, error="interaction_required"), Reason.PROVIDER_ERROR
    ),
    "error with markup": Hostile(
        "google", returned(code=None, error="<script>alert(1)</script>"), Reason.PROVIDER_ERROR
    ),
    "no code": Hostile("google", returned(code=None), Reason.CODE_MISSING),
    "code of somebody else": Hostile("google", returned(code="made-up"), Reason.CODE_REFUSED),
    "code without end": Hostile("google", returned(code="c" * 5000), Reason.CODE_MISSING),
    "no state": Hostile("google", returned(state=None), Reason.STATE_MISSING),
    "state made up": Hostile("google", returned(state="made-up"), Reason.NOT_STARTED),
    "answer of another issuer": Hostile(
        "google", returned(iss="https://evil.example"), Reason.ANSWER_ISSUER
    ),
    "answer of another tenant": Hostile(
        "microsoft", lambda played: _of_other_tenant(played), Reason.ANSWER_ISSUER
    ),
    "answer without its issuer": Hostile(
        "plain",
        described(authorization_response_iss_parameter_supported=True),
        Reason.ANSWER_ISSUER_MISSING,
    ),
    "client unknown": Hostile(
        "google",
        instead("/token", as_json({"error": "invalid_client"}, 401)),
        Reason.CLIENT_REFUSED,
    ),
    "token endpoint broken": Hostile("google", instead("/token", (500, {}, b"")), Reason.STATUS),
    "token endpoint redirects": Hostile(
        "google",
        instead("/token", (307, {"Location": "https://localhost/"}, b"")),
        Reason.REDIRECTED,
    ),
    "tokens are no JSON": Hostile(
        "google", instead("/token", (200, {}, b"<html>")), Reason.UNREADABLE
    ),
    "tokens are a list": Hostile("google", instead("/token", as_json([])), Reason.UNREADABLE),
    "tokens are nested without end": Hostile(
        "google", instead("/token", (200, {}, b"[" * 100_000)), Reason.UNREADABLE
    ),
    "tokens are huge": Hostile(
        "google", instead("/token", (200, {}, b" " * 600_000)), Reason.TOO_LARGE
    ),
    "tokens are slow": Hostile("google", instead("/token", slow), Reason.TOO_SLOW),
    "userinfo of somebody else": Hostile(
        "google", lambda played: setattr(played, "userinfo", {"sub": "x"}), Reason.USERINFO_SUBJECT
    ),
    "userinfo without subject": Hostile(
        "google", lambda played: setattr(played, "userinfo", {"a": 1}), Reason.USERINFO_SUBJECT
    ),
    "userinfo is no JSON": Hostile(
        "google", instead("/userinfo", (200, {}, b"<html>")), Reason.USERINFO_UNREADABLE
    ),
    "keys are none": Hostile("google", instead("/keys", as_json({"keys": []})), Reason.NO_KEYS),
    "keys are no JSON": Hostile("google", instead("/keys", (200, {}, b"no")), Reason.UNREADABLE),
    "keys are gone": Hostile("google", instead("/keys", (404, {}, b"")), Reason.STATUS),
}
"""Once somebody has been sent to the provider."""

DISCOVERIES: Mapping[str, Hostile] = {
    "another issuer": Hostile(
        "google", described(issuer="https://evil.example"), Reason.METADATA_ISSUER
    ),
    "a template where none may be": Hostile(
        "google", described(issuer="https://localhost/{tenantid}"), Reason.METADATA_ISSUER
    ),
    "a template elsewhere": Hostile(
        "microsoft", described(issuer="https://evil.example/{tenantid}"), Reason.METADATA_ISSUER
    ),
    "an issuer that is no text": Hostile("google", described(issuer=7), Reason.METADATA_ISSUER),
    "no token endpoint": Hostile("google", described(token_endpoint=None), Reason.INCOMPLETE),
    "keys without TLS": Hostile(
        "google", described(jwks_uri="http://localhost/keys"), Reason.INCOMPLETE
    ),
    "a redirect": Hostile(
        "google",
        instead(
            "/.well-known/openid-configuration", (302, {"Location": "https://localhost/"}, b"")
        ),
        Reason.REDIRECTED,
    ),
    "no JSON": Hostile(
        "google", instead("/.well-known/openid-configuration", (200, {}, b"<")), Reason.UNREADABLE
    ),
    "too much": Hostile(
        "google",
        instead("/.well-known/openid-configuration", (200, {}, b" " * 600_000)),
        Reason.TOO_LARGE,
    ),
    "too slow": Hostile(
        "google", instead("/.well-known/openid-configuration", slow), Reason.TOO_SLOW
    ),
    "nothing": Hostile(
        "google", instead("/.well-known/openid-configuration", (404, {}, b"")), Reason.STATUS
    ),
}
"""Before anybody is sent to the provider."""


def _crit(played: Played, told: Claims) -> str:
    head = {"alg": "RS256", "kid": played.keys[0].kid, "crit": ["exp"], "exp": 1}
    _, _, signature = token(told, played.keys[0]).split(".")
    return f"{_part(head)}.{_part(told)}.{signature}"


def _foreign_keys(played: Played, _asked: Asked) -> Answer:
    told = played.key_set()
    for key in told["keys"]:
        key["issuer"] = played.issuer.replace("{tenantid}", OTHER_TENANT)
    return as_json(told)


def _of_other_tenant(played: Played) -> None:
    issuer = played.issuer.replace("{tenantid}", OTHER_TENANT)
    played.bend_return = lambda told: {**told, "iss": issuer}
