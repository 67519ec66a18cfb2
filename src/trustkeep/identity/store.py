"""Sessions at rest: the key is with the browser alone, here rests its digest (ASVS 7.2.3).

This is what the framework's session middleware reads and writes. It keeps the small values of a
session; who has signed in, and how, are columns that only `trustkeep.identity.sessions` writes.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.contrib.sessions.backends.base import (
    VALID_KEY_CHARS,
    CreateError,
    SessionBase,
    UpdateError,
)
from django.db import IntegrityError, transaction
from django.utils.crypto import get_random_string

from trustkeep.identity.limits import LONGEST_SESSION
from trustkeep.identity.models import Session
from trustkeep.kernel.clock import now

_KEY_LENGTH = 32
PRELUDE = timedelta(hours=1)
"""How long the row of a browser lives that has not signed in."""


class SessionStore(SessionBase):
    """One session; named by a random key of the framework (32 signs of 36, about 165 bits)."""

    # The framework's own, which its type stubs leave out.
    _get_session: Callable[..., dict[str, Any]]
    _get_new_session_key: Callable[[], str]
    _session_cache: dict[str, Any]

    _written: tuple[str, str] | None = None
    """What this process wrote last: the digest of the key, and the content."""

    def begin(self) -> str:
        """Take a fresh key and nothing else; returns its digest, for the caller to write the row.

        A key of 165 random bits is not looked up beforehand: the database holds that it is new.
        """
        self._session_key = get_random_string(_KEY_LENGTH, VALID_KEY_CHARS)
        self._session_cache = {}
        self.modified = True
        digest = digest_of(self._session_key)
        self._written = (digest, _content({}))
        return digest

    def load(self) -> dict[str, Any]:
        row = Session.objects.filter(digest=digest_of(self.session_key), expires_at__gt=now())
        found = row.values_list("data", flat=True).first()
        if found is None:
            self._session_key = None
            return {}
        return dict(found)

    def exists(self, session_key: str | None) -> bool:
        return Session.objects.filter(digest=digest_of(session_key)).exists()

    def create(self) -> None:
        self._session_key = self._get_new_session_key()
        self.save(must_create=True)
        self.modified = True

    def save(self, must_create: bool = False) -> None:
        if self.session_key is None:
            self.create()
            return
        data = self._get_session(no_load=must_create)
        digest = digest_of(self.session_key)
        if must_create:
            try:
                with transaction.atomic():
                    Session.objects.create(digest=digest, data=data, expires_at=now() + PRELUDE)
            except IntegrityError as error:
                raise CreateError from error
        elif self._written == (digest, _content(data)):
            # The framework writes at the end of each request; a second commit would cost as much
            # as the first.
            return
        elif not Session.objects.filter(digest=digest).update(data=data):
            raise UpdateError
        self._written = (digest, _content(data))

    def cycle_key(self) -> None:
        """Give the same session another key; the old one opens nothing from now on."""
        old = digest_of(self.session_key)
        self._get_session()
        self._session_key = self._get_new_session_key()
        self.modified = True
        if not Session.objects.filter(digest=old).update(digest=digest_of(self.session_key)):
            self.save(must_create=True)

    def delete(self, session_key: str | None = None) -> None:
        if key := session_key or self.session_key:
            Session.objects.filter(digest=digest_of(key)).delete()

    def get_expiry_age(self, **_kwargs: Any) -> int:
        return int(LONGEST_SESSION.total_seconds())

    @classmethod
    def clear_expired(cls) -> None:
        forget_expired(now())


def _content(data: dict[str, Any]) -> str:
    return json.dumps(data, sort_keys=True)


def forget_expired(at: datetime) -> int:
    """Remove the rows whose longest time is over; returns how many."""
    return Session.objects.filter(expires_at__lte=at).delete()[0]


def begun(browser: SessionBase) -> str:
    """Give a browser's session a fresh key without writing it; returns the key's digest."""
    assert isinstance(browser, SessionStore), "sessions rest in one kind of store"
    return browser.begin()


def digest_of(key: str | None) -> str:
    """Return the digest under which a session rests; random keys need no slow hash."""
    return hashlib.sha256((key or "").encode()).hexdigest()
