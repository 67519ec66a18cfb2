"""More answers that must sign nobody in: the right words in a wrong form, or two words at once."""

from __future__ import annotations

import base64
import gzip
import json
import zlib
from collections.abc import Callable, Mapping
from typing import Any

from joserfc import jws

from tests.worlds.hostile import Bend, Hostile, answered, claims, instead, signed
from tests.worlds.identity_provider import (
    Answer,
    Asked,
    Claims,
    Played,
    as_json,
    new_key,
    token,
)
from trustkeep.identity.oidc.refusals import Reason

_STRANGER = new_key()
_HTML = {"Content-Type": "text/html"}


def _b64(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def raw(write: Callable[[Claims], bytes]) -> Bend:
    """Sign a payload that no serializer would write."""

    def make(played: Played, told: Claims) -> str:
        head = {"alg": "RS256", "kid": played.keys[0].kid, "typ": "JWT"}
        return jws.serialize_compact(head, write(told), played.keys[0], algorithms=["RS256"])

    return signed(make)


def headed(head: Callable[[Played], str]) -> Bend:
    """Put this header before a body and a signature that would do."""

    def make(played: Played, told: Claims) -> str:
        _, body, signature = token(told, played.keys[0]).split(".")
        return f"{_b64(head(played).encode())}.{body}.{signature}"

    return signed(make)


def of_algorithm(name: str) -> Callable[[Played], str]:
    """Return a header that names an algorithm."""
    return lambda played: json.dumps({"alg": name, "kid": played.keys[0].kid})


def twice(name: str, other: object) -> Bend:
    """Say a claim twice: first otherwise, then as it is."""
    return raw(
        lambda told: (
            f"{{{json.dumps(name)}: {json.dumps(other)}, ".encode() + json.dumps(told).encode()[1:]
        )
    )


def nested(played: Played, told: Claims) -> str:
    """Wrap a good token in another."""
    head = {"alg": "RS256", "kid": played.keys[0].kid, "cty": "JWT"}
    inner = token(told, played.keys[0]).encode()
    return jws.serialize_compact(head, inner, played.keys[0], algorithms=["RS256"])


def bomb(_played: Played, _told: Claims) -> str:
    """Encrypt to nobody what grows a thousandfold when it is unpacked."""
    packer = zlib.compressobj(wbits=-15)
    small = packer.compress(b" " * 10_000_000) + packer.flush()
    head = {"alg": "dir", "enc": "A256GCM", "zip": "DEF"}
    return ".".join([_b64(json.dumps(head).encode()), "", _b64(b"i" * 12), _b64(small), _b64(b"t")])


def keyed(change: Callable[[list[dict[str, Any]]], list[dict[str, Any]]]) -> Bend:
    """Change the set of keys."""

    def keys(played: Played, _asked: Asked) -> Answer:
        return as_json({"keys": change(played.key_set()["keys"])})

    return instead("/keys", keys)


def as_stranger(played: Played, told: Claims) -> str:
    """Sign with a stranger's key, under the name of the provider's."""
    return token(told, _STRANGER, kid=played.keys[0].kid)


def both(*bends: Bend) -> Bend:
    """Bend several things."""

    def onto(played: Played) -> None:
        for bend in bends:
            bend(played)

    return onto


def _tokens(encode: Callable[[str], Answer]) -> Bend:
    """Answer with what would do, in another form."""

    def tokens(played: Played, asked: Asked) -> Answer:
        started = played.codes[asked.form["code"]]
        told = {
            "access_token": "a",
            "token_type": "Bearer",
            "id_token": played.signed({**played.claims(started, "a")}),
        }
        return encode(json.dumps(told))

    return instead("/token", tokens)


def _strangers(keys: list[dict[str, Any]]) -> list[dict[str, Any]]:
    theirs = _STRANGER.as_dict(private=False)
    return [{**theirs, "kid": keys[0]["kid"], "use": "sig"}, *keys]


FORMS: Mapping[str, Hostile] = {
    **{
        f"algorithm {name}": Hostile(
            "google",
            headed(of_algorithm(name)),
            Reason.ALGORITHM,
        )
        for name in ("None", "nOnE", "NONE", "rs256", "PS256", "RS512", "")
    },
    "algorithm told twice": Hostile(
        "google",
        headed(lambda p: f'{{"alg": "none", "alg": "RS256", "kid": "{p.keys[0].kid}"}}'),
        Reason.MALFORMED,
    ),
    "algorithm as list": Hostile(
        "google", headed(lambda _: '{"alg": ["RS256"]}'), Reason.ALGORITHM
    ),
    "header that is no object": Hostile("google", headed(lambda _: "[]"), Reason.ALGORITHM),
    "header not in UTF-8": Hostile(
        "google", signed(lambda _, __: f"{_b64(b'{"alg": "\xff"}')}.e30.e30"), Reason.MALFORMED
    ),
    "unencoded payload": Hostile(
        "google",
        headed(lambda p: json.dumps({"alg": "RS256", "kid": p.keys[0].kid, "b64": False})),
        Reason.MALFORMED,
    ),
    "name of a key as path": Hostile(
        "google",
        headed(lambda _: json.dumps({"alg": "RS256", "kid": "../../dev/null\x00"})),
        Reason.KEY_UNKNOWN,
    ),
    "a token in a token": Hostile("google", signed(nested), Reason.MALFORMED),
    "an encrypted bomb": Hostile("google", signed(bomb), Reason.MALFORMED),
    "a token as JSON": Hostile(
        "google", answered(id_token={"payload": "e30", "signatures": []}), Reason.TOKEN_MISSING
    ),
    "a token with a line's end": Hostile(
        "google", signed(lambda p, told: token(told, p.keys[0]) + "\n"), Reason.SIGNATURE
    ),
    "subject told twice": Hostile("google", twice("sub", "somebody-else"), Reason.MALFORMED),
    "nonce told twice": Hostile("google", twice("nonce", "another"), Reason.MALFORMED),
    "claims not in UTF-8": Hostile(
        "google",
        raw(lambda told: json.dumps(told).encode("utf-16")),
        Reason.MALFORMED,
    ),
    "claims that are no object": Hostile("google", raw(lambda _: b"[]"), Reason.MALFORMED),
    "expiry that is no number": Hostile("google", claims(exp=float("nan")), Reason.MALFORMED),
    "expiry beyond all numbers": Hostile("google", claims(exp=10**400), Reason.EXPIRY_MISSING),
    "issue time beyond all numbers": Hostile("google", claims(iat=10**400), Reason.ISSUED_MISSING),
    "expiry as truth": Hostile("google", claims(exp=True), Reason.EXPIRY_MISSING),
    "nonce as list": Hostile(
        "google", claims(nonce=lambda told: [told["nonce"]]), Reason.NONCE_MISSING
    ),
    "audience as object": Hostile("google", claims(aud={"our-client": 1}), Reason.AUDIENCE),
    "audience in a list in a list": Hostile(
        "google", claims(aud=[["our-client"]]), Reason.AUDIENCE
    ),
    "audience in capitals": Hostile("google", claims(aud="OUR-CLIENT"), Reason.AUDIENCE),
    "two audiences and a foreign party": Hostile(
        "google", claims(aud=["our-client", "another"], azp="another"), Reason.PARTY
    ),
    "authorized party as list": Hostile("google", claims(azp=["our-client"]), Reason.PARTY),
    "issuer with a slash": Hostile(
        "google", claims(iss=lambda told: told["iss"] + "/"), Reason.ISSUER
    ),
    "issuer in capitals": Hostile(
        "google", claims(iss=lambda told: told["iss"].upper()), Reason.ISSUER
    ),
    "issuer as list": Hostile("google", claims(iss=lambda told: [told["iss"]]), Reason.ISSUER),
    "tenant in capitals": Hostile(
        "microsoft",
        claims(
            tid=lambda told: told["tid"].upper(),
            iss=lambda told: told["iss"].replace(told["tid"], told["tid"].upper()),
        ),
        Reason.TENANT_MISMATCH,
    ),
    "subject as list": Hostile("google", claims(sub=["subject-1"]), Reason.SUBJECT),
    "subject that looks alike": Hostile("google", claims(sub="subject-１"), Reason.SUBJECT),
    "subject with nothing in it": Hostile("google", claims(sub=""), Reason.SUBJECT),
    "two keys of one name": Hostile(
        "google", both(keyed(_strangers), signed(as_stranger)), Reason.KEY_UNKNOWN
    ),
    "key for encrypting": Hostile(
        "google",
        keyed(lambda keys: [{**one, "use": "enc"} for one in keys]),
        Reason.KEY_UNKNOWN,
    ),
    "key of another algorithm": Hostile(
        "google",
        keyed(lambda keys: [{**one, "alg": "RS512"} for one in keys]),
        Reason.KEY_UNKNOWN,
    ),
    "key as shared secret": Hostile(
        "google",
        keyed(lambda keys: [{"kty": "oct", "k": "AAAA", "kid": one["kid"]} for one in keys]),
        Reason.KEY_UNKNOWN,
    ),
    "key that is no number": Hostile(
        "google", keyed(lambda keys: [{**one, "n": ["A"]} for one in keys]), Reason.KEY_WEAK
    ),
    "keys without end": Hostile("google", keyed(lambda keys: keys * 500), Reason.NO_KEYS),
    "tokens as a page": Hostile(
        "google", _tokens(lambda told: (200, _HTML, told.encode())), Reason.UNREADABLE
    ),
    "tokens told twice": Hostile(
        "google",
        _tokens(lambda told: (200, {}, b'{"id_token": "x", ' + told.encode()[1:])),
        Reason.UNREADABLE,
    ),
    "tokens not in UTF-8": Hostile(
        "google", _tokens(lambda told: (200, {}, told.encode("utf-16"))), Reason.UNREADABLE
    ),
    "tokens packed": Hostile(
        "google",
        _tokens(lambda told: (200, {"Content-Encoding": "gzip"}, gzip.compress(told.encode()))),
        Reason.UNREADABLE,
    ),
    "tokens packed without end": Hostile(
        "google",
        instead("/token", (200, {"Content-Encoding": "gzip"}, gzip.compress(b" " * 50_000_000))),
        Reason.UNREADABLE,
    ),
    "tokens beside an error": Hostile(
        "google", answered(error="server_error"), Reason.CODE_REFUSED
    ),
    "access token with a line's end": Hostile(
        "google", answered(access_token="a\r\nX: y"), Reason.TOKEN_TYPE
    ),
    "token endpoint redirects to us": Hostile(
        "google",
        instead("/token", (302, {"Location": "https://localhost:8443/me/"}, b"")),
        Reason.REDIRECTED,
    ),
    "userinfo with its subject in a list": Hostile(
        "google",
        lambda played: setattr(played, "userinfo", {"sub": [played.subject]}),
        Reason.USERINFO_SUBJECT,
    ),
    "userinfo as a page": Hostile(
        "google",
        instead("/userinfo", lambda p, _: (200, _HTML, json.dumps({"sub": p.subject}).encode())),
        Reason.USERINFO_UNREADABLE,
    ),
    "userinfo redirects": Hostile(
        "google",
        instead("/userinfo", (302, {"Location": "https://localhost:1/"}, b"")),
        Reason.REDIRECTED,
    ),
}
