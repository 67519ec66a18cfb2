"""A customer's account: what it is, who looked, and everything at once."""

from __future__ import annotations

from typing import Annotated

from django.http import HttpResponse, JsonResponse, StreamingHttpResponse
from ninja import Field, Query, Router, Schema

from trustkeep.accounts.customers import account
from trustkeep.api.accounts import ANY, EXPORT, AccountRequest, program
from trustkeep.api.holdings_shapes import AccountTold, ExportTold, LookTold
from trustkeep.api.paging import Listed, Window, listed, part_of
from trustkeep.holdings import collections, looks, queries, returning
from trustkeep.kernel.clock import now
from trustkeep.ui.archives import members_of
from trustkeep.ui.plain import plain

router = Router(tags=["account"], auth=ANY)


class ExportWanted(Schema):
    """For whom the archive is: a public key of age, or nobody in particular."""

    recipient: Annotated[str, Field(max_length=200)] = ""


@router.get("/account", response=AccountTold, summary="Read the account")
def about(request: AccountRequest) -> HttpResponse:
    """Name and contract, and how much the account keeps."""
    shown, kept = account(request.passage.account_id), queries.totals(request.passage.account_id)
    told = {
        "id": shown.id,
        "legal_name": shown.legal_name,
        "reference": shown.reference,
        "state": shown.state,
        "contract_start_date": shown.contract_start_date,
        "ends_at": shown.ends_at,
        "files": kept.files,
        "size_bytes": kept.size_bytes,
        "records": collections.count_records(shown.id),
    }
    return JsonResponse(plain(told))


@router.get("/account/looks", response=Listed[LookTold], summary="List who looked")
def who_looked(request: AccountRequest, window: Query[Window]) -> HttpResponse:
    """Who of the provider's staff looked at what and why, newest first."""
    found = looks.notes(request.passage.account_id)
    return listed(request, *part_of(found, window, lambda one: str(one.id)))


@router.get("/account/exports", response=Listed[ExportTold], summary="List exports")
def exports(request: AccountRequest, window: Query[Window]) -> HttpResponse:
    """When everything was given back, with the digest of each archive, newest first."""
    found = returning.exports(request.passage.account_id)
    return listed(request, *part_of(found, window, lambda one: str(one.id)))


@router.post("/account/export", auth=EXPORT, summary="Export everything")
def export(request: AccountRequest, wanted: ExportWanted) -> StreamingHttpResponse:
    """Everything as one ZIP that is made while it is read; sealed to an age key if one is given."""
    chunks = returning.begin_export(
        passage=request.passage,
        more=members_of(request.passage.account_id, now()),
        recipient=wanted.recipient,
        by=program(request),
        clock=now,
    )
    kind = "application/octet-stream" if wanted.recipient else "application/zip"
    return StreamingHttpResponse(chunks, content_type=kind)
