"""Signing in and out, and how long a session lives.

A session names its user and the user's epoch; whatever raises the epoch (a new password, leaving)
ends all sessions of that user in the same instant, in every process. The answer to a wrong password
and to an unknown address is the same, in words and in work.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import cache
from typing import Any, Protocol

from django.contrib.auth.hashers import check_password, identify_hasher, make_password
from django.contrib.sessions.backends.db import SessionStore

from trustkeep.accounts.roles import POWERFUL
from trustkeep.identity import access, throttling
from trustkeep.identity.authentication import Authentication, Method
from trustkeep.identity.limits import ORDINARY, SHORT, Limits
from trustkeep.identity.models import User
from trustkeep.identity.passwords import MAX_LENGTH, normalised
from trustkeep.kernel.errors import TrustkeepError


class SignInRefused(TrustkeepError):
    """Address or password are wrong, or the user was shut out: the answer is one."""

    sentence = "Address or password are not right."


class Session(Protocol):
    """What is used of a web session."""

    def __contains__(self, key: object) -> bool: ...

    def __getitem__(self, key: str) -> Any: ...

    def __setitem__(self, key: str, value: Any) -> None: ...

    def cycle_key(self) -> None: ...

    def flush(self) -> None: ...


_USER, _EPOCH, _SIGNED_IN, _SEEN = "user", "epoch", "signed_in_at", "seen_at"
_SEEN_STEP = timedelta(minutes=1)


def limits_for(user: User) -> Limits:
    """Return the limits of this user's sessions."""
    return SHORT if POWERFUL & set(user.roles) else ORDINARY


def sign_in(session: Session, *, email: str, password: str, source: str, now: datetime) -> User:
    """Sign somebody in under a new session id; raises SignInRefused, TooManyAttempts."""
    throttling.require_turn(account=email, source=source, now=now)
    user = _authenticated(email, password, now)
    if user is None:
        throttling.failed(account=email, source=source, now=now)
        access.note("refused", now=now, source=source, proved=False)
        raise SignInRefused
    throttling.succeeded(account=email)
    proof = Authentication(method=Method.PASSWORD, auth_time=now)
    open_session(session, user=user, authentication=proof, source=source, now=now)
    return user


def open_session(
    session: Session, *, user: User, authentication: Authentication, source: str, now: datetime
) -> None:
    """Start a session for somebody who has just proved who they are, under a new session id."""
    session.cycle_key()
    session[_USER], session[_EPOCH] = str(user.pk), user.epoch
    session[_SIGNED_IN] = session[_SEEN] = now.timestamp()
    access.note("signed-in", user=user, now=now, source=source, detail=authentication.provider)


def sign_out(session: Session, *, user: User | None, now: datetime) -> None:
    """End the session here and at the browser."""
    session.flush()
    if user:
        access.note("signed-out", user=user, now=now)


def renew(session: Session, user: User, *, now: datetime) -> None:
    """Carry a session over a change of the own password, under a new id."""
    session.cycle_key()
    session[_EPOCH] = User.objects.values_list("epoch", flat=True).get(pk=user.pk)
    session[_SEEN] = now.timestamp()


def user_of(session: Session, *, now: datetime) -> User | None:
    """Return who is signed in; None, and the session is ended, if it is too old or was revoked."""
    if _USER not in session:
        return None
    user = User.objects.select_related("person").filter(pk=session[_USER], active=True).first()
    if user is None or session[_EPOCH] != user.epoch or _too_old(session, user, now):
        session.flush()
        return None
    if now.timestamp() - session[_SEEN] >= _SEEN_STEP.total_seconds():
        session[_SEEN] = now.timestamp()
    return user


def forget_ended() -> None:
    """Remove the rows of sessions that nobody ended and that count no longer."""
    SessionStore.clear_expired()


def _too_old(session: Session, user: User, now: datetime) -> bool:
    limits = limits_for(user)
    return (
        now.timestamp() - session[_SIGNED_IN] > limits.absolute.total_seconds()
        or now.timestamp() - session[_SEEN] > limits.idle.total_seconds()
        or _has_left(user, now)
    )


def _has_left(user: User, now: datetime) -> bool:
    left = user.person.left_date
    return left is not None and now.date() > left


def _authenticated(email: str, password: str, now: datetime) -> User | None:
    user = User.objects.select_related("person").filter(email__iexact=email).first()
    if len(password) > MAX_LENGTH:
        return None
    known = user is not None and user.has_usable_password()
    encoded = user.password if user is not None and known else _dummy()
    right = check_password(normalised(password), encoded)
    if user is None or not (known and right and user.active):
        return None
    if _has_left(user, now):
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
