"""The doors of SCIM: parse, permit, one call, answer."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from typing import Any, Concatenate, cast

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt

from trustkeep.accounts import queries
from trustkeep.api.scim import schemas, users
from trustkeep.api.scim.documents import Document, document, told
from trustkeep.api.scim.errors import (
    BODY_TYPES,
    CONTENT_TYPE,
    ScimError,
    answer,
    as_answer,
    invalid,
)
from trustkeep.api.scim.filtering import parsed
from trustkeep.api.scim.patching import patched
from trustkeep.identity.scopes import Scope
from trustkeep.identity.tokens import TokenRefused, bearer
from trustkeep.kernel import strict_json
from trustkeep.kernel.clock import now
from trustkeep.kernel.strict_json import NotJson

_LIST = "urn:ietf:params:scim:api:messages:2.0:ListResponse"
_SCHEME = "bearer"
_WHOLE = re.compile(r"-?[0-9]{1,9}")

type View[**P] = Callable[Concatenate[HttpRequest, P], HttpResponse]


def provisioning[**P](view: View[P]) -> View[P]:
    """Let in who brings a token with the scope; word every refusal as SCIM does."""

    @csrf_exempt
    @wraps(view)
    def guarded(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        try:
            _require_token(request)
            return view(request, *args, **kwargs)
        except ScimError as error:
            return as_answer(error)

    return cast("View[P]", guarded)


@provisioning
def users_view(request: HttpRequest) -> HttpResponse:
    """List the staff, or enter somebody."""
    if request.method == "GET":
        return answer(_listed(request, _matching(request)))
    if request.method != "POST":
        raise _not_here(request)
    made = users.create(told(_body(request)), now())
    return _one(document(made, base(), now().date()), HTTPStatus.CREATED)


@provisioning
def user_view(request: HttpRequest, person_id: str) -> HttpResponse:
    """Read, replace, change or remove one of the staff."""
    person = users.found(person_id)
    shown = document(person, base(), now().date())
    if request.method == "GET":
        is_known = request.headers.get("If-None-Match") == shown["meta"]["version"]
        return HttpResponse(status=HTTPStatus.NOT_MODIFIED) if is_known else _one(shown)
    _require_version(request, shown)
    if request.method == "DELETE":
        users.delete(person, now())
        return HttpResponse(status=HTTPStatus.NO_CONTENT)
    if request.method not in ("PUT", "PATCH"):
        raise _not_here(request)
    given = _body(request)
    after = told(given if request.method == "PUT" else patched(shown, given))
    return _one(document(users.update(person, after, now()), base(), now().date()))


@provisioning
def groups_view(request: HttpRequest) -> HttpResponse:
    """Say that there are no groups: what somebody may do is given in the console."""
    if request.method != "GET":
        raise ScimError(HTTPStatus.NOT_IMPLEMENTED, "Groups are not taken over.")
    return answer(_listed(request, []))


@provisioning
def about_view(request: HttpRequest, what: str) -> HttpResponse:
    """Tell what this service provider understands."""
    if request.method != "GET":
        raise _not_here(request)
    if what == "ServiceProviderConfig":
        return answer(schemas.service_provider(base()))
    told_of = schemas.resource_types if what == "ResourceTypes" else schemas.schemas
    return answer(_listed(request, told_of(base())))


def base() -> str:
    """Return the address of this service provider."""
    return f"{settings.BASE_URL}/scim/v2"


def _matching(request: HttpRequest) -> list[Document]:
    text = request.GET.get("filter", "")
    test = parsed(text) if text else None
    shown = [(one, document(one, base(), now().date())) for one in queries.people()]
    return [found for one, found in shown if test is None or test(one, found)]


def _listed(request: HttpRequest, found: list[Document]) -> Document:
    start = max(1, _whole(request, "startIndex", 1))
    count = min(max(0, _whole(request, "count", schemas.MOST_RESULTS)), schemas.MOST_RESULTS)
    part = found[start - 1 : start - 1 + count]
    return {
        "schemas": [_LIST],
        "totalResults": len(found),
        "startIndex": start,
        "itemsPerPage": len(part),
        "Resources": part,
    }


def _one(shown: Document, status: HTTPStatus = HTTPStatus.OK) -> HttpResponse:
    response = answer(shown, status)
    response["ETag"] = shown["meta"]["version"]
    response["Location"] = shown["meta"]["location"]
    return response


def _require_token(request: HttpRequest) -> None:
    scheme, _, secret = request.headers.get("Authorization", "").partition(" ")
    try:
        token = bearer(secret.strip(), now=now()) if scheme.casefold() == _SCHEME else None
    except TokenRefused:
        token = None
    if token is None:
        raise ScimError(HTTPStatus.UNAUTHORIZED, "This takes a valid token as the bearer.")
    if Scope.SCIM not in token.scopes:
        raise ScimError(HTTPStatus.FORBIDDEN, "This token lacks the scope scim.")


def _require_version(request: HttpRequest, shown: Document) -> None:
    wanted = request.headers.get("If-Match", "*")
    if wanted not in ("*", shown["meta"]["version"]):
        raise ScimError(HTTPStatus.PRECONDITION_FAILED, "The user has changed since.")


def _body(request: HttpRequest) -> dict[str, Any]:
    if request.content_type not in BODY_TYPES:
        raise ScimError(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, f"Send this as {CONTENT_TYPE}.")
    try:
        body = strict_json.read(request.body)
    except NotJson as error:
        raise invalid("The request is not JSON.", "invalidSyntax") from error
    if not isinstance(body, dict):
        raise invalid("The request is a JSON object.", "invalidSyntax")
    return body


def _whole(request: HttpRequest, name: str, usual: int) -> int:
    text = request.GET.get(name, str(usual))
    if not _WHOLE.fullmatch(text):
        raise invalid(f"{name} is a whole number.")
    return int(text)


def _not_here(request: HttpRequest) -> ScimError:
    return ScimError(HTTPStatus.METHOD_NOT_ALLOWED, f"{request.method} does not work here.")
