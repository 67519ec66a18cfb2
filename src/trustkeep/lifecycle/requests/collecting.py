"""What we hold about one person, collected for that person: Articles 15 and 20.

The staff reads it first and leaves out what is about somebody else (Article 15(4)); then the person
fetches it once. The file's format is `FORMAT`; each part names its table, why it is kept and how
long, from the same list that `docs/data.md` is made of.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from trustkeep.holdings import looks
from trustkeep.holdings.exporting import Member
from trustkeep.identity.queries import names
from trustkeep.kernel.clock import isoformat
from trustkeep.kernel.errors import TrustkeepError
from trustkeep.lifecycle.requests import letters, story
from trustkeep.lifecycle.requests.gathering import (
    CONTENTS,
    RECORDS,
    Part,
    category_of,
    contents_of,
    parts_about,
)
from trustkeep.lifecycle.requests.handling import row_of
from trustkeep.lifecycle.requests.information import information
from trustkeep.lifecycle.requests.kinds import GIVES_DATA, GROUNDS, is_whole
from trustkeep.lifecycle.requests.links import FETCH_WITHIN, digest, new_token
from trustkeep.lifecycle.requests.models import Answer, Decision, Request
from trustkeep.lifecycle.requests.states import NotNow, State
from trustkeep.lifecycle.requests.story import REQUESTER, What
from trustkeep.vault.fields import Place, seal_json, unseal_json

FORMAT = "trustkeep.personal-data/v1"
_ANSWERED = (State.FULFILLED, State.PARTLY_REFUSED)


class DataFetched(TrustkeepError):
    """The data was fetched, the link has ended, or it never was: the answer is one."""

    sentence = "This link has been used or has ended. Write to us if you still need your data."


class NoSuchPart(TrustkeepError):
    """A row is to be left out that was not collected."""

    sentence = "“{which}” was not collected. Read again what was."


@dataclass(frozen=True, slots=True)
class Collected:
    """What is given: ``parts`` with their rows; left out rows are None."""

    format: str
    made_at: str
    information: dict[str, Any]
    parts: tuple[Part, ...]
    account: uuid.UUID | None = None

    def contents(self) -> Iterator[Member]:
        """Give the contents that the parts name, one after another."""
        return contents_of(self.account, self.parts) if self.account else iter(())


def collect(*, request_id: uuid.UUID, by: str, now: datetime) -> None:
    """Collect the data of who asked; collecting again replaces what was collected before.

    It may be collected again after the answer, for a new link. What a customer keeps here is read
    by the staff then, so the customer sees it among the looks. Raises NotNow.
    """
    with transaction.atomic():
        row = row_of(request_id)
        if row.state not in (State.IN_PROGRESS, *_ANSWERED) or not _gives_data(row):
            raise NotNow
        parts = parts_about(row, now)
        _note_look(row, parts, by, now)
        answer = Answer.objects.filter(request=row).first() or Answer(request=row)
        answer.sealed_for, answer.whole = row.sealed_for, False
        answer.sealed = seal_json(place_of(answer), parts)
        answer.collected_at, answer.redacted = now, []
        answer.reviewed_at, answer.reviewed_by = None, ""
        answer.fetched_at, answer.expires_at, answer.digest = None, None, ""
        answer.save()
        rows = sum(len(part["rows"]) for part in parts)
        story.note(row, What.COLLECTED, by=by, now=now, rows=rows)


def parts_of(request_id: uuid.UUID) -> list[Part]:
    """Return what was collected, for the review; empty before that."""
    answer = Answer.objects.filter(request=request_id).first()
    return _opened(answer) if answer else []


def review(*, request_id: uuid.UUID, leave_out: list[str], by: str, now: datetime) -> None:
    """Say that the data was read, and which rows are left out as being about somebody else.

    ``leave_out`` names rows as ``table/number``. Raises NotNow, NoSuchPart.
    """
    with transaction.atomic():
        row = row_of(request_id)
        answer = Answer.objects.filter(request=row).exclude(sealed=b"").first()
        if row.state not in (State.IN_PROGRESS, *_ANSWERED) or answer is None:
            raise NotNow
        known = {
            f"{part['table']}/{number}"
            for part in _opened(answer)
            for number in range(len(part["rows"]))
        }
        if unknown := set(leave_out) - known:
            raise NoSuchPart(which=", ".join(sorted(unknown)))
        answer.redacted = sorted(leave_out)
        answer.reviewed_by, answer.reviewed_at = by, now
        answer.save()
        story.note(row, What.REVIEWED, by=by, now=now, left_out=len(leave_out))


def resend(*, request_id: uuid.UUID, by: str, now: datetime) -> None:
    """Write a new link to data that was read; an older link ends. Raises NotNow.

    Data that was fetched, or whose link has ended, is collected and read again first.
    """
    with transaction.atomic():
        row = row_of(request_id)
        waiting = Answer.objects.filter(request=row, reviewed_at__isnull=False)
        answer = waiting.exclude(sealed=b"").first()
        if row.state not in _ANSWERED or answer is None:
            raise NotNow
        token = new_token()
        answer.digest, answer.expires_at = digest(token), now + FETCH_WITHIN
        answer.fetched_at = None
        answer.save(update_fields=["digest", "expires_at", "fetched_at"])
        letter = letters.write(letters.fetching(row, token), now=now)
        story.note(row, What.RESENT, by=by, now=now, letter=letter)


def is_there(token: str, *, now: datetime) -> bool:
    """Return whether a link still gives data."""
    return waiting(token, now) is not None


def fetch(*, token: str, now: datetime) -> Collected:
    """Give the data to who holds the link, once; it is gone from here then. Raises DataFetched."""
    with transaction.atomic():
        return _handed_over(waiting(token, now), now)


def is_ready(request_id: uuid.UUID, *, now: datetime) -> bool:
    """Return whether data of a request waits for who asked, beside the link in the letter."""
    return _waiting_of(request_id, now) is not None


def fetch_signed_in(*, request_id: uuid.UUID, now: datetime) -> Collected:
    """Give the data to who asked and has signed in: once, like by the link. Raises DataFetched."""
    with transaction.atomic():
        return _handed_over(_waiting_of(request_id, now), now)


def forget_unfetched(*, now: datetime) -> int:
    """Remove data whose link has ended; return how many."""
    ended = Answer.objects.filter(expires_at__lte=now).exclude(sealed=b"")
    return ended.update(sealed=b"")


def _handed_over(answer: Answer | None, now: datetime) -> Collected:
    if answer is None or answer.whole:
        raise DataFetched
    left = Answer.objects.filter(pk=answer.pk, fetched_at__isnull=True)
    if not left.update(fetched_at=now, sealed=b""):
        raise DataFetched
    story.note(answer.request, What.FETCHED, by=REQUESTER, now=now)
    return _given(answer, now)


def _waiting_of(request_id: uuid.UUID, now: datetime) -> Answer | None:
    return _unfetched(now).filter(request=request_id, whole=False).first()


def _unfetched(now: datetime) -> QuerySet[Answer]:
    found = Answer.objects.filter(fetched_at__isnull=True, expires_at__gt=now)
    return found.exclude(sealed=b"").select_related("request", "request__account")


def _gives_data(row: Request) -> bool:
    return bool(GIVES_DATA & {*row.kinds}) and not is_whole(row.kinds, row.role, row.scope)


def _given(answer: Answer, now: datetime) -> Collected:
    row, out, refused = answer.request, set(answer.redacted), _refused(answer.request)
    parts = tuple(
        _without(part, out) for part in _opened(answer) if category_of(part["table"]) not in refused
    )
    told = information(row.language, row.account is not None, now)
    return Collected(FORMAT, isoformat(answer.collected_at), told, parts, row.account_id)


def _refused(row: Request) -> set[str]:
    """Return the categories that are not given, on a ground that holds against giving data."""
    decisions = Decision.objects.filter(request=row).exclude(ground="")
    return {one.category for one in decisions if GROUNDS[one.ground].types & GIVES_DATA}


def _note_look(row: Request, parts: list[Part], by: str, now: datetime) -> None:
    if row.account_id is None or not {CONTENTS, RECORDS} & {part["table"] for part in parts}:
        return
    who = looks.Staff(by, names().get(by, by))
    reason = f"Personal data for the answer to request {row.reference}"
    look = looks.begin_look(account_id=row.account_id, staff=who, reason=reason, now=now)
    looks.note_seen(look=look, staff=who, what=looks.LIST, now=now)


def _without(part: Part, out: set[str]) -> Part:
    table = part["table"]
    rows = [None if f"{table}/{number}" in out else one for number, one in enumerate(part["rows"])]
    return {**part, "rows": rows}


def waiting(token: str, now: datetime) -> Answer | None:
    """Return the answer that a link opens, if it still does."""
    return _unfetched(now).filter(digest=digest(token)).first()


def _opened(answer: Answer) -> list[Part]:
    if not answer.sealed or answer.whole:
        return []
    parts: list[Part] = unseal_json(place_of(answer), answer.sealed)
    return parts


def place_of(answer: Answer) -> Place:
    """Return where what an answer gives rests sealed."""
    return Place(answer.sealed_for, "requests_answer", "sealed", str(answer.id))
