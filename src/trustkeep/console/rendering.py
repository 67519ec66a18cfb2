"""Pages of the console: framed for the reader, and never kept by anybody."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language

from trustkeep.accounts import queries as accounts
from trustkeep.accounts.roles import Permission, may
from trustkeep.console.permits import StaffRequest
from trustkeep.console.rooms import open_to
from trustkeep.controls import desk
from trustkeep.ui.words import LANGUAGE_NAMES


def bare(
    request: HttpRequest, template: str, context: Mapping[str, Any], status: int = 200
) -> HttpResponse:
    """Render a page for somebody who has not signed in."""
    frame = {"company": accounts.company().name, "language_names": LANGUAGE_NAMES}
    response = render(request, f"console/{template}", {**frame, **context}, status=status)
    return _private(response)


def page(
    request: StaffRequest, template: str, context: Mapping[str, Any], status: int = 200
) -> HttpResponse:
    """Render a page of the console; ``room`` in `context` marks the place in the navigation."""
    permissions = _permissions(request)
    frame = {
        "reader": request.user,
        "rooms": open_to(permissions),
        "may": {permission.name.lower(): True for permission in permissions},
        "waiting": len(desk.waiting(get_language(), reader=str(request.user.pk))),
    }
    return bare(request, template, {**frame, **context}, status)


def _permissions(request: StaffRequest) -> frozenset[Permission]:
    return frozenset(one for one in Permission if may(request.user.roles, one))


def _private(response: HttpResponse) -> HttpResponse:
    response["Cache-Control"] = "no-store"
    return response
