"""The first screen: what is broken, what is due, what waits for me, what changed."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language

from trustkeep.console.permits import StaffRequest, actor, staff
from trustkeep.controls import desk
from trustkeep.kernel.clock import now


@staff()
def home(request: StaffRequest) -> HttpResponse:
    """Show the four questions of the morning, answered in their order."""
    shown = desk.desk(get_language(), now(), reader=actor(request))
    return render(request, "console/home.html", {"desk": shown, "page": "home"})
