"""Letters that leave the house: what waits or failed and why, one as it reads; again, or not."""

from __future__ import annotations

import uuid
from dataclasses import asdict
from datetime import datetime
from typing import Annotated, Any, Literal

from django.http import HttpResponse, JsonResponse
from ninja import Field, Query, Router, Schema

from trustkeep.api.bearers import ApiRequest
from trustkeep.api.paging import Listed, NoSuchPlace, Window, listed
from trustkeep.api.persons import LETTERS_READ, LETTERS_WRITE, acted, looked_at
from trustkeep.kernel.clock import now
from trustkeep.letters import actions, queries
from trustkeep.letters.queries import LetterShown
from trustkeep.ui.plain import plain

router = Router(tags=["letters"], auth=LETTERS_READ)


class LetterTold(Schema):
    """A letter; ``to``, ``name`` and ``subject`` are empty once they are wiped."""

    id: uuid.UUID
    kind: str
    state: Literal["waiting", "delivered", "failed", "cancelled"]
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


class LetterReadTold(LetterTold):
    """A letter in words; a link that lets somebody in is withheld."""

    text: str
    link_withheld: bool
    enclosures: list[str]


class Wanted(Window):
    """Which letters: in one state, of one kind, about one account."""

    state: Literal["", "waiting", "delivered", "failed", "cancelled"] = ""
    kind: Annotated[str, Field(max_length=64)] = ""
    account: uuid.UUID | None = None


@router.get("/letters", response=Listed[LetterTold], summary="List letters")
def letters(request: ApiRequest, wanted: Query[Wanted]) -> HttpResponse:
    """The newest letters first, all or those in one state."""
    found = looked_at("letters", "list", lambda: _found(wanted))
    part = found[: wanted.limit]
    following = str(part[-1].id) if len(found) > wanted.limit else None
    return listed(request, [plain(asdict(one)) for one in part], following)


@router.get("/letters/{letter_id}", response=LetterReadTold, summary="Read a letter")
def letter(request: ApiRequest, letter_id: uuid.UUID) -> HttpResponse:
    """One letter as it reads, with the names of what lies inside."""
    return JsonResponse(looked_at("letter", letter_id, lambda: _read(letter_id)))


@router.post(
    "/letters/{letter_id}/try-again",
    response=LetterTold,
    auth=LETTERS_WRITE,
    summary="Bring a failed letter again",
)
def try_again(request: ApiRequest, letter_id: uuid.UUID) -> HttpResponse:
    """Bring a letter that failed once more, at once."""

    def act() -> dict[str, Any]:
        actions.try_again(letter_id=letter_id, now=now())
        return _told(queries.letter(letter_id).shown)

    return JsonResponse(acted(request, act))


@router.post(
    "/letters/{letter_id}/call-off",
    response=LetterTold,
    auth=LETTERS_WRITE,
    summary="Call a letter off",
)
def call_off(request: ApiRequest, letter_id: uuid.UUID) -> HttpResponse:
    """Call a letter off that waits."""

    def act() -> dict[str, Any]:
        actions.cancel(letter_id=letter_id, now=now())
        return _told(queries.letter(letter_id).shown)

    return JsonResponse(acted(request, act))


def _found(wanted: Wanted) -> list[LetterShown]:
    return queries.letters(
        state=wanted.state,
        kind=wanted.kind,
        account=wanted.account,
        before=_before(wanted.cursor),
        limit=wanted.limit + 1,
    )


def _before(cursor: str | None) -> uuid.UUID | None:
    if cursor is None:
        return None
    try:
        return queries.letter(uuid.UUID(cursor)).shown.id
    except (ValueError, queries.NoSuchLetter) as error:
        raise NoSuchPlace(cursor=cursor) from error


def _told(shown: LetterShown) -> dict[str, Any]:
    return dict(plain(asdict(shown)))


def _read(letter_id: uuid.UUID) -> dict[str, Any]:
    read = queries.letter(letter_id)
    more = {"text": read.text, "link_withheld": read.link_withheld, "enclosures": read.enclosures}
    return _told(read.shown) | dict(plain(more))
