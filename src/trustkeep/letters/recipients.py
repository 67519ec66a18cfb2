"""Every letter to one address: told to whom it belongs, and erased on request.

Addresses rest sealed, so all letters are opened that are not wiped yet: those of the last weeks.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from datetime import datetime

from django.db import transaction

from trustkeep.letters.models import Enclosure, Letter
from trustkeep.letters.queries import LetterRead, letter
from trustkeep.letters.sealing import opened
from trustkeep.vault.keystore import KeyDestroyed


def letters_to(email: str) -> list[LetterRead]:
    """Return every letter to an address, oldest first."""
    return [letter(row.id) for row in _rows(email)]


def count_ended_to(email: str, *, before: datetime) -> int:
    """Return how many letters `erase_to` would empty."""
    return len(_ended(email, before))


def erase_to(email: str, *, before: datetime, now: datetime) -> int:
    """Remove recipient, words and enclosures of the letters to an address that have ended.

    Meant is what was written up to `before`. What still has to go out stays: it goes when it has.
    Returns how many.
    """
    with transaction.atomic():
        ids = _ended(email, before)
        Enclosure.objects.filter(letter__in=ids).delete()
        return Letter.objects.filter(pk__in=ids).update(sealed=None, wiped_at=now)


def _ended(email: str, before: datetime) -> list[uuid.UUID]:
    return [row.id for row in _rows(email) if row.ended_at is not None and row.queued_at <= before]


def _rows(email: str) -> Iterator[Letter]:
    wanted = email.casefold()
    for row in Letter.objects.filter(wiped_at__isnull=True).order_by("queued_at", "pk"):
        try:
            found = opened(row)
        except KeyDestroyed:
            continue
        if found and found[0].email.casefold() == wanted:
            yield row
