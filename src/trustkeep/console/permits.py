"""Who may enter a room of the console, and what a refused act looks like."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext

from trustkeep.accounts.roles import Permission, may
from trustkeep.kernel.errors import TrustkeepError

type View[**P] = Callable[Concatenate[HttpRequest, P], HttpResponse]

CONFLICT = 409


def staff[**P](permission: Permission | None = None) -> Callable[[View[P]], View[P]]:
    """Let in who has signed in and has `permission`; others are sent to sign in, or refused.

    An action that refuses becomes a page that says why, with what to do next, and status 409.
    """

    def guard(view: View[P]) -> View[P]:
        @wraps(view)
        def guarded(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            if not request.user.is_authenticated:
                return _to_sign_in(request)
            if permission and not may(request.user.roles, permission):
                raise PermissionDenied
            try:
                return view(request, *args, **kwargs)
            except TrustkeepError as error:
                return _refused(request, error)

        return guarded

    return guard


def actor(request: HttpRequest) -> str:
    """Return who acts, as an opaque id."""
    return str(request.user.pk)


def permitted(request: HttpRequest) -> frozenset[str]:
    """Return the names of all permissions of the reader, for templates."""
    return frozenset(
        permission.value for permission in Permission if may(request.user.roles, permission)
    )


def _to_sign_in(request: HttpRequest) -> HttpResponse:
    query = urlencode({"next": request.get_full_path()}) if request.method == "GET" else ""
    return redirect(f"{reverse('console:sign-in')}{'?' if query else ''}{query}")


def _refused(request: HttpRequest, error: TrustkeepError) -> HttpResponse:
    sentence = gettext(error.sentence).format(**error.values)
    return render(request, "console/refused.html", {"sentence": sentence}, status=CONFLICT)
