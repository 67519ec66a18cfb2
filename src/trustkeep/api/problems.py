"""Errors as problem details (RFC 9457): what was wrong, where, and what to do."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError
from ninja.schema import Schema

from trustkeep.api.statuses import STATUSES
from trustkeep.kernel.errors import OutOfOrder, TrustkeepError
from trustkeep.records.actions import InvalidRecord

CONTENT_TYPE = "application/problem+json"
RETRY_AFTER_S = {HTTPStatus.SERVICE_UNAVAILABLE: 30, HTTPStatus.INSUFFICIENT_STORAGE: 300}
"""When a program may come again that was refused because of us and not because of it."""


class Fault(Schema):
    """One fault of a request; ``pointer`` says where it is (RFC 6901)."""

    pointer: str
    detail: str


class Problem(Schema):
    """An error; ``detail`` is for people, in the language that was asked for."""

    type: str
    title: str
    status: int
    detail: str
    errors: list[Fault] = []


def problem(
    status: HTTPStatus, detail: str, kind: str = "about:blank", faults: Any = ()
) -> HttpResponse:
    """Return an error as an answer."""
    body: dict[str, Any] = {"type": kind, "title": status.phrase, "status": status.value}
    body |= {"detail": detail, "errors": [dict(fault) for fault in faults]}
    return JsonResponse(body, status=status, content_type=CONTENT_TYPE)


def teach(api: NinjaAPI) -> None:
    """Make `api` answer every error as a problem."""
    api.add_exception_handler(TrustkeepError, _refused)
    api.add_exception_handler(AuthenticationError, _unknown)
    api.add_exception_handler(ValidationError, _malformed)
    api.add_exception_handler(HttpError, _unreadable)
    api.add_exception_handler(Http404, _missing)


def _refused(_request: HttpRequest, error: TrustkeepError | type[TrustkeepError]) -> HttpResponse:
    assert isinstance(error, TrustkeepError)
    if isinstance(error, OutOfOrder):
        # Its sentence is for who operates the machine; the site words what anybody may know.
        raise error
    status = STATUSES.get(type(error), HTTPStatus.CONFLICT)
    faults = []
    if isinstance(error, InvalidRecord):
        faults = [
            {"pointer": f"/values/{name}", "detail": told} for name, told in error.errors.items()
        ]
    detail = gettext(error.sentence).format(**error.values)
    answer = problem(status, detail, f"urn:trustkeep:problem:{type(error).__name__}", faults)
    if status in RETRY_AFTER_S:
        answer["Retry-After"] = str(RETRY_AFTER_S[status])
    return answer


def _unknown(_request: HttpRequest, _error: Any) -> HttpResponse:
    answer = problem(HTTPStatus.UNAUTHORIZED, gettext("This takes a valid token as the bearer."))
    answer["WWW-Authenticate"] = 'Bearer realm="trustkeep"'
    return answer


def _malformed(_request: HttpRequest, error: Any) -> HttpResponse:
    faults = [
        {"pointer": "/" + "/".join(map(str, one["loc"][1:])), "detail": one["msg"]}
        for one in error.errors
    ]
    detail = gettext("The request has faults; “errors” says where.")
    return problem(HTTPStatus.UNPROCESSABLE_ENTITY, detail, faults=faults)


def _unreadable(request: HttpRequest, error: Any) -> HttpResponse:
    # The framework wraps whatever the reading of a body raises.
    if isinstance(error.__cause__, TrustkeepError):
        return _refused(request, error.__cause__)
    return problem(HTTPStatus(error.status_code), gettext("The request cannot be read."))


def _missing(_request: HttpRequest, _error: Any) -> HttpResponse:
    return problem(HTTPStatus.NOT_FOUND, gettext("There is nothing at this address."))
