"""Requests of a customer's side: what its members ask, and what the customer has to decide."""

from __future__ import annotations

import uuid
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.http import HttpResponse, JsonResponse
from django.urls import reverse
from ninja import Query, Router

from trustkeep.api import request_shapes as shapes
from trustkeep.api.accounts import AccountRequest
from trustkeep.api.paging import Listed, Window, listed, part_of
from trustkeep.api.persons import REQUESTS_OWN, acted
from trustkeep.identity.queries import member_of
from trustkeep.kernel.clock import now
from trustkeep.lifecycle.requests import customers, receiving
from trustkeep.lifecycle.requests.customers import OwnRequest
from trustkeep.lifecycle.requests.kinds import Channel
from trustkeep.ui.plain import plain

router = Router(tags=["own requests"], auth=REQUESTS_OWN)


@router.get("/account/requests", response=Listed[shapes.OwnTold], summary="List own requests")
def own_requests(request: AccountRequest, window: Query[Window]) -> HttpResponse:
    """What the token's maker asked and, if they manage the account, what the customer decides."""
    found = [_told(one) for one in customers.seen_by(request.passage.account_id, _member(request))]
    return listed(request, *part_of(found, window, lambda one: str(one["id"])))


@router.post("/account/requests", response={201: shapes.OwnTold}, summary="Ask about personal data")
def enter(request: AccountRequest, wanted: shapes.OwnWanted) -> HttpResponse:
    """Ask in the name of the token's maker; who asks is known, so nothing has to be confirmed."""
    account_id, member_id = request.passage.account_id, _member(request)

    def act() -> dict[str, Any]:
        made = receiving.receive_from_member(
            account_id=account_id,
            member_id=member_id,
            kinds=tuple(dict.fromkeys(wanted.kinds)),
            text=wanted.text,
            language=wanted.language,
            things=wanted.things,
            channel=Channel.PROGRAM,
            now=now(),
        )
        return {"id": str(made.id)}

    made_id = uuid.UUID(acted(request, act)["id"])
    told = _told(customers.one_seen_by(account_id, member_id, made_id))
    return JsonResponse(told, status=HTTPStatus.CREATED)


@router.get("/account/requests/{request_id}", response=shapes.OwnTold, summary="Read own request")
def own_request(request: AccountRequest, request_id: uuid.UUID) -> HttpResponse:
    """One of them, with its deadline and where it stands."""
    account_id = request.passage.account_id
    return JsonResponse(_told(customers.one_seen_by(account_id, _member(request), request_id)))


def _member(request: AccountRequest) -> uuid.UUID:
    found = member_of(request.auth.user_id)
    assert found, "a token with this scope has a maker who is a member"
    return found


def _told(one: OwnRequest) -> dict[str, Any]:
    token = one.status_token
    path = reverse("trust:your-data-status", kwargs={"token": token}) if token else ""
    told = {
        "id": one.shown.id,
        "reference": one.shown.reference,
        "kinds": one.shown.kinds,
        "state": one.shown.state,
        "scope": one.shown.scope,
        "text": one.text,
        "received_at": one.shown.received_at,
        "due_date": one.shown.due_date,
        "answered_at": one.shown.answered_at,
        "own": one.is_own,
        "status_url": f"{settings.BASE_URL}{path}" if path else "",
    }
    return dict(plain(told))
