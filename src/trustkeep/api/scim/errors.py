"""Errors and answers as SCIM words them (RFC 7644 section 3.12)."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from django.http import HttpResponse, JsonResponse

CONTENT_TYPE = "application/scim+json"
BODY_TYPES = (CONTENT_TYPE, "application/json")
"""What a body may come as (RFC 7644 section 3.1)."""
_ERROR = "urn:ietf:params:scim:api:messages:2.0:Error"


class ScimError(Exception):
    """A request that cannot be done; ``kind`` is one of RFC 7644's ``scimType`` words."""

    def __init__(self, status: HTTPStatus, detail: str, kind: str = "") -> None:
        self.status, self.detail, self.kind = status, detail, kind
        super().__init__(detail)


def invalid(detail: str, kind: str = "invalidValue") -> ScimError:
    """Return the error of a request that is not as it has to be."""
    return ScimError(HTTPStatus.BAD_REQUEST, detail, kind)


def answer(body: Any, status: HTTPStatus = HTTPStatus.OK) -> HttpResponse:
    """Return a SCIM answer, which no cache keeps."""
    response = JsonResponse(body, status=status, content_type=CONTENT_TYPE)
    response["Cache-Control"] = "no-store"
    return response


def as_answer(error: ScimError) -> HttpResponse:
    """Return an error as an answer."""
    body = {"schemas": [_ERROR], "status": str(error.status.value), "detail": error.detail}
    if error.kind:
        body["scimType"] = error.kind
    response = answer(body, error.status)
    if error.status is HTTPStatus.UNAUTHORIZED:
        response["WWW-Authenticate"] = 'Bearer realm="trustkeep"'
    return response
