"""Requests about personal data: the acts of the console's room, in somebody's name."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import UTC, datetime, time
from http import HTTPStatus
from typing import Any

from django.http import HttpResponse, JsonResponse
from ninja import Query, Router

from trustkeep.api import request_shapes as shapes
from trustkeep.api.bearers import ApiRequest
from trustkeep.api.once import once_slow
from trustkeep.api.paging import Listed, Window, listed, part_of
from trustkeep.api.persons import REQUESTS_READ, REQUESTS_WRITE, acted, looked_at, note, person
from trustkeep.kernel.clock import now
from trustkeep.lifecycle.requests import (
    collecting,
    deciding,
    execution,
    handling,
    queries,
    receiving,
    restricting,
    whole,
)
from trustkeep.lifecycle.requests.kinds import Channel
from trustkeep.lifecycle.requests.receiving import NewRequest, RequestInvalid
from trustkeep.ui.plain import plain

router = Router(tags=["requests"], auth=REQUESTS_READ)


def _step(path: str, summary: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Return the decorator of one step of a request: it is answered with where that stands now."""
    return router.post(
        f"/requests/{{request_id}}/{path}",
        response=shapes.RequestTold,
        auth=REQUESTS_WRITE,
        summary=summary,
    )


@router.get("/requests", response=Listed[shapes.RequestListed], summary="List requests")
def all_requests(request: ApiRequest, window: Query[Window], *, open: bool = False) -> HttpResponse:
    """All requests, or the open ones: the nearest due first, then the answered ones."""
    every = looked_at("requests", "list", queries.requests)
    found = [one for one in every if one.is_open or not open]
    return listed(request, *part_of(found, window, lambda one: str(one.id)))


@router.post(
    "/requests",
    response={201: shapes.RequestMade},
    auth=REQUESTS_WRITE,
    summary="Enter a request",
)
def enter(request: ApiRequest, wanted: shapes.RequestWanted) -> HttpResponse:
    """Enter what came by mail, telephone or another program; who asked is written to."""
    made = acted(
        request, lambda: _made(receiving.receive(new=_new(wanted), by=person(request), now=now()))
    )
    return JsonResponse(made, status=HTTPStatus.CREATED)


@router.get("/requests/{request_id}", response=shapes.RequestTold, summary="Read a request")
def read(request: ApiRequest, request_id: uuid.UUID) -> HttpResponse:
    """One request as a story, with what is to be done next."""
    return JsonResponse(looked_at("request", request_id, lambda: _told(request_id)))


@router.get(
    "/requests/{request_id}/collected", response=shapes.PartsTold, summary="Read what was collected"
)
def collected(request: ApiRequest, request_id: uuid.UUID) -> HttpResponse:
    """The data of who asked, for the review of what is about others."""
    queries.request(request_id)
    parts = looked_at("request", request_id, lambda: plain(collecting.parts_of(request_id)))
    return JsonResponse({"parts": parts})


@_step("identity", "Record who asks")
def identity(
    request: ApiRequest, request_id: uuid.UUID, wanted: shapes.IdentityWanted
) -> HttpResponse:
    """Say how it was checked who asks."""
    return _do(request, request_id, handling.check_identity, means=wanted.means, words=wanted.words)


@_step("assessment", "Assess a request")
def assess(
    request: ApiRequest, request_id: uuid.UUID, wanted: shapes.AssessmentWanted
) -> HttpResponse:
    """Say whose decision it is, and what it is about."""
    return _do(request, request_id, handling.assess, **dict(wanted))


@_step("question", "Ask back")
def ask(request: ApiRequest, request_id: uuid.UUID, wanted: shapes.WordsWanted) -> HttpResponse:
    """Write a question to who asked; the clock goes on."""
    return _do(request, request_id, handling.ask, words=wanted.words)


@_step("resumption", "Go on without an answer")
def resume(request: ApiRequest, request_id: uuid.UUID, wanted: shapes.WordsWanted) -> HttpResponse:
    """Go on although the answer came by another way, or did not come."""
    return _do(request, request_id, handling.resume, words=wanted.words)


@_step("extension", "Extend the time")
def extend(
    request: ApiRequest, request_id: uuid.UUID, wanted: shapes.ExtensionWanted
) -> HttpResponse:
    """Extend the time once, within the first month, and tell who asked."""
    reason, months = wanted.reason, wanted.months
    return _do(request, request_id, handling.extend, reason=reason, months=months)


@_step("forwarding", "Pass a request on")
def forward(request: ApiRequest, request_id: uuid.UUID) -> HttpResponse:
    """Pass it on to the customer who decides, and tell who asked."""
    return _do(request, request_id, handling.forward)


@_step("decisions", "Decide about data")
def decide(
    request: ApiRequest, request_id: uuid.UUID, wanted: shapes.DecisionWanted
) -> HttpResponse:
    """Say what is done with one category of data, or on which ground it is not."""
    return _do(request, request_id, deciding.decide, **dict(wanted))


@_step("approvals", "Approve a refusal")
def approve(
    request: ApiRequest, request_id: uuid.UUID, wanted: shapes.ApprovalOfRefusal
) -> HttpResponse:
    """Approve a refusal as the second person; a program is its maker."""
    return _do(request, request_id, deciding.approve, category=wanted.category)


