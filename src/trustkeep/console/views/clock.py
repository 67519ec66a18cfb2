"""The clock, when it is doubted: two people look at their own and confirm the time."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from trustkeep.accounts.roles import Permission
from trustkeep.console.permits import StaffRequest, actor, staff
from trustkeep.console.rendering import page
from trustkeep.kernel.clock import now
from trustkeep.lifecycle import clocks
from trustkeep.ui.confirming import fresh


@require_http_methods(["GET", "HEAD", "POST"])
@staff(Permission.HOLD_DATA)
@fresh
def clock(request: StaffRequest) -> HttpResponse:
    """Show what is believed of the time, and take one person's word for it."""
    at = now()
    if request.method == "POST":
        clocks.confirm(by=actor(request), now=at)
        return redirect("console:clock")
    shown = clocks.shown(at)
    context = {"clock": shown, "at": at, "is_mine": shown.vouched_by == actor(request)}
    return page(request, "clock.html", {**context, "room": "home"})
