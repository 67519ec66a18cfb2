"""The gate: is this customer's account open, this instant?

Answers are kept for the seconds that the server allows. If the server cannot be asked, the last
answer counts for `stale_s` more; after that the gate is closed, unless you chose to stay open.
Closed is the honest default: a product that cannot know lets nobody in.
"""

from __future__ import annotations

import json
import re
import ssl
import threading
import time
import urllib.error
import urllib.request
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

TIMEOUT_S = 2.0
STALE_S = 30.0
MOST_KEPT = 10_000
_LARGEST = 16 * 1024
_MAX_AGE = re.compile(r"max-age=(\d{1,4})")


class GateClosed(Exception):
    """The account is locked, or nobody can tell and the gate is to fail closed."""


@dataclass(frozen=True)
class Passage:
    """An account at the gate. ``is_certain`` is False where the server could not be asked."""

    account: str
    is_open: bool
    since: str = ""
    is_certain: bool = True


class Gate:
    """Asks the server; one object serves all threads of a process.

    ``url`` is Trustkeep's address, ``token`` one with the scope ``read:gate``. ``context`` is a TLS
    context where its certificate comes from an authority of your own.
    """

    def __init__(
        self,
        url: str,
        token: str,
        *,
        fail_closed: bool = True,
        stale_s: float = STALE_S,
        timeout_s: float = TIMEOUT_S,
        context: ssl.SSLContext | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        if not url.startswith("https://"):
            raise ValueError("the gate is asked over https:// only: the token would be readable")
        self._url = url.rstrip("/")
        self._token = token
        self._fail_closed = fail_closed
        self._stale_s = stale_s
        self._timeout_s = timeout_s
        self._clock = clock
        self._kept: dict[str, tuple[float, Passage]] = {}
        self._lock = threading.Lock()
        handler = urllib.request.HTTPSHandler(context=context or ssl.create_default_context())
        self._opener = urllib.request.build_opener(handler, _NoRedirects)

    def require_open(self, account: str | uuid.UUID) -> Passage:
        """Return the passage of an open account; raises GateClosed."""
        found = self.passage(account)
        if not found.is_open:
            raise GateClosed(f"the account is closed since {found.since or 'unknown'}")
        return found

    def passage(self, account: str | uuid.UUID) -> Passage:
        """Return where an account stands, from memory for as long as the server allows.

        Anything that is no UUID is closed without asking.
        """
        try:
            name = str(uuid.UUID(str(account)))
        except ValueError:
            return Passage(str(account), is_open=False)
        now = self._clock()
        known = self._kept.get(name)
        if known is not None and now < known[0]:
            return known[1]
        try:
            found, fresh_s = self._asked(name)
        except (OSError, ValueError):
            return self._unasked(name, known, now)
        with self._lock:
            if len(self._kept) >= MOST_KEPT:
                self._kept.clear()
            self._kept[name] = (now + fresh_s, found)
        return found

    def _unasked(self, name: str, known: tuple[float, Passage] | None, now: float) -> Passage:
        if known is not None and now < known[0] + self._stale_s:
            return Passage(name, known[1].is_open, known[1].since, is_certain=False)
        # Whom we know to be locked stays so, whatever was chosen.
        was_locked = known is not None and not known[1].is_open
        return Passage(name, not (self._fail_closed or was_locked), is_certain=False)

    def _asked(self, name: str) -> tuple[Passage, float]:
        request = urllib.request.Request(
            f"{self._url}/api/v1/gate/{name}",
            headers={"Authorization": f"Bearer {self._token}", "Accept": "application/json"},
        )
        with self._opener.open(request, timeout=self._timeout_s) as answer:
            told = json.loads(answer.read(_LARGEST))
            found = _MAX_AGE.search(answer.headers.get("Cache-Control", ""))
        is_open = told.get("open") if isinstance(told, dict) else None
        if is_open not in (True, False) or told.get("account") != name:
            raise ValueError("the answer does not say whether this account is open")
        return Passage(name, is_open is True, str(told.get("since", ""))), float(
            found[1] if found else 0
        )


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    """The token goes to the server that was named, and nowhere else."""

    def redirect_request(self, *_: Any) -> None:
        return None
