"""What every request that reaches Django passes: a request id with one log line, and refusals."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable
from http import HTTPStatus

import structlog
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from trustkeep.site import errors

REFUSAL_KEY = "trustkeep.refusal"
"""Where the server's edge leaves the status of a request that it refuses: Django only words it."""

REQUEST_ID_HEADER = "X-Request-Id"
_KEPT = {"Allow", "Content-Range"}
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")

type Next = Callable[[HttpRequest], HttpResponseBase]
log = structlog.get_logger(__name__)


class RequestLog:
    """Gives a request an id that names it in every log line, and writes one line about it."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        request_id = secrets.token_hex(8)
        started = time.perf_counter()
        with structlog.contextvars.bound_contextvars(request=request_id):
            response = self.get_response(request)
            refused = response.status_code >= errors.FIRST_ERROR and (
                response.status_code != HTTPStatus.NOT_FOUND
            )
            (log.warning if refused else log.info)(
                "request-refused" if refused else "request",
                method=request.method,
                route=request.resolver_match.route if request.resolver_match else None,
                status=response.status_code,
                milliseconds=round((time.perf_counter() - started) * 1000, 1),
            )
        response[REQUEST_ID_HEADER] = request_id
        return response


def _is_unworded(request: HttpRequest, response: HttpResponseBase) -> bool:
    if request.path.startswith(errors.MACHINES):
        return response.get("Content-Type") not in errors.ERROR_TYPES
    return isinstance(response, HttpResponse) and not response.content


class Refusals:
    """Words, in the reader's language, what the edge refused and errors without a page."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        refusal = request.META.get(REFUSAL_KEY)
        if refusal is not None:
            page = errors.page(request, refusal)
            if refusal == HTTPStatus.METHOD_NOT_ALLOWED:
                page["Allow"] = ", ".join(METHODS)
            return page
        response = self.get_response(request)
        if response.status_code >= errors.FIRST_ERROR and _is_unworded(request, response):
            page = errors.page(request, response.status_code)
            for name in _KEPT & set(response.headers):
                page[name] = response[name]
            return page
        return response
