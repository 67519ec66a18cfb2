"""The doors for address and password, and for passkeys.

The answer to a wrong password, to an unknown address and to somebody who was shut out is the same,
in words and in work.
"""

from __future__ import annotations

from datetime import datetime
from functools import cache

from django.contrib.sessions.backends.base import SessionBase

from trustkeep.identity import access, origins, passkeys, pepper, throttling
from trustkeep.identity.actions import close_words
from trustkeep.identity.authentication import Authentication, Method, by_password
from trustkeep.identity.handles import user_at
from trustkeep.identity.holding import Onward, enter
from trustkeep.identity.models import User
from trustkeep.identity.passkeys import PasskeyRefused
from trustkeep.identity.passwords import MAX_LENGTH, policy
from trustkeep.identity.sign_in_rules import rule_of
from trustkeep.kernel.errors import TrustkeepError


class SignInRefused(TrustkeepError):
    """Address or password are wrong, or the user was shut out: the answer is one."""

    sentence = "Address or password are not right."


def sign_in(
    browser: SessionBase, *, email: str, password: str, now: datetime
) -> tuple[User, Onward]:
    """Sign somebody in, or hold them for their second factor; returns who, and what comes next.

    Raises SignInRefused, TooManyAttempts.
    """
    source = origins.present().source
    throttling.require_turn(account=email, source=source, now=now)
    user, reason = _authenticated(email, password, now)
    if user is None or reason:
        throttling.failed(account=email, source=source, now=now)
        access.note("refused", user=user, now=now, detail=reason, proved=False)
        raise SignInRefused
    throttling.succeeded(account=email)
    outdated = bool(policy().violations(password, context=close_words(user)))
    proof = by_password(now)
    return user, enter(browser, user=user, authentication=proof, now=now, outdated=outdated)


def sign_in_by_passkey(browser: SessionBase, *, answer: str, now: datetime) -> tuple[User, Onward]:
    """Sign somebody in with a passkey alone; raises PasskeyRefused, TooManyAttempts."""
    source = origins.present().source
    throttling.require_turn(account="", source=source, now=now)
    try:
        user, amr = passkeys.sign_in(browser, answer=answer, now=now)
    except PasskeyRefused:
        throttling.failed(account=f"passkey:{source}", source=source, now=now)
        access.note("refused", now=now, detail="passkey", proved=False)
        raise
    proof = Authentication(
        method=Method.PASSKEY, auth_time=now, amr=(*amr, "mfa"), proved_factor=True
    )
    return user, enter(browser, user=user, authentication=proof, now=now)


def _authenticated(email: str, password: str, now: datetime) -> tuple[User | None, str]:
    """Return whose address it is, and the reason to refuse; the trail alone is told that."""
    user = user_at(email)
    if len(password) > MAX_LENGTH:
        return user, "too-long"
    known = user is not None and user.has_usable_password()
    encoded = user.password if user is not None and known else _dummy()
    right = pepper.matches(password, encoded)
    if user is None:
        return None, "unknown-address"
    if not user.may_enter(now):
        return user, "shut-out"
    if not known or rule_of(user.account_id).provider_only:
        return user, "no-password-door"
    if not right:
        return user, "wrong-password"
    _rehash(user, password)
    return user, ""


def _rehash(user: User, password: str) -> None:
    if pepper.is_outdated(user.password):
        user.password = pepper.hashed(password)
        user.save(update_fields=["password"])


@cache
def _dummy() -> str:
    """Return a hash that nothing fits, so that an unknown address costs the same work."""
    return pepper.hashed("nobody signs in with this")
