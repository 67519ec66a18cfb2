"""The gate, connected systems and what they were told, and the calls that they make themselves."""

from __future__ import annotations

import uuid
from datetime import datetime
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse, JsonResponse
from ninja import Query, Router

from trustkeep.accounts.gate import Passage, passage
from trustkeep.api.bearers import READ_GATE, READ_SYSTEMS, ApiRequest
from trustkeep.api.paging import Listed, Window, listed, part_of
from trustkeep.api.reading import require_json
from trustkeep.api.shapes import Confirmed, Gate
from trustkeep.kernel import strict_json
from trustkeep.kernel.clock import now
from trustkeep.kernel.strict_json import NotJson
from trustkeep.lifecycle.systems import confirmations, queries, rounds
from trustkeep.lifecycle.systems.queries import DeliveryShown, SystemShown
from trustkeep.ui.plain import plain

router = Router(tags=["systems"], auth=READ_SYSTEMS)
GATE_FRESH_S = 5
"""How long a product may go on with an answer of the gate: seconds, so that a lock bites."""
_JSON_BODY = {
    "requestBody": {
        "required": True,
        "content": {"application/json": {"schema": {"type": "object"}}},
    }
}


@router.get("/gate/{account}", response=Gate, auth=READ_GATE, summary="Ask at the gate")
def gate(request: ApiRequest, account: uuid.UUID) -> HttpResponse:
    """Whether a customer's account is open this instant; one that nobody knows is locked."""
    at = now()
    found = passage(account, now=at)
    told = {"account": account, "open": found.is_open, "since": found.since}
    answer = JsonResponse(plain(told))
    answer["Cache-Control"] = f"private, max-age={_fresh_s(found, at)}"
    return answer


def _fresh_s(found: Passage, at: datetime) -> int:
    """Return for how many seconds an answer may be kept: never past a contract's end."""
    if found.ends_at is None:
        return GATE_FRESH_S
    return min(GATE_FRESH_S, int((found.ends_at - at).total_seconds()))


@router.get("/systems", response=Listed[SystemShown], summary="List connected systems")
def systems(request: ApiRequest, window: Query[Window]) -> HttpResponse:
    """Every connected system, those in use first, without settings."""
    return listed(request, *part_of(queries.systems(), window, lambda one: str(one.id)))


@router.get("/systems/{system}", response=SystemShown, summary="Read a connected system")
def system(request: ApiRequest, system: uuid.UUID) -> HttpResponse:
    """One connected system: whether it answers, and how much waits for it."""
    return JsonResponse(plain(queries.system(system)))


@router.get(
    "/systems/{system}/deliveries", response=Listed[DeliveryShown], summary="List deliveries"
)
def deliveries(request: ApiRequest, system: uuid.UUID, window: Query[Window]) -> HttpResponse:
    """What a system was told and where that stands, the newest first."""
    found = queries.deliveries(system_id=queries.system(system).id)
    return listed(request, *part_of(found, window, lambda one: str(one.id)))


@router.post(
    "/systems/{system}/confirmations",
    response=Confirmed,
    auth=None,
    summary="Confirm an instruction",
    openapi_extra=_JSON_BODY,
)
def confirm(request: HttpRequest, system: uuid.UUID) -> HttpResponse:
    """What a system says by itself, signed with its secret as Standard Webhooks 1.0 says.

    `key` and `status` (done, gone, accepted, refused), and counts if it has them. A message counts
    once; a copy of it is answered and changes nothing.
    """
    require_json(request)
    found = confirmations.receive(
        system_id=system, headers=request.headers, body=request.body, now=now()
    )
    told = Confirmed(key=found.key, state=found.state, outcome=found.outcome)
    return JsonResponse(told.model_dump(mode="json"))


@router.post(
    "/systems/{system}/status-calls",
    response={202: None},
    auth=None,
    summary="Call about a status",
    openapi_extra=_JSON_BODY,
)
def status_call(request: HttpRequest, system: uuid.UUID) -> HttpResponse:
    """An OpenDSR status call. It is not believed: it only makes us ask for the status earlier."""
    try:
        told = strict_json.read(request.body)
    except NotJson:
        told = None
    request_id = told.get("subject_request_id") if isinstance(told, dict) else None
    if isinstance(request_id, str):
        rounds.ask_earlier(system_id=system, tracking=request_id, now=now())
    return HttpResponse(status=HTTPStatus.ACCEPTED)
