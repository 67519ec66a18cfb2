"""Asking for a fresh proof in front of a sensitive act, without losing what was typed.

The act's own address answers with a page that holds everything the form held, and one more field.
What is sent from there is proved first and then does what it would have done at once: nothing is
kept on the way, and nothing is done twice.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from typing import Concatenate, cast
from urllib.parse import urlsplit

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.utils.translation import gettext
from django.views.decorators.debug import sensitive_post_parameters

from trustkeep.identity import passkeys, stepping_up
from trustkeep.identity.authentication import FRESH_FOR
from trustkeep.identity.factors import CodeRefused
from trustkeep.identity.models import User
from trustkeep.identity.offers import providers_of
from trustkeep.identity.passkeys import PasskeyRefused
from trustkeep.identity.stepping_up import PasswordNotRight
from trustkeep.identity.throttling import TooManyAttempts
from trustkeep.kernel.clock import now
from trustkeep.ui.leading import leading_to_providers
from trustkeep.ui.pages import private, told
from trustkeep.ui.scripts import WITH_SCRIPTS

PREFIX = "confirm_"
CODE, PASSWORD, PASSKEY = f"{PREFIX}code", f"{PREFIX}password", f"{PREFIX}passkey"
READING = f"{PREFIX}reading"
CHALLENGE = (
    'Session realm="trustkeep", error="insufficient_user_authentication", '
    f"max_age={int(FRESH_FOR.total_seconds())}"
)
"""The header of RFC 9470 section 3, for programs that drive pages."""
_SAFE = ("GET", "HEAD", "OPTIONS")

type View[R: HttpRequest, **P] = Callable[Concatenate[R, P], HttpResponse]


def fresh[R: HttpRequest, **P](view: View[R, P]) -> View[R, P]:
    """Let an act through only for somebody who proved a short while ago who they are."""
    return _guarded(view, reads=False)


def fresh_reads[R: HttpRequest, **P](view: View[R, P]) -> View[R, P]:
    """Like `fresh`, for pages and files that are sensitive to read as well.

    It stands around what restricts methods: the answer to the question comes as a POST.
    """
    return _guarded(view, reads=True)


def _guarded[R: HttpRequest, **P](view: View[R, P], *, reads: bool) -> View[R, P]:
    @wraps(view)
    def guarded(request: R, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if reads or request.method not in _SAFE:
            user = cast(User, request.user)
            asked = None if stepping_up.is_fresh(user, now=now()) else _confirm(request, user)
            if asked is not None:
                return asked
            if READING in request.POST:
                return redirect(request.get_full_path())
        return view(request, *args, **kwargs)

    return cast("View[R, P]", sensitive_post_parameters(CODE, PASSWORD, PASSKEY)(guarded))


def _confirm(request: HttpRequest, user: User) -> HttpResponse | None:
    """Return the page that asks, or None once it was answered rightly."""
    error = ""
    try:
        if _proved(request, user):
            return None
    except (CodeRefused, PasskeyRefused, PasswordNotRight, TooManyAttempts) as refused:
        error = told(refused)
    context = {
        "fields": _fields(request),
        "wanted": stepping_up.wanted(user),
        "has_passkeys": bool(passkeys.passkeys_of(user)),
        "error": error,
        "providers": providers_of(user.pk),
        "next": _back(request),
        "target": "" if request.method in _SAFE else request.get_full_path(),
        "minutes": int(FRESH_FOR.total_seconds()) // 60,
    }
    answer = _page(request, context) if request.accepts("text/html") else _problem(error)
    answer["WWW-Authenticate"] = CHALLENGE
    return answer


def _problem(error: str) -> HttpResponse:
    """Return the same for programs (RFC 9457)."""
    status = HTTPStatus.UNAUTHORIZED
    told = {
        "type": "urn:trustkeep:problem:step-up-required",
        "title": status.phrase,
        "status": status.value,
        "detail": error or gettext("Confirm that it is you"),
        "max_age": int(FRESH_FOR.total_seconds()),
    }
    answer = JsonResponse(told, status=status, content_type="application/problem+json")
    answer["Cache-Control"] = "no-store"
    return answer


@leading_to_providers(WITH_SCRIPTS)
def _page(request: HttpRequest, context: dict[str, object]) -> HttpResponse:
    return private(request, "ui/confirm.html", context, HTTPStatus.UNAUTHORIZED)


def _proved(request: HttpRequest, user: User) -> bool:
    given = request.POST
    if given.get(PASSKEY):
        stepping_up.by_passkey(request.session, user, given[PASSKEY], now=now())
    elif given.get(CODE):
        stepping_up.by_code(request.session, user, given[CODE], now=now())
    elif given.get(PASSWORD):
        stepping_up.by_own_password(request.session, user, given[PASSWORD], now=now())
    else:
        return False
    return True


def _back(request: HttpRequest) -> str:
    """Return the page to come back to from a provider: this one, or where its form stood."""
    if request.method in _SAFE:
        return request.get_full_path()
    return urlsplit(request.headers.get("Referer", "")).path


def _fields(request: HttpRequest) -> list[tuple[str, str]]:
    ours = {"csrfmiddlewaretoken", CODE, PASSWORD, PASSKEY}
    kept = [] if request.method == "POST" else [(READING, "1")]
    return kept + [
        (name, value)
        for name, values in request.POST.lists()
        if name not in ours
        for value in values
        if isinstance(value, str)
    ]
