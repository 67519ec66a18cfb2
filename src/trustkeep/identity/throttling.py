"""Slowing down who guesses passwords, without letting strangers lock anybody out.

Failures in a row are counted for the account and for the source apart. From the first few on, each
one doubles a pause, up to a longest pause; a success of the account ends its count. After
`MAX_FAILURES` in a row (NIST SP 800-63B-4 section 3.2.2 allows a hundred) the account waits for an
administrator, but a source that guesses is stopped long before it gets there.
"""

from __future__ import annotations

import hashlib
import hmac
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction

from trustkeep.identity import access, origins
from trustkeep.identity.models import Throttle
from trustkeep.kernel.errors import TrustkeepError
from trustkeep.kernel.networks import network_of

FREE_FAILURES = 5
FIRST_PAUSE = timedelta(seconds=1)
LONGEST_ACCOUNT_PAUSE = timedelta(minutes=5)
LONGEST_SOURCE_PAUSE = timedelta(hours=1)
MAX_FAILURES = 100
STARTS_A_MINUTE = 120
"""How many sign-ins at providers one source may begin, and how often it may try links to files."""
NOTE_EVERY = timedelta(minutes=1)
"""How often a source that has to wait is noted: whoever hammers must not fill the trail."""
UNTIL_RESET = timedelta(days=36500)
FORGET_AFTER = timedelta(days=1)
_SOURCE_FREE_FAILURES = 20


class TooManyAttempts(TrustkeepError):
    """Somebody has to wait; ``wait`` says how long."""

    sentence = "Too many attempts. Try again in {seconds} seconds."

    def __init__(self, wait: timedelta) -> None:
        self.wait = wait
        super().__init__(seconds=max(1, round(wait.total_seconds())), log="TooManyAttempts")


def require_turn(*, account: str, source: str, now: datetime) -> None:
    """Raise TooManyAttempts while the account or the source has to wait."""
    keys = [_key("account", account), _source_key("source", source)]
    rows = Throttle.objects.filter(key__in=keys, blocked_until__gt=now)
    waits = [row.blocked_until - now for row in rows if row.blocked_until]
    if waits:
        _note(now)
        raise TooManyAttempts(max(waits))


def count_start(*, source: str, now: datetime) -> None:
    """Count what a stranger can begin at will; raises TooManyAttempts over `STARTS_A_MINUTE`.

    A sign-in at a provider, or, counted apart, a link to a file.
    """
    minute = timedelta(minutes=1)
    with transaction.atomic():
        row, _ = Throttle.objects.select_for_update().get_or_create(
            key=_source_key("start", source), defaults={"last_at": now}
        )
        if now - row.last_at >= minute:
            row.failures, row.last_at = 0, now
        row.failures += 1
        row.save()
    if row.failures > STARTS_A_MINUTE:
        _note(now)
        raise TooManyAttempts(row.last_at + minute - now)


def failed(*, account: str, source: str, now: datetime) -> None:
    """Count a failure of both."""
    with transaction.atomic():
        _count(_key("account", account), FREE_FAILURES, LONGEST_ACCOUNT_PAUSE, now, ends=True)
        _count(
            _source_key("source", source),
            _SOURCE_FREE_FAILURES,
            LONGEST_SOURCE_PAUSE,
            now,
            ends=False,
        )


def succeeded(*, account: str) -> None:
    """Forget the failures of an account; those of the source stay and fade."""
    failures = Throttle.objects.filter(key=_key("account", account))
    # Most people fail at nothing, and a write costs a commit.
    if failures.exists():
        failures.delete()


def forget_old(*, now: datetime) -> int:
    """Remove counts that have faded; returns how many."""
    old = Throttle.objects.filter(last_at__lt=now - FORGET_AFTER, failures__lt=MAX_FAILURES)
    return old.delete()[0]


def _note(now: datetime) -> None:
    row, is_first = Throttle.objects.get_or_create(
        key=_source_key("noted", origins.present().source), defaults={"last_at": now}
    )
    if not is_first:
        if now - row.last_at < NOTE_EVERY:
            return
        row.last_at = now
        row.save(update_fields=["last_at"])
    access.note("throttled", now=now, proved=False)


def _count(key: str, free: int, longest: timedelta, now: datetime, *, ends: bool) -> None:
    row, _ = Throttle.objects.select_for_update().get_or_create(key=key, defaults={"last_at": now})
    if now - row.last_at > FORGET_AFTER and row.failures < MAX_FAILURES:
        row.failures = 0
    row.failures += 1
    row.last_at = now
    if row.failures >= free:
        row.blocked_until = now + min(FIRST_PAUSE * 2 ** min(row.failures - free, 20), longest)
    if ends and row.failures >= MAX_FAILURES:
        row.blocked_until = now + UNTIL_RESET
    row.save()


def _source_key(kind: str, source: str) -> str:
    # What was asked for apart, such as new passwords, is counted apart.
    asked, _, address = source.rpartition("|")
    return _key(kind, f"{asked}|{network_of(address)}")


def _key(kind: str, value: str) -> str:
    secret = str(settings.SECRET_KEY).encode()
    return hmac.new(secret, f"{kind}\0{value.casefold()}".encode(), hashlib.sha256).hexdigest()
