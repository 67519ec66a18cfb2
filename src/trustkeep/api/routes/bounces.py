"""Letters that came back, handed over by the mail server or by who sends for us."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse, JsonResponse
from ninja import Router, Schema

from trustkeep.api.bearers import WRITE_BOUNCES, ApiRequest
from trustkeep.api.reading import MediaTypeRefused
from trustkeep.kernel.clock import now
from trustkeep.letters.bounces import came_back, read_report

router = Router(tags=["letters"], auth=WRITE_BOUNCES)
MAIL = "message/rfc822"
_MAIL_BODY = {
    "requestBody": {
        "required": True,
        "content": {MAIL: {"schema": {"type": "string"}}},
    }
}


class BounceTaken(Schema):
    """Which letter a report is about; ``failed`` is whether it counts as failed since."""

    letter: UUID
    action: str
    failed: bool


@router.post(
    "/letters/bounces",
    response=BounceTaken,
    summary="Hand over a delivery report",
    openapi_extra=_MAIL_BODY,
)
def bounce(request: ApiRequest) -> HttpResponse:
    """The whole mail as it came (RFC 3464); the same report twice changes nothing more."""
    if request.content_type != MAIL:
        raise MediaTypeRefused(needed=MAIL)
    report = read_report(request.body)
    failed = came_back(report=report, now=now())
    told = {"letter": str(report.letter), "action": report.action, "failed": failed}
    return JsonResponse(told)
