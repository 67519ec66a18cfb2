"""Long files in pieces, for the script on the page of files."""

from __future__ import annotations

import uuid
from http import HTTPStatus

from django.http import HttpResponse, JsonResponse
from django.views.decorators.http import require_http_methods, require_POST

from trustkeep.holdings import uploads
from trustkeep.holdings.files import NewFile
from trustkeep.holdings.uploads import OffsetWrong
from trustkeep.kernel import strict_json
from trustkeep.kernel.clock import now
from trustkeep.kernel.errors import TrustkeepError
from trustkeep.ui.bodies import body_of
from trustkeep.ui.pages import told
from trustkeep.ui.plain import plain
from trustkeep.workspace.permits import CONFLICT, MemberRequest, actor, member
from trustkeep.workspace.views.files import _folder


@require_POST
@member()
def begin(request: MemberRequest) -> HttpResponse:
    """Announce a file that will arrive in pieces."""
    try:
        wanted = strict_json.read(request.body)
        name, size = str(wanted["name"]), int(wanted["size"])
        kind, folder = str(wanted.get("type", "")), str(wanted.get("folder", ""))
    except (ValueError, KeyError, TypeError):
        return JsonResponse({"detail": ""}, status=HTTPStatus.BAD_REQUEST)
    try:
        shown = uploads.begin_upload(
            passage=request.passage,
            new=NewFile(name, _folder(folder), kind),
            size_bytes=size,
            by=actor(request),
            now=now(),
        )
    except TrustkeepError as error:
        return _refused(error)
    return JsonResponse(plain(shown), status=HTTPStatus.CREATED)


@require_http_methods(["GET", "PATCH"])
@member()
def piece(request: MemberRequest, upload_id: uuid.UUID) -> HttpResponse:
    """Say where the next piece begins, or take it."""
    try:
        if request.method == "PATCH":
            shown = uploads.add_piece(
                passage=request.passage,
                upload_id=upload_id,
                offset=int(request.headers.get("Upload-Offset", "-1")),
                source=body_of(request),
                clock=now,
            )
        else:
            shown = uploads.upload(request.account_id, upload_id, now=now())
    except ValueError:
        return JsonResponse({"detail": ""}, status=HTTPStatus.BAD_REQUEST)
    except (OffsetWrong, TrustkeepError) as error:
        return _refused(error)
    return JsonResponse(plain(shown))


@require_POST
@member()
def finish(request: MemberRequest, upload_id: uuid.UUID) -> HttpResponse:
    """Join the pieces into the file."""
    try:
        kept = uploads.finish_upload(
            passage=request.passage, upload_id=upload_id, sha256="", by=actor(request), clock=now
        )
    except TrustkeepError as error:
        return _refused(error)
    return JsonResponse({"id": str(kept.id)}, status=HTTPStatus.CREATED)


def _refused(error: TrustkeepError) -> HttpResponse:
    return JsonResponse({"detail": told(error)}, status=CONFLICT)
