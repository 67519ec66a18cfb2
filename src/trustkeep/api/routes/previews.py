"""What an act on a request would write, before it does: the same words, links withheld."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable
from dataclasses import asdict

from django.http import HttpResponse, JsonResponse
from ninja import Router, Schema

from trustkeep.api import request_shapes as shapes
from trustkeep.api.bearers import ApiRequest
from trustkeep.api.persons import REQUESTS_WRITE, looked_at
from trustkeep.kernel.clock import now
from trustkeep.lifecycle.requests import deciding, handling, letters, queries
from trustkeep.lifecycle.requests.letters import Planned

router = Router(tags=["requests"], auth=REQUESTS_WRITE)


class LetterPlanned(Schema):
    """A letter as it would go out."""

    to: str
    subject: str
    text: str


class LettersPlanned(Schema):
    """Everything that an act would write."""

    letters: list[LetterPlanned]


@router.post(
    "/requests/{request_id}/answer/preview",
    response=LettersPlanned,
    summary="Read an answer before it goes out",
)
def answer(
    request: ApiRequest,
    request_id: uuid.UUID,
    wanted: shapes.AnswerWanted,
) -> HttpResponse:
    """The answer that follows from the decisions; what keeps it from going out is said."""
    return _shown(
        request_id, lambda: [deciding.planned_answer(queries.row(request_id), wanted.words)]
    )


@router.post(
    "/requests/{request_id}/question/preview",
    response=LettersPlanned,
    summary="Read a question before it goes out",
)
def question(
    request: ApiRequest,
    request_id: uuid.UUID,
    wanted: shapes.WordsWanted,
) -> HttpResponse:
    """The question to who asked."""
    return _shown(
        request_id, lambda: [letters.question(queries.row(request_id), wanted.words.strip())]
    )


@router.post(
    "/requests/{request_id}/extension/preview",
    response=LettersPlanned,
    summary="Read an extension before it goes out",
)
def extension(
    request: ApiRequest,
    request_id: uuid.UUID,
    wanted: shapes.ExtensionWanted,
) -> HttpResponse:
    """The letter that says why it takes longer, and until when."""
    row = queries.row(request_id)
    due_at = handling.extended_until(row, wanted.months)
    return _shown(request_id, lambda: [letters.extension(row, wanted.reason, due_at)])


@router.post(
    "/requests/{request_id}/forwarding/preview",
    response=LettersPlanned,
    summary="Read what is passed on before it goes out",
)
def forwarding(request: ApiRequest, request_id: uuid.UUID) -> HttpResponse:
    """The letter to the customer who decides, and the one to who asked."""
    row = queries.row(request_id)
    account, email = handling.contact_of(row)
    return _shown(
        request_id,
        lambda: [letters.to_controller(row, account, email), letters.forwarded(row, now())],
    )


def _shown(request_id: uuid.UUID, plan: Callable[[], Iterable[Planned]]) -> HttpResponse:
    found = looked_at(
        "request", request_id, lambda: [asdict(letters.preview(one)) for one in plan()]
    )
    return JsonResponse({"letters": found})
