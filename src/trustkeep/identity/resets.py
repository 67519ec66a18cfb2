"""A new password by mail: asked for by anybody, told to nobody but the address itself.

Asking writes one row, whoever the address belongs to, so the answer is the same in words and in
work. The timetable then looks who it is, and writes a link that is good once and for half an hour;
who signs in with a provider is told that instead. The second factor is still asked for afterwards.
"""

from __future__ import annotations

import hashlib
import secrets
import uuid
from collections.abc import Callable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.db import transaction

from trustkeep.identity import actions, origins, throttling
from trustkeep.identity.handles import RELATED, spelled, user_at
from trustkeep.identity.letters import PASSWORD_RESET, PASSWORD_RESET_WITH_PROVIDER
from trustkeep.identity.models import Identity, PasswordReset, User
from trustkeep.identity.notices import tell, time_zone_of
from trustkeep.identity.sign_in_rules import rule_of
from trustkeep.kernel.errors import TrustkeepError
from trustkeep.vault.fields import COMPANY, seal_text, unseal_text
from trustkeep.vault.sealing import Place

LIFETIME = timedelta(minutes=30)
"""How long a link may be used."""
FORGET_AFTER = timedelta(days=1)
SECRET_BYTES = 32

type LinkOf = Callable[[str], str]


class ResetRefused(TrustkeepError):
    """The link is unknown, was used, or has lapsed: the answer is one."""

    sentence = "This link is not valid, or no longer. Ask for a new one."


def ask(email: str, *, now: datetime) -> None:
    """Take note that somebody wants a new password; raises TooManyAttempts."""
    source = origins.present().source
    account = f"reset:{spelled(email)}"
    throttling.require_turn(account=account, source=f"reset|{source}", now=now)
    with transaction.atomic():
        throttling.failed(account=account, source=f"reset|{source}", now=now)
        row = PasswordReset(asked_at=now)
        row.sealed = seal_text(_place(row), email)
        row.save(force_insert=True)


def send_asked(link: LinkOf, *, now: datetime) -> int:
    """Write to everybody who asked and is known; returns how many letters."""
    waiting = PasswordReset.objects.filter(handled_at__isnull=True).order_by("asked_at")
    return sum(_send(row, link, now) for row in waiting)


def issued(row: PasswordReset, user: User, *, now: datetime) -> str:
    """Make a row stand for a link of `user`; returns the link's secret. The caller saves it."""
    secret = secrets.token_urlsafe(SECRET_BYTES)
    row.user, row.digest, row.expires_at = user, _digest(secret), now + LIFETIME
    return secret


def user_of(secret: str, *, now: datetime) -> User:
    """Return whose link it is; raises ResetRefused."""
    row = _open(secret, now)
    assert row.user is not None
    return row.user


def redeem(secret: str, password: str, *, now: datetime) -> User:
    """Set a new password, once; all sessions end. Raises ResetRefused, PasswordRefused."""
    with transaction.atomic():
        row = _open(secret, now, for_change=True)
        assert row.user is not None
        PasswordReset.objects.filter(user=row.user, ended_at__isnull=True).update(ended_at=now)
        actions.renew_password(user_id=row.user.pk, new=password, now=now)
    return User.objects.select_related(*RELATED).get(pk=row.user.pk)


def end_links_of_account(*, account_id: uuid.UUID, now: datetime) -> int:
    """End every link for a new password of an account's members; returns how many."""
    rows = PasswordReset.objects.filter(user__member__account=account_id, ended_at__isnull=True)
    return rows.update(ended_at=now)


def forget_old(*, now: datetime) -> int:
    """Remove what was asked for long ago; returns how many rows."""
    return PasswordReset.objects.filter(asked_at__lt=now - FORGET_AFTER).delete()[0]


def _send(row: PasswordReset, link: LinkOf, now: datetime) -> bool:
    with transaction.atomic():
        user = user_at(unseal_text(_place(row), row.sealed))
        row.handled_at, row.sealed = now, b""
        told = user is not None and user.may_enter(now) and _tell(row, user, link, now)
        row.save()
    return told


def _tell(row: PasswordReset, user: User, link: LinkOf, now: datetime) -> bool:
    if _has_no_password_door(user):
        linked = Identity.objects.filter(user=user).order_by("linked_at").first()
        name = linked.provider.capitalize() if linked and linked.provider else "single sign-on"
        tell(user, PASSWORD_RESET_WITH_PROVIDER, now=now, provider=name)
        return True
    secret = issued(row, user, now=now)
    assert row.expires_at is not None
    until = row.expires_at.astimezone(ZoneInfo(time_zone_of(user)))
    tell(user, PASSWORD_RESET, now=now, link=link(secret), until=until)
    return True


def _open(secret: str, now: datetime, *, for_change: bool = False) -> PasswordReset:
    rows = PasswordReset.objects.select_related(*(f"user__{one}" for one in RELATED))
    if for_change:
        rows = rows.select_for_update(of=("self",))
    row = rows.filter(digest=_digest(secret), ended_at__isnull=True, expires_at__gt=now).first()
    if row is None or row.user is None or not row.user.may_enter(now):
        raise ResetRefused
    if _has_no_password_door(row.user):
        raise ResetRefused
    return row


def _has_no_password_door(user: User) -> bool:
    return user.single_sign_on or rule_of(user.account_id).provider_only


def _place(row: PasswordReset) -> Place:
    return Place(COMPANY, "identity_passwordreset", "sealed", str(row.pk))


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
