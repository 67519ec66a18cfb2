"""Files of a customer: listed, sent and read by streams of any length."""

from __future__ import annotations

import uuid
from http import HTTPStatus
from typing import Annotated

from django.http import HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from ninja import Field, Query, Router

from trustkeep.api.accounts import FILES_READ, FILES_WRITE, AccountRequest, program
from trustkeep.api.digests import announced
from trustkeep.api.holdings_shapes import (
    FileTold,
    FileWanted,
    FolderTold,
    FolderWanted,
    VersionTold,
)
from trustkeep.api.once import once, once_long
from trustkeep.api.paging import Listed, Window, listed, part_of
from trustkeep.holdings import files as keeping
from trustkeep.holdings import folders as foldering
from trustkeep.holdings import queries, trash
from trustkeep.holdings.queries import FileShown
from trustkeep.kernel.clock import now
from trustkeep.ui.bodies import body_of, size_of
from trustkeep.ui.contents import content_of
from trustkeep.ui.downloads import download
from trustkeep.ui.plain import plain

router = Router(tags=["files"], auth=FILES_READ)

Path = Annotated[str, Field(min_length=1, max_length=8000)]


@router.get("/account/folders", response=Listed[FolderTold], summary="List folders")
def folders(
    request: AccountRequest, window: Query[Window], parent_id: uuid.UUID | None = None
) -> HttpResponse:
    """The folders in a folder, or at the top, by name."""
    found = queries.listing(request.passage.account_id, parent_id).folders
    return listed(request, *part_of(found, window, lambda one: str(one.id)))


@router.post(
    "/account/folders", response={201: FolderTold}, auth=FILES_WRITE, summary="Make a folder"
)
def make_folder(request: AccountRequest, wanted: FolderWanted) -> HttpResponse:
    """Make a folder; its name is unique in its place, whatever the case."""
    made = once(
        request,
        lambda: dict(
            plain(
                foldering.make_folder(
                    passage=request.passage,
                    name=wanted.name,
                    parent_id=wanted.parent_id,
                    by=program(request),
                    now=now(),
                )
            )
        ),
    )
    return JsonResponse(made, status=HTTPStatus.CREATED)


@router.put(
    "/account/folders/{folder_id}", response=FolderTold, auth=FILES_WRITE, summary="Move a folder"
)
def change_folder(
    request: AccountRequest, folder_id: uuid.UUID, wanted: FolderWanted
) -> HttpResponse:
    """Give a folder another name or place."""
    changed = foldering.change_folder(
        passage=request.passage,
        folder_id=folder_id,
        name=wanted.name,
        parent_id=wanted.parent_id,
        now=now(),
    )
    return JsonResponse(plain(changed))


@router.delete(
    "/account/folders/{folder_id}",
    response={204: None},
    auth=FILES_WRITE,
    summary="Throw a folder away",
)
def throw_folder(request: AccountRequest, folder_id: uuid.UUID) -> HttpResponse:
    """Put a folder and all it holds into the trash."""
    trash.throw_folder(passage=request.passage, folder_id=folder_id, now=now())
    return HttpResponse(status=HTTPStatus.NO_CONTENT)


@router.get("/account/files", response=Listed[FileTold], summary="List files")
def files(
    request: AccountRequest,
    window: Query[Window],
    folder_id: uuid.UUID | None = None,
    q: Annotated[str, Field(max_length=200)] = "",
) -> HttpResponse:
    """The files in a folder, or at the top; with `q` those anywhere whose names hold its words."""
    account_id = request.passage.account_id
    found = queries.search(account_id, q) if q else queries.listing(account_id, folder_id).files
    return listed(request, *part_of(found, window, lambda one: str(one.id)))


@router.put(
    "/account/files/content", response={201: FileTold}, auth=FILES_WRITE, summary="Send a file"
)
def send(request: AccountRequest, path: Query[Path]) -> HttpResponse:
    """Keep the body as the file at `path`, as a new version where there is one; any length.

    Folders are made where they are missing. `Content-Digest` (RFC 9530) is checked where it is
    given. With an `Idempotency-Key` the same file is kept once.
    """
    return JsonResponse(
        once_long(request, lambda: dict(_told(_kept(request, path)))), status=HTTPStatus.CREATED
    )


@router.get("/account/files/{file_id}", response=FileTold, summary="Read about a file")
def file(request: AccountRequest, file_id: uuid.UUID) -> HttpResponse:
    """One file, also from the trash."""
    return JsonResponse(_told(queries.file(request.passage.account_id, file_id)))


@router.put("/account/files/{file_id}", response=FileTold, auth=FILES_WRITE, summary="Move a file")
def change(request: AccountRequest, file_id: uuid.UUID, wanted: FileWanted) -> HttpResponse:
    """Give a file another name or place."""
    changed = keeping.change_file(
        passage=request.passage,
        file_id=file_id,
        name=wanted.name,
        folder_id=wanted.folder_id,
        now=now(),
    )
    return JsonResponse(_told(changed))


@router.delete(
    "/account/files/{file_id}", response={204: None}, auth=FILES_WRITE, summary="Throw a file away"
)
def throw(request: AccountRequest, file_id: uuid.UUID) -> HttpResponse:
    """Put a file into the trash, from where it comes back."""
    trash.throw_file(passage=request.passage, file_id=file_id, now=now())
    return HttpResponse(status=HTTPStatus.NO_CONTENT)


@router.post(
    "/account/files/{file_id}/restore",
    response=FileTold,
    auth=FILES_WRITE,
    summary="Take a file back",
)
def restore(request: AccountRequest, file_id: uuid.UUID) -> HttpResponse:
    """Take a file back from the trash, beside whatever has taken its name."""
    trash.take_back(passage=request.passage, trash_id=file_id, now=now())
    return JsonResponse(_told(queries.file(request.passage.account_id, file_id)))


@router.get(
    "/account/files/{file_id}/versions", response=Listed[VersionTold], summary="List versions"
)
def versions(request: AccountRequest, file_id: uuid.UUID, window: Query[Window]) -> HttpResponse:
    """Every content that a file has had, newest first."""
    queries.file(request.passage.account_id, file_id)
    found = queries.versions(request.passage.account_id, file_id)
    return listed(request, *part_of(found, window, lambda one: str(one.number)))


@router.get("/account/files/{file_id}/content", summary="Read a file")
def read(
    request: AccountRequest,
    file_id: uuid.UUID,
    version: Annotated[int, Field(ge=1, le=2**31)] | None = None,
) -> HttpResponseBase:
    """The bytes of a file, or the `Range` of them that is asked for."""
    return download(request, content_of(request.passage.account_id, file_id, version))


def _kept(request: AccountRequest, path: str) -> FileShown:
    *names, name = [part for part in path.split("/") if part] or [path]
    sha256 = announced(request.headers.get("Content-Digest", ""))
    folder_id = foldering.folder_at(
        passage=request.passage, path=names, by=program(request), now=now()
    )
    new = keeping.NewFile(
        name,
        folder_id,
        request.headers.get("Content-Type", keeping.UNKNOWN_TYPE),
        size_of(request),
        sha256,
    )
    return keeping.keep_file(
        passage=request.passage,
        new=new,
        source=body_of(request),
        by=program(request),
        clock=now,
    )


def _told(shown: FileShown) -> dict[str, object]:
    sha256 = queries.version_of(shown).sha256
    return {**plain(shown), "sha256": sha256}
