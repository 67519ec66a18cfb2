"""Who may send a long body: asked before a byte of it is taken.

A body without end is a way to fill a disk. So it takes a member with an open session, or a program
with a token that may write files; everybody else's is read like any other body, within the limit
of all.
"""

from __future__ import annotations

from http.cookies import CookieError, SimpleCookie

from django.conf import settings

from trustkeep.holdings.files import MOST_BYTES
from trustkeep.identity import sessions
from trustkeep.identity.scopes import Scope
from trustkeep.identity.store import SessionStore
from trustkeep.identity.tokens import TokenRefused, bearer
from trustkeep.kernel.clock import now
from trustkeep.site.exchange import Environ

# A form says a little more than the file.
_FORM_BYTES = 64 * 1024


def most_bytes(environ: Environ) -> int | None:
    """Return how much this sender may bring; None where it may bring no more than anybody."""
    path: str = environ["PATH_INFO"]
    known = _program(environ) if path.startswith("/api/") else _member(environ)
    return MOST_BYTES + _FORM_BYTES if known else None


def _program(environ: Environ) -> bool:
    kind, _, secret = environ.get("HTTP_AUTHORIZATION", "").partition(" ")
    if kind.lower() != "bearer":
        return False
    try:
        token = bearer(secret.strip(), now=now())
    except TokenRefused:
        return False
    return Scope.FILES_WRITE in token.scopes


def _member(environ: Environ) -> bool:
    try:
        cookies = SimpleCookie(environ.get("HTTP_COOKIE", ""))
    except CookieError:
        return False
    found = cookies.get(settings.SESSION_COOKIE_NAME)
    user = sessions.user_of(SessionStore(found.value), now=now()) if found else None
    return user is not None and user.account_id is not None
