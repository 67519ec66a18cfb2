"""Bringing letters to the post: leased, tried again for days, never lost, never twice unseen.

1. Take one due letter by compare-and-set, for as long as `LEASE`, and commit that.
2. Hand it over, outside of any transaction.
3. Commit what came of it.

Killed between 2 and 3, the lease ends and the letter is brought again, with the same Message-ID: a
mail program shows it once. A post that is out of order ends the round, so that a dead server costs
one attempt a round however many letters wait; and that is never held against a letter.
"""

from __future__ import annotations

import hashlib
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from django.db import transaction
from django.db.models import F, Q

from trustkeep.letters.entries import Happened, note
from trustkeep.letters.limits import (
    FIRST_PAUSE,
    GIVE_UP_AFTER,
    LEASE,
    LEASE_AT_MOST,
    LONGEST_PAUSE,
    ROUND,
    ROUND_TIME,
)
from trustkeep.letters.models import Letter
from trustkeep.letters.ports import LetterPostponed, LetterRefused, Post, PostUnreachable
from trustkeep.letters.sealing import as_mail
from trustkeep.vault.keystore import KeyDestroyed

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Round:
    """What one round did."""

    delivered: int = 0
    postponed: int = 0
    failed: int = 0
    expired: int = 0


def send_due(
    *, now: datetime, post: Post | None, ticks: Callable[[], float] = time.monotonic
) -> Round:
    """Bring every letter that is due to the post, oldest first, at most `ROUND`.

    Without a post, letters wait. A round ends after `ROUND_TIME`, so that no lease ends within it;
    `ticks` are seconds of a clock that never goes back. Safe to run twice at once and to be killed
    at any instant.
    """
    over = ticks() + ROUND_TIME.total_seconds()
    expired = _call_off_expired(now)
    counts = {"delivered": 0, "postponed": 0, "failed": 0}
    for letter_id in _due(now) if post else ():
        if ticks() > over:
            break
        row = _leased(letter_id, now)
        if row is None or post is None:
            continue
        try:
            post.deliver(as_mail(row))
        except PostUnreachable as error:
            _postpone(row, error.problem, now)
            counts["postponed"] += 1
            log.warning("post-unreachable", problem=error.problem)
            break
        except LetterPostponed as error:
            given_up = _postpone(row, error.problem, now, until=row.queued_at + GIVE_UP_AFTER)
            counts["failed" if given_up else "postponed"] += 1
        except LetterRefused as error:
            _end(row, Letter.State.FAILED, Happened.REFUSED, now, error.problem)
            counts["failed"] += 1
        except KeyDestroyed:
            # Its account is gone, and with it who it was for.
            _end(row, Letter.State.CANCELLED, Happened.CANCELLED, now, "account-erased")
        else:
            _end(row, Letter.State.DELIVERED, Happened.DELIVERED, now)
            counts["delivered"] += 1
    return Round(**counts, expired=expired)


def pause(letter_id: uuid.UUID, attempts: int) -> timedelta:
    """Return how long to wait after so many attempts: doubling, capped, and spread.

    The spread of up to a quarter less is drawn from the letter, so letters that failed in one
    instant do not come back in one.
    """
    whole = min(FIRST_PAUSE * (1 << min(attempts - 1, 16)), LONGEST_PAUSE)
    drawn = hashlib.sha256(f"{letter_id} {attempts}".encode()).digest()[0] / 255
    return whole * (1 - drawn / 4)


def _due(now: datetime) -> list[uuid.UUID]:
    rows = Letter.objects.filter(_free(now), _has_come(now), state=Letter.State.WAITING)
    return list(rows.order_by("next_at", "queued_at").values_list("pk", flat=True)[:ROUND])


def _free(now: datetime) -> Q:
    wrong = Q(leased_until__gt=now + LEASE_AT_MOST)
    return Q(leased_until__isnull=True) | Q(leased_until__lte=now) | wrong


def _has_come(now: datetime) -> Q:
    # No letter that was tried waits longer than the longest pause: its clock was wrong.
    return Q(next_at__lte=now) | Q(attempts__gt=0, next_at__gt=now + LONGEST_PAUSE)


def _leased(letter_id: uuid.UUID, now: datetime) -> Letter | None:
    mine = Letter.objects.filter(
        _free(now), _has_come(now), pk=letter_id, state=Letter.State.WAITING
    )
    if not mine.update(leased_until=now + LEASE, attempts=F("attempts") + 1):
        return None
    return Letter.objects.get(pk=letter_id)


def _call_off_expired(now: datetime) -> int:
    late = Letter.objects.filter(_free(now), state=Letter.State.WAITING, good_until__lte=now)
    # Asked before the transaction: a round with nothing to do takes nobody's turn to write.
    if not late.exists():
        return 0
    with transaction.atomic():
        found = list(late.select_for_update())
        for row in found:
            _end(row, Letter.State.CANCELLED, Happened.CANCELLED, now, "too-late")
    return len(found)


def _postpone(row: Letter, problem: str, now: datetime, until: datetime | None = None) -> bool:
    if until and now >= until:
        _end(row, Letter.State.FAILED, Happened.REFUSED, now, problem)
        return True
    Letter.objects.filter(pk=row.pk, state=Letter.State.WAITING).update(
        leased_until=None, next_at=now + pause(row.id, row.attempts), problem=problem
    )
    return False


def _end(
    row: Letter, state: Letter.State, what: Happened, now: datetime, problem: str = ""
) -> None:
    with transaction.atomic():
        # Called off while it was on its way: what really happened stands.
        Letter.objects.filter(pk=row.pk).update(
            state=state, problem=problem, ended_at=now, leased_until=None
        )
        note(row, what, now)
