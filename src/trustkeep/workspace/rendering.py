"""Pages of a customer's rooms: in the same frame as the console, kept by no cache."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpResponse

from trustkeep.ui.pages import private
from trustkeep.workspace.permits import MANAGERS, MemberRequest, role_of
from trustkeep.workspace.rooms import open_to


def page(
    request: MemberRequest, template: str, context: Mapping[str, Any], status: int = 200
) -> HttpResponse:
    """Render a page; ``room`` in `context` marks the place in the navigation."""
    role = role_of(request)
    frame = {
        "reader": request.user,
        "customer": request.member.account.legal_name,
        "rooms": open_to(role),
        "manages": role in MANAGERS,
    }
    return private(request, f"workspace/{template}", {**frame, **context}, status)
