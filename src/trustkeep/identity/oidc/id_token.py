"""Whether an ID token may be believed (OpenID Connect Core section 3.1.3.7, RFC 7519, RFC 8725).

The algorithm is one of ours and has to fit the key, the key comes from the pinned issuer's set and
from nowhere else: what a token's header says of keys (``jwk``, ``jku``, ``x5u``) is not looked at.
Each check has a refusal of its own. Whose account it is, `trustkeep.identity.oidc.accounts` tells.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from joserfc import jws
from joserfc.errors import JoseError, MissingAlgorithmError
from joserfc.jwk import ECKey, RSAKey
from joserfc.jws import CompactSignature
from joserfc.util import to_bytes, urlsafe_b64decode

from trustkeep.identity.oidc.discovery import Jwk, Party
from trustkeep.identity.oidc.providers import TENANT, Family
from trustkeep.identity.oidc.refusals import Reason
from trustkeep.identity.oidc.transactions import LIFETIME
from trustkeep.kernel import strict_json
from trustkeep.kernel.strict_json import NotJson

LEEWAY = timedelta(seconds=60)
"""How far the provider's clock may be off."""
LONGEST_TOKEN = 64 * 1024
ID_TOKEN = frozenset({"JWT"})
LEAST_RSA_BITS = 2048
_SUBJECT_LENGTH = 255
_KEYS: Mapping[str, tuple[str, Callable[[Any], RSAKey | ECKey]]] = {
    "RS256": ("RSA", RSAKey.import_key),
    "ES256": ("EC", ECKey.import_key),
}
_ALGORITHMS = frozenset(_KEYS)

type Claims = Mapping[str, Any]


class _Registry(jws.JWSRegistry):
    """Headers of providers carry certificates and members of their own, which are ignored."""

    max_header_length = 16 * 1024


_REGISTRY = _Registry(algorithms=sorted(_ALGORITHMS), strict_check_header=False)


class _Refusal(Exception):
    """A check failed; becomes the party's refusal at the entrance of this module."""

    def __init__(self, reason: Reason) -> None:
        self.reason = reason
        super().__init__(reason.value)


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """What the token has to fit: the nonce that was sent, and what came beside it."""

    nonce: str
    access_token: str = ""
    code: str = ""


def believed(token: str, *, party: Party, expected: Expected, now: datetime) -> Claims:
    """Return the claims of a token that passes every check; raises ProviderRefused."""
    try:
        return _believed(token, party, expected, now)
    except _Refusal as refusal:
        raise party.refused(refusal.reason) from refusal


def signed(token: str, kinds: frozenset[str], *, party: Party, now: datetime) -> tuple[Claims, Jwk]:
    """Return what a key of the issuer signed, and that key; raises ProviderRefused.

    ``kinds`` are the types (``typ``) that the token may be of, in capitals. Whether its content may
    be believed is for the caller to judge.
    """
    try:
        return _signed(token, kinds, party, now)
    except _Refusal as refusal:
        raise party.refused(refusal.reason) from refusal


def _signed(token: str, kinds: frozenset[str], party: Party, now: datetime) -> tuple[Claims, Jwk]:
    # 1. The header is one that we can do something with.
    found = _parsed(token, kinds)
    # 2. A key of the issuer signed it.
    key = _signer(party, found, now)
    return _claims(found.payload), key


def _believed(token: str, party: Party, expected: Expected, now: datetime) -> Claims:
    claims, key = _signed(token, ID_TOKEN, party, now)
    # 3. The issuer made it, for us.
    _check_issuer(party, claims, key, now)
    _check_audience(party, claims)
    # 4. It counts now.
    _check_times(claims, now)
    # 5. It answers this very sign-in.
    _check_answer(claims, expected)
    return claims


def _parsed(token: str, kinds: frozenset[str]) -> CompactSignature:
    if len(token) > LONGEST_TOKEN or not token.isascii():
        raise _Refusal(Reason.MALFORMED)
    try:
        found = jws.extract_compact(token.encode("ascii"), registry=_REGISTRY)
        strict_json.read(urlsafe_b64decode(to_bytes(token.partition(".")[0])))
    except MissingAlgorithmError as error:
        raise _Refusal(Reason.ALGORITHM) from error
    except (JoseError, ValueError, RecursionError) as error:
        raise _Refusal(Reason.MALFORMED) from error
    header = found.headers()
    algorithm = header.get("alg")
    if not isinstance(algorithm, str) or algorithm not in _ALGORITHMS:
        raise _Refusal(Reason.ALGORITHM)
    if "crit" in header or "b64" in header:
        raise _Refusal(Reason.CRITICAL)
    if str(header.get("typ", "JWT")).upper() not in kinds or "enc" in header:
        raise _Refusal(Reason.KIND)
    if not isinstance(header.get("kid", ""), str):
        raise _Refusal(Reason.MALFORMED)
    return found


def _signer(party: Party, found: CompactSignature, now: datetime) -> Jwk:
    header = found.headers()
    kid = header.get("kid")
    key = _fitting(header, party.keys(kid, now))
    if _is_signed_by(found, key):
        return key
    # Some providers keep the name of a key that they exchange.
    renewed = party.changed_keys(kid, now)
    if renewed and _is_signed_by(found, key := _fitting(header, renewed)):
        return key
    raise _Refusal(Reason.SIGNATURE)


