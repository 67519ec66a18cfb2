"""The question that a passkey answers: random, kept with the browser's session, asked once."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from enum import StrEnum

from django.contrib.sessions.backends.base import SessionBase
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url

LIFETIME = timedelta(minutes=10)
CHALLENGE_BYTES = 32
_KEY = "challenge"


class Purpose(StrEnum):
    """What the answer may be used for."""

    REGISTER = "register"
    PROVE = "prove"
    SIGN_IN = "sign-in"


def ask(browser: SessionBase, purpose: Purpose, *, now: datetime) -> bytes:
    """Return a fresh challenge and keep it with the browser; an older one counts no longer."""
    value = secrets.token_bytes(CHALLENGE_BYTES)
    until = (now + LIFETIME).timestamp()
    kept = {"value": bytes_to_base64url(value), "purpose": purpose.value, "until": until}
    browser[_KEY] = kept
    return value


def taken(browser: SessionBase, purpose: Purpose, *, now: datetime) -> bytes | None:
    """Return the challenge asked for `purpose`, once; None if there is none that counts."""
    kept = browser.pop(_KEY, None)
    if kept is None or kept["purpose"] != purpose or kept["until"] < now.timestamp():
        return None
    return base64url_to_bytes(kept["value"])
