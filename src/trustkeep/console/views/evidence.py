"""The evidence log as the staff reads it."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from trustkeep.console.permits import StaffRequest, staff
from trustkeep.controls import queries
from trustkeep.evidence import queries as evidence

PAGE_SIZE = 50


@require_safe
@staff()
def entries(request: StaffRequest) -> HttpResponse:
    """Show the newest entries of all kinds, older ones by the page."""
    asked = request.GET.get("before", "")
    before = int(asked) if asked.isdecimal() and len(asked) < 16 else None
    rows = evidence.entries(before=before, limit=PAGE_SIZE)
    context = {
        "entries": rows,
        "older": rows[-1].index if len(rows) == PAGE_SIZE and rows[-1].index else None,
        "log": queries.log_shown(),
        "page": "evidence",
    }
    return render(request, "console/evidence.html", context)
