"""Pages at the door: narrow, for everybody, and kept by nobody."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any, Concatenate, cast

from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from trustkeep.identity.models import User
from trustkeep.ui.pages import private, to_sign_in

type Open[**P] = Callable[Concatenate[HttpRequest, P], HttpResponse]
type View[**P] = Callable[Concatenate[KnownRequest, P], HttpResponse]


class KnownRequest(HttpRequest):
    """A request of somebody who has signed in, of the staff or of a customer."""

    user: User


def page(
    request: HttpRequest, template: str, context: Mapping[str, Any], status: int = 200
) -> HttpResponse:
    """Render a page of the entrance; who has signed in finds the way back to the rooms."""
    reader = request.user if request.user.is_authenticated else None
    rooms = home_of(cast(User, reader)) if reader else ""
    frame = {"reader": reader, "rooms_url": rooms}
    return private(request, f"entrance/{template}", {**frame, **context}, status)


def home_of(user: User) -> str:
    """Return where somebody belongs: the console, or the customer's own rooms."""
    return reverse("console:home" if user.person_id else "workspace:home")


def known[**P](view: View[P]) -> Open[P]:
    """Let in who has signed in; others go to the door first."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if not request.user.is_authenticated:
            return to_sign_in(request)
        return view(cast(KnownRequest, request), *args, **kwargs)

    return cast("Open[P]", guarded)
