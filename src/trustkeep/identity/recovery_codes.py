"""Recovery codes: ten, shown once, each opens once.

A code has eighty random bits and rests as a keyed digest: the key lies in the key store, so a copy
of the database alone gives nothing to try codes against.
"""

from __future__ import annotations

import secrets
from datetime import datetime

from django.db import transaction

from trustkeep.identity import factors
from trustkeep.identity.models import RecoveryCode, User
from trustkeep.vault.fields import COMPANY, blind_indexes

CODES = 10
SIGNS = 16
GROUP = 4
_ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
"""Thirty-two signs that nobody takes for one another: five bits each."""
AMR = ("otp",)
_METHOD = "recovery-code"


def make(user: User, *, now: datetime) -> tuple[str, ...]:
    """Make ten fresh codes; the older ones are gone. They are returned this once."""
    codes = tuple(_new() for _ in range(CODES))
    with transaction.atomic():
        RecoveryCode.objects.filter(user=user).delete()
        RecoveryCode.objects.bulk_create(
            RecoveryCode(user=user, digest=_digests(user, code)[0], made_at=now) for code in codes
        )
        factors.changed(user, "recovery-codes-made", now=now)
    return codes


def make_first(user: User, *, now: datetime) -> tuple[str, ...]:
    """Make codes for somebody who has none; empty where there are some."""
    return () if RecoveryCode.objects.filter(user=user).exists() else make(user, now=now)


def prove(user: User, code: str, *, now: datetime) -> tuple[str, ...]:
    """Accept a code once; returns how it counts. Raises CodeRefused, TooManyAttempts."""
    factors.require_turn(user, now=now)
    with transaction.atomic():
        found = RecoveryCode.objects.filter(
            user=user, digest__in=_digests(user, code), used_at__isnull=True
        )
        if found.update(used_at=now):
            factors.note_use(user, _METHOD, now=now)
            return AMR
    raise factors.refused(user, method=_METHOD, now=now)


def is_shaped(code: str) -> bool:
    """Return whether a text looks like one of our codes."""
    signs = code.replace("-", "")
    return len(signs) == SIGNS and set(signs) <= set(_ALPHABET)


def _new() -> str:
    signs = "".join(secrets.choice(_ALPHABET) for _ in range(SIGNS))
    return "-".join(signs[start : start + GROUP] for start in range(0, SIGNS, GROUP))


def _digests(user: User, code: str) -> list[str]:
    typed = "".join(sign for sign in code.upper() if sign.isalnum())
    return blind_indexes(COMPANY, "identity_recoverycode", "digest", f"{user.pk} {typed}")
