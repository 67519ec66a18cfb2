"""Writing letters into the outbox, calling them off, trying them again, forgetting them.

A letter is written in the caller's transaction: what it tells and the letter are committed together
or not at all. Its words are composed at once, so a value that is missing shows where it is missing.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from trustkeep.kernel.errors import TrustkeepError
from trustkeep.letters.composing import compose
from trustkeep.letters.entries import Happened, note
from trustkeep.letters.kinds import LetterKind, Value
from trustkeep.letters.limits import WIPE_AFTER
from trustkeep.letters.mail import Enclosure, Recipient
from trustkeep.letters.models import Enclosure as EnclosureRow
from trustkeep.letters.models import Letter
from trustkeep.letters.ports import House, joined
from trustkeep.letters.queries import NoSuchLetter
from trustkeep.letters.sealing import enclosure_rows, sealed_words
from trustkeep.vault.fields import COMPANY, blind_indexes


class HouseUnknown(TrustkeepError):
    """Nobody has told who writes the letters."""

    sentence = "No company has been set up here yet, so nobody can write letters."


class LetterNotWaiting(TrustkeepError):
    """The letter has left, failed or was called off."""

    sentence = "This letter does not wait any more, so it cannot be called off."


class LetterNotFailed(TrustkeepError):
    """Only a letter that failed can be tried again, while its words are there."""

    sentence = "This letter cannot be tried again: it has not failed, or its words were wiped."


@dataclass(frozen=True, slots=True)
class Queued:
    """A letter in the outbox; ``is_new`` is False where the same one was written before."""

    id: uuid.UUID
    is_new: bool


def queue(
    *,
    letter: LetterKind,
    to: Recipient,
    language: str,
    values: Mapping[str, Value],
    account: uuid.UUID | None = None,
    about: str | None = None,
    enclosures: Iterable[Enclosure] = (),
    now: datetime,
) -> Queued:
    """Write a letter into the outbox, in the caller's transaction.

    ``about`` names opaquely what the letter is about: the same kind about the same thing to the
    same recipient is written once. Without it every call writes a letter. ``account`` is the
    customer account that the letter belongs to; closing it calls the letter off, unless the kind is
    about the closing. Raises KeyError naming a value that is missing, and HouseUnknown.
    """
    words = compose(letter, to.name, language, values, _house())
    owner = COMPANY if account is None or letter.about_closing else account
    row = Letter(
        kind=letter.slug,
        about=about or "",
        account=account,
        about_closing=letter.about_closing,
        language=language,
        list_name=letter.list_name,
        secret_link=letter.secret_link,
        sealed_for=owner,
        queued_at=now,
        next_at=now,
        good_until=_good_until(letter, values),
    )
    row.sealed = sealed_words(owner, row.id, to, words)
    keys = _once(row, to)
    row.once = keys[0]
    with transaction.atomic():
        known = Letter.objects.filter(once__in=keys).first()
        if known is None:
            # Two who write the same letter in one instant: the second finds the first one's.
            Letter.objects.bulk_create([row], ignore_conflicts=True)
            known = Letter.objects.get(once=row.once)
        is_new = known.pk == row.pk
        if is_new:
            EnclosureRow.objects.bulk_create(enclosure_rows(row, enclosures))
    return Queued(known.id, is_new)


def cancel(*, letter_id: uuid.UUID, now: datetime) -> None:
    """Call a waiting letter off; raises NoSuchLetter, LetterNotWaiting."""
    with transaction.atomic():
        row = _row(letter_id)
        if row.state != Letter.State.WAITING:
            raise LetterNotWaiting
        _call_off(row, "by-staff", now)


def cancel_of_account(*, account: uuid.UUID, now: datetime) -> int:
    """Call off what waits for an account that is closing; return how many letters.

    Letters about the closing itself still go out.
    """
    with transaction.atomic():
        rows = Letter.objects.select_for_update().filter(
            account=account, about_closing=False, state=Letter.State.WAITING
        )
        found = list(rows)
        for row in found:
            _call_off(row, "account-closed", now)
    return len(found)


def try_again(*, letter_id: uuid.UUID, now: datetime) -> None:
    """Bring a failed letter once more, at once; raises NoSuchLetter, LetterNotFailed."""
    with transaction.atomic():
        row = _row(letter_id)
        if row.state != Letter.State.FAILED or row.sealed is None:
            raise LetterNotFailed
        row.state, row.ended_at = Letter.State.WAITING, None
        row.attempts, row.next_at, row.good_until = 0, now, None
        row.save()
        note(row, Happened.TRIED_AGAIN, now)


def wipe_ended(*, now: datetime) -> int:
    """Remove recipient, words and enclosures of letters that ended a while ago; return how many."""
    with transaction.atomic():
        due = Letter.objects.filter(ended_at__lte=now - WIPE_AFTER, wiped_at__isnull=True)
        ids = list(due.values_list("pk", flat=True))
        EnclosureRow.objects.filter(letter__in=ids).delete()
        return Letter.objects.filter(pk__in=ids).update(sealed=None, wiped_at=now)


def _house() -> House:
    if joined.house is None:
        raise HouseUnknown
    return joined.house()


def _good_until(letter: LetterKind, values: Mapping[str, Value]) -> datetime | None:
    until = values[letter.good_until] if letter.good_until else None
    return until if isinstance(until, datetime) else None


def _once(row: Letter, to: Recipient) -> list[str]:
    what = f"{row.about}\n{to.email.casefold()}" if row.about else str(row.id)
    return blind_indexes(row.sealed_for, "letters_letter", "once", f"{row.kind}\n{what}")


def _row(letter_id: uuid.UUID) -> Letter:
    row = Letter.objects.select_for_update().filter(pk=letter_id).first()
    if row is None:
        raise NoSuchLetter(id=letter_id)
    return row


def _call_off(row: Letter, problem: str, now: datetime) -> None:
    row.state, row.problem, row.ended_at = Letter.State.CANCELLED, problem, now
    row.save(update_fields=["state", "problem", "ended_at"])
    note(row, Happened.CANCELLED, now)
