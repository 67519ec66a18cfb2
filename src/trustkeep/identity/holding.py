"""A sign-in that waits for its second factor: proved in part, and worth nothing until then.

Every way in ends here. Where a factor was proved with it, the session opens. Where the user has
one, it is asked for; where one is demanded and there is none, it has to be enrolled first. Until
then the browser holds a note of what was proved, and no session: there is nothing that a page could
forget to ask.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any

from django.contrib.sessions.backends.base import SessionBase
from django.db import transaction

from trustkeep.identity import factors, provider_sign_ins
from trustkeep.identity.authentication import Authentication, Method
from trustkeep.identity.elsewhere import tell_if_new
from trustkeep.identity.handles import RELATED
from trustkeep.identity.models import User
from trustkeep.identity.sessions import open_session

HELD_FOR = timedelta(minutes=10)
_KEY = "held"


class Onward(StrEnum):
    """What comes next."""

    IN = "in"
    PASSWORD = "password"  # noqa: S105  (a step, not a secret)
    FACTOR = "factor"
    ENROL = "enrol"


@dataclass(frozen=True, slots=True)
class Held:
    """Who is on the way in, how far it was proved, and what is missing."""

    user: User
    authentication: Authentication
    missing: Onward


def enter(
    browser: SessionBase,
    *,
    user: User,
    authentication: Authentication,
    now: datetime,
    outdated: bool = False,
) -> Onward:
    """Open a session for somebody who proved who they are, or hold them for what is missing.

    ``outdated``: the password keeps an older rule than ours, so another one comes first.
    """
    missing = Onward.PASSWORD if outdated else _missing(user, authentication)
    if missing is Onward.IN:
        _open(browser, user, authentication, now)
        return missing
    hold(browser, user, authentication, missing, now=now)
    return missing


def hold(
    browser: SessionBase,
    user: User,
    authentication: Authentication,
    missing: Onward = Onward.FACTOR,
    *,
    now: datetime,
) -> None:
    """Let somebody wait in this browser for what is missing."""
    browser.flush()
    browser[_KEY] = {
        "user": str(user.pk),
        "epoch": user.epoch,
        "missing": missing.value,
        "until": (now + HELD_FOR).timestamp(),
        "method": authentication.method.value,
        "provider": authentication.provider,
        "amr": list(authentication.amr),
        "acr": authentication.acr,
        "provider_session": authentication.provider_session,
        "auth_time": authentication.auth_time.timestamp(),
    }


def held(browser: SessionBase, *, now: datetime) -> Held | None:
    """Return who waits in this browser; None if nobody does, or not any more."""
    kept: dict[str, Any] | None = browser.get(_KEY)
    if kept is None or kept["until"] < now.timestamp():
        return None
    users = User.objects.select_related(*RELATED)
    user = users.filter(pk=kept["user"], epoch=kept["epoch"]).first()
    if user is None or not user.may_enter(now):
        return None
    authentication = Authentication(
        method=Method(kept["method"]),
        auth_time=datetime.fromtimestamp(kept["auth_time"], UTC),
        provider=kept["provider"],
        amr=tuple(kept["amr"]),
        acr=kept["acr"],
        provider_session=kept.get("provider_session", ""),
    )
    return Held(user, authentication, Onward(kept["missing"]))


def complete(browser: SessionBase, one: Held, *, amr: tuple[str, ...], now: datetime) -> None:
    """Open the session of somebody who has shown what was missing."""
    user = User.objects.select_related(*RELATED).get(pk=one.user.pk)
    proved = one.authentication.with_factor(amr, at=now)
    _open(browser, user, proved, now)
    if proved.method is Method.PROVIDER:
        provider_sign_ins.proved_here(user, since=now - HELD_FOR)


def _open(browser: SessionBase, user: User, authentication: Authentication, now: datetime) -> None:
    with transaction.atomic():
        tell_if_new(user, now=now)
        open_session(browser, user=user, authentication=authentication, now=now)


def _missing(user: User, authentication: Authentication) -> Onward:
    if authentication.proved_factor:
        return Onward.IN
    if factors.has_factor(user):
        return Onward.FACTOR
    return Onward.ENROL if factors.is_demanded(user) else Onward.IN
