"""Error answers: the right status, a page in the reader's language, never how it came about."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from http import HTTPStatus

import structlog
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template import TemplateDoesNotExist
from django.template.loader import render_to_string
from django.utils.translation import get_language, gettext
from django.views.decorators.csrf import requires_csrf_token

from trustkeep.vault.outages import Outage, outage_of

log = structlog.get_logger(__name__)
FIRST_ERROR = 400
MACHINES = ("/api/", "/scim/")
"""Below these, programs ask: no page tells them anything."""
RETRY_AFTER_S: Mapping[Outage, int] = {Outage.BUSY: 5, Outage.FULL: 300, Outage.BROKEN: 60}
"""When to come again: a lock goes by itself, room and a sound disk need somebody."""
_STATUSES: Mapping[Outage, HTTPStatus] = {
    Outage.BUSY: HTTPStatus.SERVICE_UNAVAILABLE,
    Outage.FULL: HTTPStatus.INSUFFICIENT_STORAGE,
    Outage.BROKEN: HTTPStatus.SERVICE_UNAVAILABLE,
}
PROBLEM_TYPE = "application/problem+json"
ERROR_TYPES = (PROBLEM_TYPE, "application/scim+json")
"""What programs read errors as."""


def page(request: HttpRequest, status: int) -> HttpResponse:
    """Answer with `status`: a page to people, a problem (RFC 9457) below `MACHINES`."""
    if request.path.startswith(MACHINES):
        return _problem(status)
    response = HttpResponse(_text(request, status), status=status)
    response["Cache-Control"] = "no-store"
    return response


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001
    """Django's ``handler400``."""
    return page(request, HTTPStatus.BAD_REQUEST)


@requires_csrf_token
def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001
    """Django's ``handler403``."""
    return page(request, HTTPStatus.FORBIDDEN)


@requires_csrf_token
def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001
    """Django's ``handler404``."""
    return page(request, HTTPStatus.NOT_FOUND)


@requires_csrf_token
def server_error(request: HttpRequest) -> HttpResponse:
    """Django's ``handler500``; the reason stands in the log under the request's id.

    Where the machine is at fault, the reader is told whether to come again soon, and the operator
    which of its parts it is.
    """
    error = sys.exception()
    outage = outage_of(error)
    if outage is None:
        return page(request, HTTPStatus.INTERNAL_SERVER_ERROR)
    log.error("storage-failing", what=outage.value, error=type(error).__name__)
    response = page(request, _STATUSES[outage])
    response["Retry-After"] = str(RETRY_AFTER_S[outage])
    return response


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:  # noqa: ARG001
    """Django's ``CSRF_FAILURE_VIEW``."""
    return page(request, HTTPStatus.FORBIDDEN)


def _problem(status: int) -> HttpResponse:
    body: dict[str, object] = {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
    }
    if detail := _detail(status):
        body["detail"] = detail
    return JsonResponse(body, status=status, content_type=PROBLEM_TYPE)


def _text(request: HttpRequest, status: int) -> str:
    values = {"status": status, "title": _title(status), "detail": _detail(status)}
    for name in (f"errors/{status}.html", "errors/error.html"):
        try:
            return render_to_string(name, values, request)
        except TemplateDoesNotExist:
            continue
    return _bare(status)


def _bare(status: int) -> str:
    # Needs nothing but itself: shown where even the templates cannot be found.
    return (
        f'<!doctype html><html lang="{get_language() or "en"}"><meta charset="utf-8">'
        f"<title>{status} {_title(status)}</title><h1>{_title(status)}</h1></html>"
    )


def _detail(status: int) -> str:
    told = {
        HTTPStatus.SERVICE_UNAVAILABLE: gettext(
            "Nothing was changed. Try again in a moment; what you sent was not kept."
        ),
        HTTPStatus.INSUFFICIENT_STORAGE: gettext(
            "Nothing was changed, and nothing of yours is lost. Whoever runs this server has to "
            "make room; try again later."
        ),
    }
    return told.get(HTTPStatus(status), "")


def _title(status: int) -> str:
    titles = {
        HTTPStatus.BAD_REQUEST: gettext("This request cannot be understood"),
        HTTPStatus.FORBIDDEN: gettext("You may not do this"),
        HTTPStatus.NOT_FOUND: gettext("There is no page at this address"),
        HTTPStatus.METHOD_NOT_ALLOWED: gettext("This address does not take that method"),
        HTTPStatus.REQUEST_TIMEOUT: gettext("The request took too long to arrive"),
        HTTPStatus.LENGTH_REQUIRED: gettext("The size of the request must be told in advance"),
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE: gettext("This is larger than we accept"),
        HTTPStatus.TOO_MANY_REQUESTS: gettext("Too many attempts; please wait a little"),
        HTTPStatus.SERVICE_UNAVAILABLE: gettext("We cannot do this at the moment"),
        HTTPStatus.INSUFFICIENT_STORAGE: gettext("There is no room left to keep this"),
        HTTPStatus.INTERNAL_SERVER_ERROR: gettext("Something went wrong on our side"),
    }
    return titles.get(HTTPStatus(status), HTTPStatus(status).phrase)
