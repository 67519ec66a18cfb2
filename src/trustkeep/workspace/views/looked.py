"""Who of the provider's staff looked, at what, and why."""

from __future__ import annotations

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from trustkeep.holdings import looks
from trustkeep.workspace.permits import MemberRequest, member
from trustkeep.workspace.rendering import page


@require_safe
@member()
def looked(request: MemberRequest) -> HttpResponse:
    """List every look with its reason and everything that was opened under it."""
    context = {"looks": looks.told(request.account_id), "lasts": looks.LASTS, "room": "looked"}
    return page(request, "looked.html", context)
