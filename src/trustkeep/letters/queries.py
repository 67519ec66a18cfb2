"""Reading the outbox: what waits, what failed and why, and one letter in words."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q

from trustkeep.kernel.errors import TrustkeepError
from trustkeep.letters.composing import Composed
from trustkeep.letters.mail import Recipient
from trustkeep.letters.models import Letter
from trustkeep.letters.ports import joined
from trustkeep.letters.sealing import opened
from trustkeep.vault.keystore import KeyDestroyed

PAGE_SIZE = 50
WITHHELD = "[…]"
"""What the staff sees in the place of a link that would let them in."""


class NoSuchLetter(TrustkeepError):
    """There is no letter with this id."""

    sentence = "There is no letter {id}."


@dataclass(frozen=True, slots=True)
class LetterShown:
    """One letter; ``to`` and ``subject`` are empty once they are wiped."""

    id: uuid.UUID
    kind: str
    state: str
    problem: str
    to: str
    name: str
    subject: str
    language: str
    account: uuid.UUID | None
    about: str
    attempts: int
    queued_at: datetime
    next_at: datetime
    ended_at: datetime | None
    wiped_at: datetime | None


@dataclass(frozen=True, slots=True)
class LetterRead:
    """One letter in words, with the names of what lies inside."""

    shown: LetterShown
    text: str
    link_withheld: bool
    enclosures: tuple[str, ...]


def letters(
    *,
    state: str = "",
    kind: str = "",
    account: uuid.UUID | None = None,
    before: uuid.UUID | None = None,
    limit: int = PAGE_SIZE,
) -> list[LetterShown]:
    """Return the newest letters, newest first, those below the letter `before`."""
    rows = Letter.objects.order_by("-queued_at", "-pk")
    if state:
        rows = rows.filter(state=state)
    if kind:
        rows = rows.filter(kind=kind)
    if account:
        rows = rows.filter(account=account)
    last = Letter.objects.filter(pk=before).first() if before else None
    if last:
        same = Q(queued_at=last.queued_at, pk__lt=last.pk)
        rows = rows.filter(Q(queued_at__lt=last.queued_at) | same)
    return [_shown(row) for row in rows[:limit]]


def letter(letter_id: uuid.UUID) -> LetterRead:
    """Return one letter in words; raises NoSuchLetter.

    A link that lets somebody in is withheld, unless letters stay here as in a demo.
    """
    row = Letter.objects.filter(pk=letter_id).first()
    if row is None:
        raise NoSuchLetter(id=letter_id)
    found = _opened(row)
    withheld = row.secret_link and not stays_here()
    text = found[1].text(WITHHELD if withheld else None) if found else ""
    names = tuple(row.enclosures.order_by("number").values_list("name", flat=True))
    return LetterRead(_shown(row), text, bool(found) and withheld, names)


def counts() -> dict[str, int]:
    """Return how many letters are in each state; states without one are absent."""
    rows = Letter.objects.values_list("state").annotate(Count("pk")).order_by()
    return dict(rows)


def waiting_since() -> datetime | None:
    """Return when the oldest letter was written that still waits; None if none does."""
    rows = Letter.objects.filter(state=Letter.State.WAITING).order_by("queued_at")
    return rows.values_list("queued_at", flat=True).first()


def kinds() -> list[str]:
    """Return the kinds of which there are letters."""
    return list(Letter.objects.order_by("kind").values_list("kind", flat=True).distinct())


def stays_here() -> bool:
    """Return whether letters end in this installation instead of reaching anybody."""
    return joined.post is not None and joined.post.stays_here


def goes_nowhere() -> bool:
    """Return whether there is no post, so that all letters wait."""
    return joined.post is None


def _opened(row: Letter) -> tuple[Recipient, Composed] | None:
    try:
        return opened(row)
    except KeyDestroyed:
        return None


def _shown(row: Letter) -> LetterShown:
    found = _opened(row)
    return LetterShown(
        id=row.id,
        kind=row.kind,
        state=row.state,
        problem=row.problem,
        to=found[0].email if found else "",
        name=found[0].name if found else "",
        subject=found[1].subject if found else "",
        language=row.language,
        account=row.account,
        about=row.about,
        attempts=row.attempts,
        queued_at=row.queued_at,
        next_at=row.next_at,
        ended_at=row.ended_at,
        wiped_at=row.wiped_at,
    )
