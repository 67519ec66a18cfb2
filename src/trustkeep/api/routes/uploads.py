"""Files in pieces: begun, sent on from where they broke off, finished with their SHA-256."""

from __future__ import annotations

import uuid
from http import HTTPStatus
from typing import Annotated

from django.http import HttpResponse, JsonResponse
from ninja import Field, Header, Router

from trustkeep.api.accounts import FILES_WRITE, AccountRequest, program
from trustkeep.api.holdings_shapes import FileTold, Finish, UploadTold, UploadWanted
from trustkeep.api.once import once
from trustkeep.holdings import folders, queries, uploads
from trustkeep.holdings.files import NewFile
from trustkeep.holdings.uploads import UploadShown
from trustkeep.kernel.clock import now
from trustkeep.ui.bodies import body_of
from trustkeep.ui.plain import plain

router = Router(tags=["files"], auth=FILES_WRITE)

Offset = Annotated[int, Field(ge=0, le=2**62), Header(alias="Upload-Offset")]


@router.post("/account/uploads", response={201: UploadTold}, summary="Begin an upload")
def begin(request: AccountRequest, wanted: UploadWanted) -> HttpResponse:
    """Announce a file that will arrive in pieces."""
    made = once(request, lambda: dict(plain(_begun(request, wanted))))
    return JsonResponse(made, status=HTTPStatus.CREATED)


@router.get("/account/uploads/{upload_id}", response=UploadTold, summary="Read an upload")
def about(request: AccountRequest, upload_id: uuid.UUID) -> HttpResponse:
    """How much has arrived: there the next piece begins."""
    return JsonResponse(plain(uploads.upload(request.passage.account_id, upload_id, now=now())))


@router.patch("/account/uploads/{upload_id}", response=UploadTold, summary="Send a piece")
def piece(request: AccountRequest, upload_id: uuid.UUID, offset: Offset) -> HttpResponse:
    """Keep the body as the next piece; `Upload-Offset` says where it begins."""
    shown = uploads.add_piece(
        passage=request.passage,
        upload_id=upload_id,
        offset=offset,
        source=body_of(request),
        clock=now,
    )
    return JsonResponse(plain(shown))


@router.post(
    "/account/uploads/{upload_id}/finish", response={201: FileTold}, summary="Finish an upload"
)
def finish(request: AccountRequest, upload_id: uuid.UUID, told: Finish) -> HttpResponse:
    """Join the pieces into the file, once all of them are there and are what was announced."""
    kept = uploads.finish_upload(
        passage=request.passage,
        upload_id=upload_id,
        sha256=told.sha256,
        by=program(request),
        clock=now,
    )
    sha256 = queries.version_of(kept).sha256
    return JsonResponse({**plain(kept), "sha256": sha256}, status=HTTPStatus.CREATED)


@router.delete("/account/uploads/{upload_id}", response={204: None}, summary="Give an upload up")
def give_up(request: AccountRequest, upload_id: uuid.UUID) -> HttpResponse:
    """Throw the pieces away that have arrived."""
    uploads.give_up(passage=request.passage, upload_id=upload_id, now=now())
    return HttpResponse(status=HTTPStatus.NO_CONTENT)


def _begun(request: AccountRequest, wanted: UploadWanted) -> UploadShown:
    *names, name = [part for part in wanted.path.split("/") if part] or [wanted.path]
    folder_id = folders.folder_at(
        passage=request.passage, path=names, by=program(request), now=now()
    )
    return uploads.begin_upload(
        passage=request.passage,
        new=NewFile(name, folder_id, wanted.content_type),
        size_bytes=wanted.size_bytes,
        by=program(request),
        now=now(),
    )
