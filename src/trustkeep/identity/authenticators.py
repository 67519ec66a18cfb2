"""Codes of an authenticator app: TOTP (RFC 6238), thirty seconds a step, one step of leeway.

A step that was used, and every step before it, opens nothing any more, so a code that was read over
somebody's shoulder is worth nothing. SHA-1 and six digits are what every app understands; what
protects them is the bound on tries.
"""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta

import pyotp
from django.db import transaction

from trustkeep.identity import factors, recovery_codes
from trustkeep.identity.models import Authenticator, User
from trustkeep.identity.places import authenticator_place
from trustkeep.vault.fields import seal_text, unseal_text

STEP = timedelta(seconds=30)
LEEWAY_STEPS = 1
SECRET_SIGNS = 32
"""Base32: 160 bits, what RFC 4226 section 4 recommends."""
AMR = ("otp",)
_METHOD = "authenticator"


@dataclass(frozen=True, slots=True)
class AuthenticatorShown:
    """The authenticator app of a user, without its secret."""

    made_at: datetime
    used_at: datetime | None


@dataclass(frozen=True, slots=True)
class Enrolment:
    """What an app has to be told; shown only until the first code was typed."""

    secret: str
    uri: str

    @property
    def spaced(self) -> str:
        """The secret in groups, to be typed by hand."""
        return " ".join(self.secret[i : i + 4] for i in range(0, len(self.secret), 4))


def begin(user: User, *, issuer: str, now: datetime) -> Enrolment:
    """Make a secret that waits for its first code, or return the one that waits already."""
    with transaction.atomic():
        row = Authenticator.objects.filter(user=user, confirmed_at__isnull=True).first()
        if row is None:
            row = Authenticator(user=user, made_at=now)
            row.sealed = seal_text(authenticator_place(row), pyotp.random_base32(SECRET_SIGNS))
            row.save(force_insert=True)
    secret = _secret(row, user)
    uri = pyotp.TOTP(secret).provisioning_uri(name=user.email, issuer_name=issuer)
    return Enrolment(secret, uri)


def confirm(user: User, code: str, *, now: datetime) -> tuple[str, ...]:
    """Make the waiting secret count, in the place of an older one; all sessions end.

    Returns fresh recovery codes if there were none. Raises CodeRefused, TooManyAttempts.
    """
    factors.require_turn(user, now=now)
    with transaction.atomic():
        rows = Authenticator.objects.select_for_update().filter(user=user)
        row = rows.filter(confirmed_at__isnull=True).first()
        step = _matching_step(row, user, code, now) if row else None
        if row is not None and step is not None:
            rows.filter(confirmed_at__isnull=False).delete()
            row.confirmed_at = row.used_at = now
            row.last_step = step
            row.save()
            factors.changed(user, "factor-added", now=now, detail=_METHOD)
            factors.proved(user)
            return recovery_codes.make_first(user, now=now)
    raise factors.refused(user, method=_METHOD, now=now)


def prove(user: User, code: str, *, now: datetime) -> tuple[str, ...]:
    """Accept a code once; returns how it counts. Raises CodeRefused, TooManyAttempts."""
    factors.require_turn(user, now=now)
    with transaction.atomic():
        rows = Authenticator.objects.select_for_update().filter(user=user)
        row = rows.filter(confirmed_at__isnull=False).first()
        step = _matching_step(row, user, code, now) if row else None
        if row is not None and step is not None and step > row.last_step:
            row.last_step, row.used_at = step, now
            row.save(update_fields=["last_step", "used_at"])
            factors.proved(user)
            return AMR
    raise factors.refused(user, method=_METHOD, now=now)


def remove(user: User, *, now: datetime) -> None:
    """Take the authenticator away; all sessions end. Raises NoSuchFactor, LastFactor."""
    with transaction.atomic():
        row = Authenticator.objects.filter(user=user, confirmed_at__isnull=False).first()
        if row is None:
            raise factors.NoSuchFactor
        factors.require_another(user)
        row.delete()
        factors.changed(user, "factor-removed", now=now, detail=_METHOD)


def authenticator_of(user: User) -> AuthenticatorShown | None:
    """Return the app of a user; None without one that counts."""
    row = Authenticator.objects.filter(user=user, confirmed_at__isnull=False).first()
    return AuthenticatorShown(row.made_at, row.used_at) if row else None


def _matching_step(row: Authenticator, user: User, code: str, now: datetime) -> int | None:
    """Return the step whose code it is; all steps are compared, so that time tells nothing."""
    typed = "".join(code.split())
    present = int(now.timestamp()) // int(STEP.total_seconds())
    totp = pyotp.TOTP(_secret(row, user))
    found = None
    for step in range(present - LEEWAY_STEPS, present + LEEWAY_STEPS + 1):
        if hmac.compare_digest(totp.generate_otp(step).encode(), typed.encode()):
            found = step
    return found


def _secret(row: Authenticator, user: User) -> str:
    row.user = user
    return unseal_text(authenticator_place(row), row.sealed)
