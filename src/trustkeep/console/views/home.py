"""The first screen: what is broken, what is due, what waits for me, what changed."""

from __future__ import annotations

from django.http import HttpResponse
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from trustkeep.accounts.roles import Permission, may
from trustkeep.console.permits import StaffRequest, actor, staff
from trustkeep.console.rendering import page
from trustkeep.controls import desk
from trustkeep.identity.proposals import waiting_for
from trustkeep.kernel.clock import now
from trustkeep.lifecycle import clocks
from trustkeep.lifecycle.requests.queries import pressing
from trustkeep.lifecycle.systems.queries import calling

MOST_CALLS = 10


@require_safe
@staff()
def home(request: StaffRequest) -> HttpResponse:
    """Show the four questions of the morning, answered in their order."""
    shown = desk.desk(get_language(), now(), reader=actor(request))
    context = {"desk": shown, "calling": calling()[:MOST_CALLS], "room": "home"}
    context["clock"] = clocks.shown()
    if may(request.user.roles, Permission.HANDLE_REQUESTS):
        context["pressing"] = pressing(now())[:MOST_CALLS]
    if may(request.user.roles, Permission.MANAGE_PEOPLE):
        context["links"] = waiting_for(request.user.pk, now=now())
    return page(request, "home.html", context)