@_step("confirmation", "Enter a customer's confirmation")
def confirm(
    request: ApiRequest, request_id: uuid.UUID, wanted: shapes.ConfirmationWanted
) -> HttpResponse:
    """Enter that the customer confirmed by letter that everything goes."""
    return _do(request, request_id, execution.confirm_on_paper, typed=wanted.typed)


@_step("plan", "Plan the deletion")
def plan(request: ApiRequest, request_id: uuid.UUID) -> HttpResponse:
    """Count what the deletion would take, here and in every connected system."""

    def act() -> dict[str, Any]:
        execution.plan(request_id=request_id, by=person(request), now=now())
        note(request)
        return _told(request_id)

    return JsonResponse(once_slow(request, act))


@_step("plan/approval", "Approve the plan")
def approve_plan(
    request: ApiRequest, request_id: uuid.UUID, wanted: shapes.PlanApproval
) -> HttpResponse:
    """Say yes to exactly the plan with this digest; from here on it is not taken back."""
    return _do(request, request_id, execution.approve, digest=wanted.digest)


@_step("execution-by-hand", "Record a deletion by hand")
def by_hand(request: ApiRequest, request_id: uuid.UUID, wanted: shapes.WordsWanted) -> HttpResponse:
    """Say that everything was deleted by another way, and how."""
    return _do(request, request_id, execution.executed_by_hand, words=wanted.words)


@_step("collection", "Collect the data")
def collect(
    request: ApiRequest, request_id: uuid.UUID, wanted: shapes.CollectionWanted | None = None
) -> HttpResponse:
    """Collect the data of who asked; it is read before it goes out.

    A whole account is sealed to `recipient`, a public key of age, and read by nobody here.
    """
    if queries.request(request_id).gives_whole_account:
        key = wanted.recipient if wanted else ""
        return _do(request, request_id, whole.prepare, recipient=key)
    return _do(request, request_id, collecting.collect)


@_step("review", "Review what was collected")
def review(request: ApiRequest, request_id: uuid.UUID, wanted: shapes.Left) -> HttpResponse:
    """Say that it was read, and which rows are left out as being about somebody else."""
    return _do(request, request_id, collecting.review, leave_out=wanted.leave_out)


@_step("restriction", "Restrict the data")
def restrict(request: ApiRequest, request_id: uuid.UUID) -> HttpResponse:
    """Only store the member's data from now on."""
    return _do(request, request_id, restricting.restrict)


@_step("restriction/notice", "Give notice of a lifting")
def notice(request: ApiRequest, request_id: uuid.UUID) -> HttpResponse:
    """Tell the person that the restriction is going to be lifted."""
    return _do(request, request_id, restricting.give_notice)


@_step("restriction/lifting", "Lift a restriction")
def lift(request: ApiRequest, request_id: uuid.UUID) -> HttpResponse:
    """Lift the restriction, after the notice has run."""
    return _do(request, request_id, restricting.lift)


@_step("answer", "Answer a request")
def answer(request: ApiRequest, request_id: uuid.UUID, wanted: shapes.AnswerWanted) -> HttpResponse:
    """Write the answer that follows from the decisions; it tells only what is done."""
    return _do(request, request_id, deciding.conclude, words=wanted.words)


@_step("closing", "Put a request away")
def close(request: ApiRequest, request_id: uuid.UUID) -> HttpResponse:
    """Put an answered request away; its words go a while later."""
    return _do(request, request_id, handling.close)


def _do(
    request: ApiRequest, request_id: uuid.UUID, action: Callable[..., object], **given: Any
) -> HttpResponse:
    def act() -> dict[str, Any]:
        action(request_id=request_id, by=person(request), now=now(), **given)
        return _told(request_id)

    return JsonResponse(acted(request, act))


def _new(wanted: shapes.RequestWanted) -> NewRequest:
    if wanted.channel is Channel.PUBLIC_FORM:
        raise RequestInvalid(
            field="channel", value=wanted.channel, needed="another door than the form"
        )
    at, day = now(), wanted.received_date
    noon = datetime.combine(day, time(12), UTC) if day else at
    return NewRequest(
        kinds=tuple(dict.fromkeys(wanted.kinds)),
        name=wanted.name,
        email=wanted.email,
        text=wanted.text,
        about=wanted.about,
        language=wanted.language,
        channel=wanted.channel,
        received_at=at if noon.date() == at.date() else noon,
    )


def _made(made: receiving.Received) -> dict[str, Any]:
    # The link of who asked goes out in their letter, and to nobody else.
    return dict(plain({"id": made.id, "reference": made.reference, "due_at": made.due_at}))


def _told(request_id: uuid.UUID) -> dict[str, Any]:
    found = queries.request(request_id)
    told = {
        "request": found.shown,
        "late": found.shown.is_late(now()),
        "next": found.next,
        "text": found.content.text,
        "about": found.content.about,
        "story": found.story,
        "decisions": found.decisions,
        "restriction": found.restriction,
        "erasure": found.erasure and {name: getattr(found.erasure, name) for name in _ERASURE},
        "collected_at": found.collected_at,
        "reviewed_at": found.reviewed_at,
        "fetched_at": found.fetched_at,
    }
    return dict(plain(told))


_ERASURE = (
    "id",
    "stage",
    "plan",
    "asked_by",
    "approved_by",
    "done_by",
    "begun_at",
    "erased_at",
    "held",
    "receipts",
)
