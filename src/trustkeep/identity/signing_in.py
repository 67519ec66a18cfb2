"""The door for address and password.

The answer to a wrong password, to an unknown address and to somebody who was shut out is the same,
in words and in work.
"""

from __future__ import annotations

from datetime import datetime
from functools import cache

from django.contrib.auth.hashers import check_password, identify_hasher, make_password
from django.contrib.sessions.backends.base import SessionBase

from trustkeep.identity import access, origins, throttling
from trustkeep.identity.authentication import by_password
from trustkeep.identity.handles import user_at
from trustkeep.identity.models import User
from trustkeep.identity.passwords import MAX_LENGTH, normalised
from trustkeep.identity.sessions import open_session
from trustkeep.kernel.errors import TrustkeepError


class SignInRefused(TrustkeepError):
    """Address or password are wrong, or the user was shut out: the answer is one."""

    sentence = "Address or password are not right."


def sign_in(browser: SessionBase, *, email: str, password: str, now: datetime) -> User:
    """Sign somebody in under a new session key; raises SignInRefused, TooManyAttempts."""
    source = origins.present().source
    throttling.require_turn(account=email, source=source, now=now)
    user = _authenticated(email, password, now)
    if user is None:
        throttling.failed(account=email, source=source, now=now)
        access.note("refused", now=now, proved=False)
        raise SignInRefused
    throttling.succeeded(account=email)
    open_session(browser, user=user, authentication=by_password(now), now=now)
    return user


def _authenticated(email: str, password: str, now: datetime) -> User | None:
    user = user_at(email)
    if len(password) > MAX_LENGTH:
        return None
    known = user is not None and user.has_usable_password()
    encoded = user.password if user is not None and known else _dummy()
    right = check_password(normalised(password), encoded)
    if user is None or not (known and right and user.may_enter(now)):
        return None
    _rehash(user, password)
    return user


def _rehash(user: User, password: str) -> None:
    if identify_hasher(user.password).must_update(user.password):
        user.password = make_password(normalised(password))
        user.save(update_fields=["password"])


@cache
def _dummy() -> str:
    """Return a hash that nothing fits, so that an unknown address costs the same work."""
    return make_password("nobody signs in with this")
