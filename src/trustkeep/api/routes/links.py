"""Links to files of a customer: made, listed and ended."""

from __future__ import annotations

import uuid
from datetime import timedelta
from http import HTTPStatus
from typing import Annotated, Any

from django.http import HttpResponse, JsonResponse
from ninja import Field, Query, Router

from trustkeep.api.accounts import FILES_READ, FILES_SHARE, AccountRequest, program
from trustkeep.api.holdings_shapes import LinkMade, LinkTold, LinkWanted
from trustkeep.api.once import once
from trustkeep.api.paging import Listed, Window, listed, part_of
from trustkeep.holdings import queries, sharing
from trustkeep.kernel.clock import now
from trustkeep.ui.links import NewLink, end_link, make_link
from trustkeep.ui.plain import plain

router = Router(tags=["links"], auth=FILES_SHARE)


@router.get(
    "/account/links", response=Listed[LinkTold], auth=FILES_READ, summary="List links to files"
)
def links(
    request: AccountRequest,
    window: Query[Window],
    file_id: uuid.UUID | None = None,
    q: Annotated[str, Field(max_length=200)] = "",
    *,
    ended: bool = False,
) -> HttpResponse:
    """The links that open a file without a sign-in, newest first; with `ended` also those that did.

    `q` has to stand in the name of the file. An ended link is forgotten when its time is over.
    """
    account_id = request.passage.account_id
    if file_id:
        queries.file(account_id, file_id)
    found = sharing.links(account_id, file_id=file_id, text=q, ended=ended, now=now())
    return listed(request, *part_of(found, window, lambda one: str(one.id)))


@router.post(
    "/account/files/{file_id}/links", response={201: LinkMade}, summary="Share a file by link"
)
def share(request: AccountRequest, file_id: uuid.UUID, wanted: LinkWanted) -> HttpResponse:
    """Make a link to a file; its address is told this once and rests nowhere.

    With an `Idempotency-Key` one link is made. Who lost the first answer gets null for the address,
    ends the link, and makes another.
    """
    address: list[str] = []

    def act() -> dict[str, Any]:
        new = NewLink(file_id, timedelta(days=wanted.days), wanted.most_downloads)
        made, url = make_link(passage=request.passage, new=new, by=program(request), now=now())
        address.append(url)
        return dict(plain(made))

    made = once(request, act)
    told = {**made, "url": address[0] if address else None}
    return JsonResponse(told, status=HTTPStatus.CREATED)


@router.delete("/account/links/{link_id}", response={204: None}, summary="End a link")
def end(request: AccountRequest, link_id: uuid.UUID) -> HttpResponse:
    """End a link at once; a download under way breaks off within a few megabytes."""
    end_link(passage=request.passage, link_id=link_id, now=now())
    return HttpResponse(status=HTTPStatus.NO_CONTENT)
