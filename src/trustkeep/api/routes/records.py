"""Records: dated facts that other programs know and checks read."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from http import HTTPStatus

from django.http import HttpResponse, JsonResponse
from django.utils.translation import get_language
from ninja import Query, Router

from trustkeep.api.bearers import READ, WRITE_RECORDS, ApiRequest, actor
from trustkeep.api.once import once
from trustkeep.api.paging import Listed, Window, listed, part_of
from trustkeep.api.shapes import FieldTold, KindTold, RecordMade, RecordTold, Values, Withdrawal
from trustkeep.controls import recording
from trustkeep.controls.record_kinds import BY_SLUG, kind_called
from trustkeep.kernel.clock import now
from trustkeep.records import queries
from trustkeep.records.actions import NoSuchRecord, Recorded
from trustkeep.records.kinds import RecordKind
from trustkeep.records.queries import Entered
from trustkeep.records.values import to_json
from trustkeep.ui.plain import plain

router = Router(tags=["records"], auth=READ)


@router.get("/record-kinds", response=Listed[KindTold], summary="List the kinds of records")
def kinds(request: ApiRequest, window: Query[Window]) -> HttpResponse:
    """Every kind with its fields, and the promises that read it."""
    found = [_kind(kind, get_language()) for kind in BY_SLUG.values()]
    part, following = part_of(found, window, lambda one: one.slug)
    return listed(request, [one.model_dump(mode="json") for one in part], following)


@router.get("/records/{kind}", response=Listed[RecordTold], summary="List records")
def records(request: ApiRequest, kind: str, window: Query[Window]) -> HttpResponse:
    """What counts of one kind, oldest first."""
    found = queries.current(kind_called(kind), now())
    part, following = part_of(found, window, lambda one: str(one.id))
    return listed(request, [_told(one) for one in part], following)


@router.post(
    "/records/{kind}",
    response={201: RecordMade},
    auth=WRITE_RECORDS,
    summary="Enter a record",
)
def enter(request: ApiRequest, kind: str, given: Values) -> HttpResponse:
    """Enter a record; with an `Idempotency-Key` at most once, however often it is sent."""
    known = kind_called(kind)
    return _made(
        request,
        lambda: recording.enter(kind=known, values=given.values, by=actor(request), now=now()),
        HTTPStatus.CREATED,
    )


@router.get("/records/{kind}/{record}", response=Listed[RecordTold], summary="Read a record")
def versions(
    request: ApiRequest, kind: str, record: uuid.UUID, window: Query[Window]
) -> HttpResponse:
    """All versions of a record, newest first."""
    found = queries.history(kind_called(kind), record)
    if not found:
        raise NoSuchRecord(id=record)
    part, following = part_of(found, window, lambda one: str(one.number))
    return listed(request, [_told(one) for one in part], following)


@router.put(
    "/records/{kind}/{record}", response=RecordMade, auth=WRITE_RECORDS, summary="Amend a record"
)
def amend(request: ApiRequest, kind: str, record: uuid.UUID, given: Values) -> HttpResponse:
    """Enter a new version with all its values; the older ones stay."""
    known = kind_called(kind)
    return _made(
        request,
        lambda: recording.amend(
            kind=known, record_id=record, values=given.values, by=actor(request), now=now()
        ),
    )


@router.post(
    "/records/{kind}/{record}/withdraw",
    response=RecordMade,
    auth=WRITE_RECORDS,
    summary="Withdraw a record",
)
def withdraw(request: ApiRequest, kind: str, record: uuid.UUID, given: Withdrawal) -> HttpResponse:
    """Say why a record no longer counts; its versions stay."""
    known = kind_called(kind)
    return _made(
        request,
        lambda: recording.withdraw(
            kind=known, record_id=record, reason=given.reason, by=actor(request), now=now()
        ),
    )


def _made(
    request: ApiRequest, act: Callable[[], Recorded], status: HTTPStatus = HTTPStatus.OK
) -> HttpResponse:
    return JsonResponse(once(request, lambda: dict(plain(act()))), status=status)


def _told(one: Entered) -> dict[str, object]:
    return {
        "id": str(one.id),
        "kind": one.kind,
        "values": to_json(one.values),
        "version": one.number,
        "withdrawn": one.withdrawn,
        "entered_at": plain(one.entered_at),
        "entry_index": one.entry_index,
    }


def _kind(kind: RecordKind, language: str) -> KindTold:
    return KindTold(
        slug=kind.slug,
        title=kind.title[language],
        description=kind.description[language],
        promises=list(kind.promises),
        fields=[
            FieldTold(
                name=field.name,
                type=field.type,
                label=field.label[language],
                required=field.required,
                choices=[choice.value for choice in field.choices],
            )
            for field in kind.fields
        ],
    )
