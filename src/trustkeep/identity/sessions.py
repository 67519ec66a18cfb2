"""Opening, renewing and ending sessions, and how long they live.

A session names its user and the user's epoch; whatever raises the epoch (a new password, another
factor, leaving) ends all sessions of that user in the same instant and in every process, however
many there are. A session opens under a new key and gets another at every renewal, so no key that
was known before opens anything afterwards (ASVS 7.2.4).
"""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta

from django.contrib.sessions.backends.base import SessionBase
from django.db import transaction
from django.db.models import QuerySet

from trustkeep.accounts.roles import POWERFUL
from trustkeep.identity import access, origins, store
from trustkeep.identity.authentication import Authentication, Method, OpenSession
from trustkeep.identity.handles import RELATED
from trustkeep.identity.limits import ORDINARY, SHORT, Limits
from trustkeep.identity.models import Session, User
from trustkeep.identity.places import session_place
from trustkeep.kernel.errors import TrustkeepError
from trustkeep.vault.fields import seal_json

_RELATED = tuple(f"user__{name}" for name in RELATED)
SEEN_STEP = timedelta(minutes=1)
"""How exactly the last use of a session is known."""


class NoSuchSession(TrustkeepError):
    """The session is somebody else's, or has ended."""

    sentence = "This session has ended already."


def limits_for(user: User) -> Limits:
    """Return the limits of this user's sessions."""
    return SHORT if POWERFUL & set(user.roles) else ORDINARY


def open_session(
    browser: SessionBase, *, user: User, authentication: Authentication, now: datetime
) -> None:
    """Begin a session of `user` under a new key; what the browser had before is gone."""
    with transaction.atomic():
        browser.flush()
        row = Session(digest=store.begun(browser), user=user, epoch=user.epoch)
        row.signed_in_at = row.seen_at = now
        row.expires_at = now + limits_for(user).absolute
        seen = origins.present()
        row.sealed = seal_json(session_place(row), {"source": seen.source, "agent": seen.agent})
        _put(row, authentication)
        row.save(force_insert=True)
        detail = f"{authentication.method}+factor" if authentication.proved_factor else None
        access.note("signed-in", user=user, now=now, detail=detail or authentication.method)


def renew(browser: SessionBase, user: User, *, now: datetime) -> None:
    """Carry a session over a change of the own password or factors, under a new key."""
    browser.cycle_key()
    epoch = User.objects.values_list("epoch", flat=True).get(pk=user.pk)
    _row_of(browser).update(epoch=epoch, seen_at=now)


def step_up(
    browser: SessionBase, *, user: User, authentication: Authentication, now: datetime
) -> None:
    """Note that the person has proved it again: a new key, and the proof's own time and level."""
    with transaction.atomic():
        browser.cycle_key()
        row = _row_of(browser).get()
        row.seen_at = now
        _put(row, authentication)
        row.save()
        user.opened = opened(row)
        access.note("stepped-up", user=user, now=now, detail=",".join(authentication.amr))


def sign_out(browser: SessionBase, *, user: User | None, now: datetime) -> None:
    """End the session here and at the browser."""
    browser.flush()
    if user:
        access.note("signed-out", user=user, now=now)


def end(*, session_id: uuid.UUID, user_id: uuid.UUID, by: str, now: datetime) -> None:
    """End one session of a user, wherever its browser is; raises NoSuchSession."""
    with transaction.atomic():
        row = Session.objects.select_related("user").filter(pk=session_id, user=user_id).first()
        if row is None:
            raise NoSuchSession
        row.delete()
        access.note("session-ended", user=row.user, now=now, detail=by)


def end_all(*, user_id: uuid.UUID, by: str, now: datetime) -> None:
    """End all sessions of a user at once; their number does not matter."""
    with transaction.atomic():
        user = User.objects.select_for_update().get(pk=user_id)
        user.epoch += 1
        user.save(update_fields=["epoch"])
        access.note("sessions-ended", user=user, now=now, detail=by)


def user_of(browser: SessionBase, *, now: datetime) -> User | None:
    """Return who is signed in; None, and the session is ended, if it is too old or was revoked."""
    browser.accessed = True
    if not browser.session_key:
        return None
    rows = _row_of(browser).filter(user__isnull=False).select_related(*_RELATED)
    row = rows.defer("data", "sealed").first()
    if row is None or row.user is None:
        return None
    if _is_over(row, row.user, now):
        browser.flush()
        return None
    if row.seen_at is None or now - row.seen_at >= SEEN_STEP:
        Session.objects.filter(pk=row.pk).update(seen_at=now)
    row.user.opened = opened(row)
    return row.user


def forget_ended(*, now: datetime) -> int:
    """Remove the rows of sessions that count no longer; returns how many."""
    return store.forget_expired(now)


def opened(row: Session) -> OpenSession:
    """Return an open session as a plain value."""
    assert row.auth_time, "the database holds that an open session has it"
    assert row.signed_in_at
    proved = Authentication(
        method=Method(row.method),
        provider=row.provider,
        amr=tuple(row.amr),
        acr=row.acr,
        auth_time=row.auth_time,
        proved_factor=row.aal > 1,
        provider_session=row.provider_session,
    )
    return OpenSession(row.pk, row.signed_in_at, proved)


def _is_over(row: Session, user: User, now: datetime) -> bool:
    limits = limits_for(user)
    assert row.signed_in_at
    assert row.seen_at
    return (
        row.epoch != user.epoch
        or now - row.signed_in_at > limits.absolute
        or now - row.seen_at > limits.idle
        or not user.may_enter(now)
    )


def _row_of(browser: SessionBase) -> QuerySet[Session]:
    return Session.objects.filter(digest=store.digest_of(browser.session_key))


def _put(row: Session, authentication: Authentication) -> None:
    row.method = authentication.method
    row.provider = authentication.provider
    row.provider_session = authentication.provider_session
    row.amr = list(authentication.amr)
    row.acr = authentication.acr
    row.aal = authentication.aal
    row.auth_time = authentication.auth_time
