"""From what a browser brings back to an account at the provider that is proved.

Everything that the provider says reaches us over TLS from the addresses of its pinned metadata;
the browser carries a code that is worth nothing without our secret and the PKCE verifier.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from trustkeep.identity.oidc import id_token
from trustkeep.identity.oidc.accounts import ProviderAccount, account_of, matters
from trustkeep.identity.oidc.discovery import Metadata, Party
from trustkeep.identity.oidc.id_token import LEEWAY, Expected
from trustkeep.identity.oidc.presenting import REFUSALS, asked_for_tokens, refusal_of
from trustkeep.identity.oidc.providers import TENANT
from trustkeep.identity.oidc.refusals import Reason
from trustkeep.identity.oidc.transactions import Purpose, Transaction

_OK = 200
_LONGEST_CODE = 4096


@dataclass(frozen=True, slots=True, kw_only=True)
class Returned:
    """What the browser brought back; ``ambiguous`` if a parameter came twice."""

    state: str = ""
    code: str = ""
    issuer: str = ""
    error: str = ""
    ambiguous: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Proved:
    """A proved account, with the claims that matter as text."""

    account: ProviderAccount
    claims: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Tokens:
    id_token: str
    access_token: str


def prove(party: Party, sent: Transaction, returned: Returned, *, now: datetime) -> Proved:
    """Return whose account came back for the transaction that was sent; raises ProviderRefused."""
    metadata = party.metadata(now)
    _check_returned(party, metadata, returned)
    tokens = _redeemed(party, metadata, sent, returned.code, now)
    claims = id_token.believed(
        tokens.id_token,
        party=party,
        expected=Expected(nonce=sent.nonce, access_token=tokens.access_token, code=returned.code),
        now=now,
    )
    _check_answer_issuer(party, metadata, returned, claims)
    _check_userinfo(party, metadata, tokens, claims)
    account = account_of(party, claims, now=now)
    if sent.purpose is Purpose.STEP_UP:
        _check_fresh(party, account, sent, now)
    return Proved(account=account, claims=matters(claims))


def _check_returned(party: Party, metadata: Metadata, returned: Returned) -> None:
    if returned.ambiguous:
        raise party.refused(Reason.AMBIGUOUS)
    if metadata.tells_issuer and not returned.issuer:
        raise party.refused(Reason.ANSWER_ISSUER_MISSING)
    if returned.issuer and not _may_be_issuer(metadata.issuer, returned.issuer):
        raise party.refused(Reason.ANSWER_ISSUER)
    if returned.error:
        denied = returned.error == "access_denied"
        raise party.refused(Reason.CANCELLED if denied else Reason.PROVIDER_ERROR)
    if not returned.code or len(returned.code) > _LONGEST_CODE:
        raise party.refused(Reason.CODE_MISSING)


def _may_be_issuer(ours: str, told: str) -> bool:
    if TENANT not in ours:
        return told == ours
    before, after = ours.split(TENANT, 1)
    return told == ours or bool(
        re.fullmatch(f"{re.escape(before)}[0-9a-f-]{{36}}{re.escape(after)}", told)
    )


def _check_answer_issuer(
    party: Party, metadata: Metadata, returned: Returned, claims: Mapping[str, Any]
) -> None:
    # RFC 9207: for a template, what the browser brought has to be what the token says.
    told = returned.issuer
    if told and told not in (metadata.issuer, claims.get("iss")):
        raise party.refused(Reason.ANSWER_ISSUER)


def _redeemed(
    party: Party, metadata: Metadata, sent: Transaction, code: str, now: datetime
) -> _Tokens:
    answer = asked_for_tokens(party, metadata, code=code, verifier=sent.verifier, now=now)
    if answer.status in REFUSALS:
        raise party.refused(refusal_of(party, answer))
    if answer.status != _OK:
        raise party.refused(Reason.STATUS)
    told = party.parsed(answer)
    if "error" in told:
        raise party.refused(Reason.CODE_REFUSED)
    token, access = told.get("id_token"), told.get("access_token", "")
    if not isinstance(token, str) or not token:
        raise party.refused(Reason.TOKEN_MISSING)
    if str(told.get("token_type", "")).casefold() != "bearer" or not _is_bearer(access):
        raise party.refused(Reason.TOKEN_TYPE)
    return _Tokens(token, access)


def _is_bearer(token: object) -> bool:
    # It goes into a header, so it holds what RFC 6750 section 2.1 lets it hold.
    return isinstance(token, str) and token.isascii() and token.isprintable() and " " not in token


def _check_userinfo(
    party: Party, metadata: Metadata, tokens: _Tokens, claims: Mapping[str, Any]
) -> None:
    """Refuse if the provider says of the access token that it is somebody else's.

    Nothing is taken from there, so a provider that says it does not answer this (a status other
    than 200) is believed without; what contradicts the token counts (OpenID Connect Core 5.3.2).
    """
    if not (metadata.userinfo_endpoint and tokens.access_token):
        return
    headers = {"Authorization": f"Bearer {tokens.access_token}"}
    answer = party.asked(metadata.userinfo_endpoint, headers)
    if answer.status != _OK:
        return
    told = party.parsed(answer, Reason.USERINFO_UNREADABLE)
    if told.get("sub") != claims["sub"]:
        raise party.refused(Reason.USERINFO_SUBJECT)


def _check_fresh(party: Party, account: ProviderAccount, sent: Transaction, now: datetime) -> None:
    if account.auth_time is None:
        raise party.refused(Reason.AUTH_TIME_MISSING)
    if account.auth_time < sent.started_at - LEEWAY or account.auth_time > now + LEEWAY:
        raise party.refused(Reason.NOT_FRESH)
