"""What a provider tells us unasked: security events and logout tokens.

Security event tokens (RFC 8417) come from Google's Cross-Account Protection and the like, logout
tokens from providers with back-channel logout (OpenID Connect Back-Channel Logout 1.0 section 2.4).
Both are signed like an ID token and must never be taken for one, nor one for them: the type, the
events and the missing nonce tell them apart.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from trustkeep.identity.oidc.discovery import Party
from trustkeep.identity.oidc.id_token import LEEWAY, Claims, signed
from trustkeep.identity.oidc.providers import TENANT
from trustkeep.identity.oidc.refusals import Reason

OLDEST = timedelta(days=7)
"""How long a transmitter may try to deliver; older ones are refused."""
LOGOUT = "http://schemas.openid.net/event/backchannel-logout"
ENDING = frozenset(
    {
        "https://schemas.openid.net/secevent/risc/event-type/account-disabled",
        "https://schemas.openid.net/secevent/risc/event-type/account-purged",
        "https://schemas.openid.net/secevent/risc/event-type/account-credential-change-required",
        "https://schemas.openid.net/secevent/risc/event-type/sessions-revoked",
        "https://schemas.openid.net/secevent/oauth/event-type/tokens-revoked",
        "https://schemas.openid.net/secevent/caep/event-type/session-revoked",
    }
)
"""Events after which nobody stays signed in with the account that they name."""
_EVENT_TOKEN, _LOGOUT_TOKEN = frozenset({"SECEVENT+JWT"}), frozenset({"LOGOUT+JWT", "JWT"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Announcement:
    """A believed word of a provider: which account or session it is about, and since when.

    ``events`` are the last parts of their names; ``ends`` says whether sessions end with them.
    """

    issuer: str
    at: datetime
    events: tuple[str, ...]
    ends: bool
    subject: str = ""
    session: str = ""


def event(token: str, *, party: Party, now: datetime) -> Announcement:
    """Return what a security event token says; raises ProviderRefused."""
    claims, _ = signed(token, _EVENT_TOKEN, party=party, now=now)
    issuer = _issuer(party, claims, now)
    events = _events(party, claims)
    subjects = [_subject(told, issuer) for told in events.values()]
    subject = next((one for one in [*subjects, _subject_id(claims, issuer)] if one), "")
    return Announcement(
        issuer=issuer,
        at=_at(party, claims, now),
        events=tuple(sorted(name.rsplit("/", 1)[-1] for name in events)),
        ends=bool(ENDING & set(events)),
        subject=subject,
    )


def logout(token: str, *, party: Party, now: datetime) -> Announcement:
    """Return whom a logout token signs out; raises ProviderRefused."""
    claims, _ = signed(token, _LOGOUT_TOKEN, party=party, now=now)
    issuer = _issuer(party, claims, now)
    events = _events(party, claims)
    subject, session = _text(claims.get("sub")), _text(claims.get("sid"))
    if LOGOUT not in events or "nonce" in claims or not (subject or session):
        raise party.refused(Reason.KIND)
    return Announcement(
        issuer=issuer,
        at=_at(party, claims, now),
        events=("backchannel-logout",),
        ends=True,
        subject=subject,
        session=session,
    )


def _issuer(party: Party, claims: Claims, now: datetime) -> str:
    ours, told = party.metadata(now).issuer, claims.get("iss")
    tenant = claims.get("tid")
    if TENANT in ours and isinstance(tenant, str):
        ours = ours.replace(TENANT, tenant)
    # Google writes its issuer with a slash at the end in events, and without one in ID tokens.
    if not isinstance(told, str) or told.rstrip("/") != ours.rstrip("/"):
        raise party.refused(Reason.ISSUER)
    return ours


def _events(party: Party, claims: Claims) -> Mapping[str, Mapping[str, Any]]:
    told = claims.get("aud")
    if party.provider.client_id not in (told if isinstance(told, list) else [told]):
        raise party.refused(Reason.AUDIENCE)
    events = claims.get("events")
    if not isinstance(events, dict) or not events or not _text(claims.get("jti")):
        raise party.refused(Reason.KIND)
    if not all(isinstance(one, dict) for one in events.values()):
        raise party.refused(Reason.KIND)
    return events


def _at(party: Party, claims: Claims, now: datetime) -> datetime:
    told = claims.get("iat")
    if isinstance(told, bool) or not isinstance(told, int | float):
        raise party.refused(Reason.ISSUED_MISSING)
    try:
        at = datetime.fromtimestamp(told, UTC)
    except (ValueError, OverflowError, OSError) as error:
        raise party.refused(Reason.ISSUED_MISSING) from error
    if at > now + LEEWAY:
        raise party.refused(Reason.ISSUED_LATER)
    if at < now - OLDEST:
        raise party.refused(Reason.ISSUED_LONG_AGO)
    return at


def _subject(told: Mapping[str, Any], issuer: str) -> str:
    subject = told.get("subject")
    if not isinstance(subject, dict):
        return ""
    given = _text(subject.get("iss")).rstrip("/")
    return _text(subject.get("sub")) if given in ("", issuer.rstrip("/")) else ""


def _subject_id(claims: Claims, issuer: str) -> str:
    # The newer form: a subject identifier beside the events (RFC 9493).
    told = claims.get("sub_id")
    return _subject({"subject": told}, issuer)


def _text(told: object) -> str:
    return told if isinstance(told, str) and len(told) <= 255 else ""
