"""The first screen: what is broken, what is due, what waits for me, what changed."""

from __future__ import annotations

from django.http import HttpResponse
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from trustkeep.console.permits import StaffRequest, actor, staff
from trustkeep.console.rendering import page
from trustkeep.controls import desk
from trustkeep.kernel.clock import now


@require_safe
@staff()
def home(request: StaffRequest) -> HttpResponse:
    """Show the four questions of the morning, answered in their order."""
    shown = desk.desk(get_language(), now(), reader=actor(request))
    return page(request, "home.html", {"desk": shown, "room": "home"})
