"""Records of a customer: JSON objects in collections."""

from __future__ import annotations

import uuid
from http import HTTPStatus
from typing import Annotated

from django.http import HttpResponse, JsonResponse
from ninja import Field, Query, Router

from trustkeep.api.accounts import RECORDS_READ, RECORDS_WRITE, AccountRequest, program
from trustkeep.api.holdings_shapes import (
    CollectionTold,
    CustomerRecordTold,
    Name,
    RecordChange,
    RecordWanted,
)
from trustkeep.api.once import once
from trustkeep.api.paging import Listed, Window, listed, part_of
from trustkeep.holdings import collections as shelves
from trustkeep.kernel.clock import now
from trustkeep.ui.plain import plain

router = Router(tags=["collections"], auth=RECORDS_READ)


@router.get("/account/collections", response=Listed[CollectionTold], summary="List collections")
def collections(request: AccountRequest, window: Query[Window]) -> HttpResponse:
    """Every collection with the number of its records, by name."""
    found = shelves.collections(request.passage.account_id)
    return listed(request, *part_of(found, window, lambda one: str(one.id)))


@router.get(
    "/account/records", response=Listed[CustomerRecordTold], summary="List a collection's records"
)
def records(
    request: AccountRequest,
    window: Query[Window],
    collection: Query[Name],
    q: Annotated[str, Field(max_length=200)] = "",
) -> HttpResponse:
    """The records of a collection that hold all words of `q`, oldest first."""
    found = shelves.records(request.passage.account_id, collection, q)
    return listed(request, *part_of(found, window, lambda one: str(one.id)))


@router.post(
    "/account/records",
    response={201: CustomerRecordTold},
    auth=RECORDS_WRITE,
    summary="Keep a record",
)
def enter(request: AccountRequest, wanted: RecordWanted) -> HttpResponse:
    """Keep a record; with an `Idempotency-Key` at most once, however often it is sent."""
    made = once(
        request,
        lambda: {
            "id": str(
                shelves.enter_record(
                    passage=request.passage,
                    collection=wanted.collection,
                    values=wanted.values,
                    by=program(request),
                    now=now(),
                ).id
            )
        },
    )
    shown = shelves.record(request.passage.account_id, uuid.UUID(made["id"]))
    return JsonResponse(plain(shown), status=HTTPStatus.CREATED)


@router.get("/account/records/{record_id}", response=CustomerRecordTold, summary="Read one of them")
def record(request: AccountRequest, record_id: uuid.UUID) -> HttpResponse:
    """One record."""
    return JsonResponse(plain(shelves.record(request.passage.account_id, record_id)))


@router.put(
    "/account/records/{record_id}",
    response=CustomerRecordTold,
    auth=RECORDS_WRITE,
    summary="Change one of them",
)
def change(request: AccountRequest, record_id: uuid.UUID, told: RecordChange) -> HttpResponse:
    """Put new values in the place of the old."""
    changed = shelves.change_record(
        passage=request.passage,
        record_id=record_id,
        values=told.values,
        by=program(request),
        now=now(),
        number=told.number,
    )
    return JsonResponse(plain(changed))


@router.delete(
    "/account/records/{record_id}",
    response={204: None},
    auth=RECORDS_WRITE,
    summary="Delete one of them",
)
def delete(request: AccountRequest, record_id: uuid.UUID) -> HttpResponse:
    """Put a record into the trash."""
    shelves.delete_record(passage=request.passage, record_id=record_id, now=now())
    return HttpResponse(status=HTTPStatus.NO_CONTENT)
