"""Proving it again before a sensitive act (the idea of RFC 9470, inside one application).

Fresh is who proved it within `FRESH_FOR`, with a second factor where one is enrolled or demanded:
the password alone steps up only who has nothing better. Who signs in with a provider and has no
factor here proves it there again.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from django.contrib.sessions.backends.base import SessionBase

from trustkeep.identity import (
    authenticators,
    factors,
    origins,
    passkeys,
    pepper,
    recovery_codes,
    sessions,
    throttling,
)
from trustkeep.identity.authentication import Authentication, Method, by_password
from trustkeep.identity.models import User
from trustkeep.kernel.errors import TrustkeepError


class Proof(StrEnum):
    """What is asked for."""

    FACTOR = "factor"
    PASSWORD = "password"  # noqa: S105  (a word, not a secret)
    PROVIDER = "provider"
    ENROL = "enrol"


class PasswordNotRight(TrustkeepError):
    """The password is not the one of who has signed in."""

    sentence = "This password is not right."


def wanted(user: User) -> Proof:
    """Return what `user` has to show for a sensitive act."""
    if factors.has_factor(user):
        return Proof.FACTOR
    if factors.is_demanded(user):
        return Proof.PROVIDER if user.single_sign_on else Proof.ENROL
    return Proof.PROVIDER if user.single_sign_on else Proof.PASSWORD


def is_fresh(user: User, *, now: datetime) -> bool:
    """Return whether who has signed in proved it a short while ago, as strongly as they have to."""
    if user.opened is None or not user.opened.is_fresh(now):
        return False
    strong = user.opened.authentication.proved_factor
    return strong or wanted(user) not in (Proof.FACTOR, Proof.ENROL)


def by_code(browser: SessionBase, user: User, code: str, *, now: datetime) -> None:
    """Step up with a code of the app, or a recovery code; raises CodeRefused, TooManyAttempts."""
    _stepped_up(browser, user, prove_code(user, code, now=now), now)


def by_passkey(browser: SessionBase, user: User, answer: str, *, now: datetime) -> None:
    """Step up with a passkey; raises PasskeyRefused, TooManyAttempts."""
    _stepped_up(browser, user, passkeys.prove(user, browser, answer=answer, now=now), now)


def by_own_password(browser: SessionBase, user: User, password: str, *, now: datetime) -> None:
    """Step up with the password, where nothing better is there.

    Raises PasswordNotRight, TooManyAttempts.
    """
    source = origins.present().source
    throttling.require_turn(account=user.handle, source=source, now=now)
    allowed = wanted(user) is Proof.PASSWORD
    if not allowed or not pepper.matches(password, user.password):
        throttling.failed(account=user.handle, source=source, now=now)
        raise PasswordNotRight
    throttling.succeeded(account=user.handle)
    sessions.step_up(browser, user=user, authentication=by_password(now), now=now)


def prove_code(user: User, code: str, *, now: datetime) -> tuple[str, ...]:
    """Accept whichever code was typed: six digits are the app's, anything else a recovery code.

    Raises CodeRefused, TooManyAttempts.
    """
    typed = "".join(code.split())
    if typed.isascii() and typed.isdecimal():
        return authenticators.prove(user, typed, now=now)
    return recovery_codes.prove(user, typed, now=now)


def _stepped_up(browser: SessionBase, user: User, amr: tuple[str, ...], now: datetime) -> None:
    before = user.opened.authentication if user.opened else None
    known = before or Authentication(method=Method.PASSWORD, auth_time=now)
    sessions.step_up(browser, user=user, authentication=known.with_factor(amr, at=now), now=now)
