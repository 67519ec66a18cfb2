"""Ending sessions because a provider says so: security events, and logout at the provider.

Only sessions that were opened with that provider, and before the provider's word (give or take what
its clock may be off), end. So a word that is sent again, by whomever, ends nothing opened since.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from datetime import datetime
from enum import StrEnum

from django.db import transaction
from django.db.models import Q, QuerySet

from trustkeep.identity import access, origins, throttling
from trustkeep.identity.handles import RELATED
from trustkeep.identity.models import Identity, Session, User
from trustkeep.identity.oidc import announcements, installed
from trustkeep.identity.oidc.announcements import Announcement
from trustkeep.identity.oidc.discovery import Party
from trustkeep.identity.oidc.id_token import LEEWAY
from trustkeep.identity.oidc.refusals import ProviderRefused

REFUSED = "sso.announcement-refused"


class Channel(StrEnum):
    """How the word came."""

    EVENT = "event"
    LOGOUT = "logout"


def session_digest(issuer: str, session: str) -> str:
    """Return what a session keeps of the provider's own one, empty where it told none."""
    if not session:
        return ""
    return hashlib.sha256(f"{issuer}\0{session}".encode()).hexdigest()


def take(slug: str, token: str, channel: Channel, *, now: datetime) -> int:
    """Do what a signed word of a provider asks for; returns how many sessions ended.

    Raises NoSuchProvider, ProviderRefused, TooManyAttempts.
    """
    party = installed.party(slug)
    throttling.count_start(source=origins.present().source, now=now)
    try:
        told = _READ[channel](token, party=party, now=now)
    except ProviderRefused as refused:
        access.note(REFUSED, now=now, detail=f"{slug} {refused.reason}", proved=False)
        raise
    return _ended(party, told, now)


def signed_out_there(slug: str, *, issuer: str, session: str, now: datetime) -> int:
    """End the sessions that belong to a session at the provider (front-channel logout).

    Whoever knows the name of that session is believed; there are no others to guess among.
    Returns how many ended; raises NoSuchProvider, TooManyAttempts.
    """
    party = installed.party(slug)
    throttling.count_start(source=origins.present().source, now=now)
    digest = session_digest(issuer, session)
    if not digest:
        return 0
    rows = Session.objects.filter(provider_session=digest, provider=slug)
    return _end(party, rows, "frontchannel-logout", now)


def _ended(party: Party, told: Announcement, now: datetime) -> int:
    if not told.ends:
        return 0
    which = Q()
    if told.session:
        which |= Q(provider_session=session_digest(told.issuer, told.session))
    if told.subject:
        linked = Identity.objects.filter(issuer=told.issuer, subject=told.subject)
        which |= Q(user__in=linked.values("user"))
    if not which:
        return 0
    until = told.at + LEEWAY
    rows = Session.objects.filter(which, provider=party.provider.slug, signed_in_at__lte=until)
    return _end(party, rows, ",".join(told.events), now)


def _end(party: Party, rows: QuerySet[Session], why: str, now: datetime) -> int:
    with transaction.atomic():
        users = set(rows.values_list("user", flat=True))
        count = rows.delete()[0]
        for user in User.objects.select_related(*RELATED).filter(pk__in=users):
            origins.known_as(f"provider:{party.provider.slug}")
            detail = f"{party.provider.slug} {why}"[:64]
            access.note("sessions-ended", user=user, now=now, detail=detail)
    return count


_READ: Mapping[Channel, Callable[..., Announcement]] = {
    Channel.EVENT: announcements.event,
    Channel.LOGOUT: announcements.logout,
}
