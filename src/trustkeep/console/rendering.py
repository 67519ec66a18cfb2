"""Pages of the console: framed for the reader, and never kept by anybody."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpResponse
from django.utils.translation import get_language

from trustkeep.accounts.roles import Permission, may
from trustkeep.console.permits import StaffRequest
from trustkeep.console.rooms import open_to
from trustkeep.controls import desk
from trustkeep.ui.pages import private


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
    return private(request, f"console/{template}", {**frame, **context}, status)


def _permissions(request: StaffRequest) -> frozenset[Permission]:
    return frozenset(one for one in Permission if may(request.user.roles, one))