def _fitting(header: Mapping[str, Any], keys: list[Jwk]) -> Jwk:
    kty, _ = _KEYS[header["alg"]]
    fitting = [
        key
        for key in keys
        if key.get("kty") == kty
        and key.get("use", "sig") == "sig"
        and key.get("alg", header["alg"]) == header["alg"]
        and (kty != "EC" or key.get("crv") == "P-256")
    ]
    # Without a name, or with a name given twice, a token does not say which key it means.
    if len(fitting) != 1:
        raise _Refusal(Reason.KEY_UNKNOWN)
    if kty == "RSA" and _modulus_bits(fitting[0]) < LEAST_RSA_BITS:
        raise _Refusal(Reason.KEY_WEAK)
    return fitting[0]


def _modulus_bits(jwk: Jwk) -> int:
    try:
        return int.from_bytes(urlsafe_b64decode(to_bytes(jwk["n"]))).bit_length()
    except (KeyError, TypeError, ValueError):
        return 0


def _is_signed_by(found: CompactSignature, jwk: Jwk) -> bool:
    kty, load = _KEYS[found.headers()["alg"]]
    members = ("kty", "n", "e") if kty == "RSA" else ("kty", "crv", "x", "y")
    try:
        key = load({name: jwk[name] for name in members})
        return bool(jws.validate_compact(found, key, registry=_REGISTRY))
    except (JoseError, KeyError, ValueError, TypeError):
        return False


def _claims(payload: bytes) -> Claims:
    try:
        claims = strict_json.read(payload)
    except NotJson as error:
        raise _Refusal(Reason.MALFORMED) from error
    if not isinstance(claims, dict):
        raise _Refusal(Reason.MALFORMED)
    return claims


def _check_issuer(party: Party, claims: Claims, key: Jwk, now: datetime) -> None:
    issuer, tenant = party.metadata(now).issuer, claims.get("tid")
    told = claims.get("iss")
    if TENANT in issuer and not isinstance(tenant, str):
        raise _Refusal(Reason.TENANT_MISSING)
    allowed = {issuer.replace(TENANT, str(tenant))}
    if party.provider.family is Family.GOOGLE:
        # Old tokens of Google's leave the scheme out.
        allowed.add(issuer.removeprefix("https://"))
    if not isinstance(told, str) or told not in allowed:
        raise _Refusal(Reason.ISSUER)
    # Entra says of each key whose tokens it signs.
    owner = key.get("issuer")
    if owner is not None and str(owner).replace(TENANT, str(tenant)) != told:
        raise _Refusal(Reason.KEY_ISSUER)
    subject = claims.get("sub")
    if not (isinstance(subject, str) and subject and subject.isascii()):
        raise _Refusal(Reason.SUBJECT)
    if len(subject) > _SUBJECT_LENGTH:
        raise _Refusal(Reason.SUBJECT)


def _check_audience(party: Party, claims: Claims) -> None:
    ours = party.provider.client_id
    told = claims.get("aud")
    audiences = told if isinstance(told, list) else [told]
    if ours not in audiences:
        raise _Refusal(Reason.AUDIENCE)
    if claims.get("azp", ours) != ours or (len(audiences) > 1 and "azp" not in claims):
        raise _Refusal(Reason.PARTY)


def _check_times(claims: Claims, now: datetime) -> None:
    present, leeway = now.timestamp(), LEEWAY.total_seconds()
    expires = _instant(claims, "exp", Reason.EXPIRY_MISSING)
    issued = _instant(claims, "iat", Reason.ISSUED_MISSING)
    if expires <= present - leeway:
        raise _Refusal(Reason.EXPIRED)
    if issued > present + leeway:
        raise _Refusal(Reason.ISSUED_LATER)
    # No answer to a sign-in of ours can be older than the sign-in may be.
    if issued < present - leeway - LIFETIME.total_seconds():
        raise _Refusal(Reason.ISSUED_LONG_AGO)
    if "nbf" in claims and _instant(claims, "nbf", Reason.NOT_YET) > present + leeway:
        raise _Refusal(Reason.NOT_YET)


def _instant(claims: Claims, name: str, missing: Reason) -> float:
    value = claims.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise _Refusal(missing)
    try:
        return float(value)
    except OverflowError as error:
        raise _Refusal(missing) from error


def _check_answer(claims: Claims, expected: Expected) -> None:
    nonce = claims.get("nonce")
    if not isinstance(nonce, str) or not nonce:
        raise _Refusal(Reason.NONCE_MISSING)
    if nonce != expected.nonce:
        raise _Refusal(Reason.NONCE)
    if "at_hash" in claims and claims["at_hash"] != _half_digest(expected.access_token):
        raise _Refusal(Reason.ACCESS_HASH)
    if "c_hash" in claims and claims["c_hash"] != _half_digest(expected.code):
        raise _Refusal(Reason.CODE_HASH)


def _half_digest(value: str) -> str:
    # Both algorithms that we take use SHA-256 (OpenID Connect Core section 3.1.3.6).
    half = hashlib.sha256(value.encode("utf-8")).digest()[:16]
    return base64.urlsafe_b64encode(half).rstrip(b"=").decode("ascii")
