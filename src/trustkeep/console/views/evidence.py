"""The evidence log as the staff reads it."""

from __future__ import annotations

from django.http import HttpResponse
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from trustkeep.console.permits import StaffRequest, staff
from trustkeep.console.rendering import page
from trustkeep.controls import catalogue, queries
from trustkeep.controls.entries import PAGE_SIZE, all_evidence, evidence_of
from trustkeep.controls.statements import EvidenceShown


@require_safe
@staff()
def entries(request: StaffRequest) -> HttpResponse:
    """Show the newest entries, of all or of one promise, older ones by the page."""
    slug = request.GET.get("promise", "")
    slug = slug if slug in catalogue.BY_SLUG else ""
    before = _number(request.GET.get("before", ""))
    shown = _entries(slug, before)
    context = {
        "entries": shown,
        "slug": slug,
        "promises": catalogue.CATALOGUE,
        "older": shown[-1].index if len(shown) == PAGE_SIZE else None,
        "before": before,
        "log": queries.log_shown(),
        "room": "evidence",
    }
    return page(request, "evidence.html", context)


def _entries(slug: str, before: int | None) -> list[EvidenceShown]:
    if slug:
        return evidence_of(slug, get_language(), before=before)
    return all_evidence(get_language(), before=before)


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 16 else None
