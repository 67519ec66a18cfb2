"""What we hold about one person, collected for that person: Articles 15 and 20.

The staff reads it first and leaves out what is about somebody else (Article 15(4)); then the person
fetches it once. The file's format is `FORMAT`; each part names its table, why it is kept and how
long, from the same list that `docs/data.md` is made of.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from trustkeep.accounts import customers, trail
from trustkeep.accounts import queries as staff
from trustkeep.identity import erasing as doors
from trustkeep.kernel.clock import isoformat
from trustkeep.kernel.errors import TrustkeepError
from trustkeep.letters import recipients
from trustkeep.lifecycle.holders import HOLDERS
from trustkeep.lifecycle.request_letters import RequestKind
from trustkeep.lifecycle.requests import story
from trustkeep.lifecycle.requests.content import content_of, words_of
from trustkeep.lifecycle.requests.handling import row_of
from trustkeep.lifecycle.requests.information import information
from trustkeep.lifecycle.requests.kinds import Scope
from trustkeep.lifecycle.requests.links import digest
from trustkeep.lifecycle.requests.models import Answer, Happening, Request
from trustkeep.lifecycle.requests.states import NotNow, State
from trustkeep.lifecycle.requests.story import REQUESTER, What
from trustkeep.vault.fields import Place, seal_json, unseal_json

FORMAT = "trustkeep.personal-data/v1"

type Part = dict[str, Any]


class DataFetched(TrustkeepError):
    """The data was fetched, the link has ended, or it never was: the answer is one."""

    sentence = "This link has been used or has ended. Write to us if you still need your data."


@dataclass(frozen=True, slots=True)
class Collected:
    """What is given: ``parts`` with their rows; left out rows are None."""

    format: str
    made_at: str
    information: dict[str, Any]
    parts: tuple[Part, ...]


def collect(*, request_id: uuid.UUID, by: str, now: datetime) -> None:
    """Collect the data of who asked; collecting again replaces what was collected before.

    Raises NotNow.
    """
    with transaction.atomic():
        row = row_of(request_id)
        if row.state != State.IN_PROGRESS or not _gives_data(row):
            raise NotNow
        parts = _parts(row)
        answer = Answer.objects.filter(request=row).first() or Answer(request=row)
        answer.sealed_for = row.sealed_for
        answer.sealed = seal_json(_place(answer), parts)
        answer.collected_at, answer.redacted = now, []
        answer.reviewed_at, answer.reviewed_by = None, ""
        answer.save()
        rows = sum(len(part["rows"]) for part in parts)
        story.note(row, What.COLLECTED, by=by, now=now, rows=rows)


def parts_of(request_id: uuid.UUID) -> list[Part]:
    """Return what was collected, for the review; empty before that."""
    answer = Answer.objects.filter(request=request_id).first()
    return _opened(answer) if answer else []


def review(*, request_id: uuid.UUID, leave_out: list[str], by: str, now: datetime) -> None:
    """Say that the data was read, and which rows are left out as being about somebody else.

    ``leave_out`` names rows as ``table/number``. Raises NotNow, ValueError for an unknown row.
    """
    with transaction.atomic():
        row = row_of(request_id)
        answer = Answer.objects.filter(request=row).exclude(sealed=b"").first()
        if row.state != State.IN_PROGRESS or answer is None:
            raise NotNow
        known = {
            f"{part['table']}/{number}"
            for part in _opened(answer)
            for number in range(len(part["rows"]))
        }
        if unknown := set(leave_out) - known:
            raise ValueError(f"not collected: {sorted(unknown)}")
        answer.redacted = sorted(leave_out)
        answer.reviewed_by, answer.reviewed_at = by, now
        answer.save()
        story.note(row, What.REVIEWED, by=by, now=now, left_out=len(leave_out))


def is_there(token: str, *, now: datetime) -> bool:
    """Return whether a link still gives data."""
    return _waiting(token, now) is not None


def fetch(*, token: str, now: datetime) -> Collected:
    """Give the data to who holds the link, once; it is gone from here then. Raises DataFetched."""
    with transaction.atomic():
        answer = _waiting(token, now)
        if answer is None:
            raise DataFetched
        left = Answer.objects.filter(pk=answer.pk, fetched_at__isnull=True)
        if not left.update(fetched_at=now, sealed=b""):
            raise DataFetched
        story.note(answer.request, What.FETCHED, by=REQUESTER, now=now)
    out = set(answer.redacted)
    parts = tuple(_without(part, out) for part in _opened(answer))
    language = answer.request.language
    told = information(language, answer.request.account is not None, now)
    return Collected(FORMAT, isoformat(answer.collected_at), told, parts)


def forget_unfetched(*, now: datetime) -> int:
    """Remove data whose link has ended; return how many."""
    ended = Answer.objects.filter(expires_at__lte=now).exclude(sealed=b"")
    return ended.update(sealed=b"")


def _gives_data(row: Request) -> bool:
    return bool({RequestKind.ACCESS, RequestKind.PORTABILITY} & {*row.kinds})


def _parts(row: Request) -> list[Part]:
    found = {**_of_subject(row), **_of_address(row)}
    return [
        {"table": table, "why": HOLDERS[table].why, "kept": HOLDERS[table].fate, "rows": rows}
        for table, rows in found.items()
        if rows
    ]


def _of_subject(row: Request) -> dict[str, list[Any]]:
    if row.scope == Scope.MEMBER and row.account_id:
        return _of_member(row.account_id, uuid.UUID(row.subject))
    people = {one.email.casefold(): one for one in staff.people()}
    person = people.get(content_of(row).email.casefold())
    if person is None:
        return {}
    told = {
        "name": person.name,
        "email": person.email,
        "works_as": person.kind,
        "roles": [role.value for role in person.roles],
        "joined": person.joined_date.isoformat(),
        "left": person.left_date.isoformat() if person.left_date else "",
    }
    return {"accounts_person": [told], "identity_user": doors.about(person_id=person.id)}


def _of_member(account_id: uuid.UUID, member_id: uuid.UUID) -> dict[str, list[Any]]:
    who = customers.member(account_id, member_id, own=True)
    told = {
        "name": who.name,
        "email": who.email,
        "role": who.role.value,
        "joined_at": isoformat(who.joined_at),
        "left_at": isoformat(who.left_at) if who.left_at else "",
    }
    acts = [dict(act.body) for act in trail.acts(account_id) if str(member_id) in str(act.body)]
    return {
        "accounts_member": [told],
        "identity_user": doors.about(member_id=member_id),
        "accounts_accountact": acts,
    }


def _of_address(row: Request) -> dict[str, list[Any]]:
    email = content_of(row).email
    letters = [
        {"sent_at": isoformat(one.shown.queued_at), "subject": one.shown.subject, "text": one.text}
        for one in recipients.letters_to(email)
    ]
    return {"letters_letter": letters, "requests_request": _requests_of(email)}


def _requests_of(email: str) -> list[Any]:
    # Who asked rests sealed, so every request that still has its words is opened.
    rows = Request.objects.exclude(sealed=b"").order_by("received_at")
    return [_request(row) for row in rows if content_of(row).email.casefold() == email.casefold()]


def _request(row: Request) -> dict[str, Any]:
    told = content_of(row)
    steps = Happening.objects.filter(request=row).order_by("at", "entry_index")
    return {
        "reference": row.reference,
        "asked_for": row.kinds,
        "received_at": isoformat(row.received_at),
        "state": row.state,
        "name": told.name,
        "email": told.email,
        "text": told.text,
        "story": [
            {"at": isoformat(one.at), "what": one.what, "words": words_of(row, one)}
            for one in steps
        ],
    }


def _without(part: Part, out: set[str]) -> Part:
    table = part["table"]
    rows = [None if f"{table}/{number}" in out else one for number, one in enumerate(part["rows"])]
    return {**part, "rows": rows}


def _waiting(token: str, now: datetime) -> Answer | None:
    waiting = Answer.objects.filter(fetched_at__isnull=True, expires_at__gt=now)
    found = waiting.filter(digest=digest(token)).exclude(sealed=b"")
    return found.select_related("request", "request__account").first()


def _opened(answer: Answer) -> list[Part]:
    if not answer.sealed:
        return []
    parts: list[Part] = unseal_json(_place(answer), answer.sealed)
    return parts


def _place(answer: Answer) -> Place:
    return Place(answer.sealed_for, "requests_answer", "sealed", str(answer.id))
