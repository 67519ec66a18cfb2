"""The evidence log for readers: its newest entries, and one entry with all that proves it."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import get_language

from trustkeep.controls import entries as log_entries
from trustkeep.controls.proofs import proof_of
from trustkeep.evidence import queries as log
from trustkeep.evidence.queries import NoSuchEntry
from trustkeep.trust.answers import framed
from trustkeep.trust.reading import read_only


@read_only
def entries(request: HttpRequest) -> HttpResponse:
    """Explain the log and show its newest entries, older ones by the page."""
    asked = request.GET.get("before", "")
    before = int(asked) if asked.isdecimal() and len(asked) < 16 else None
    shown = log_entries.all_evidence(get_language(), before=before)
    older = shown[-1].index if len(shown) == log_entries.PAGE_SIZE else None
    context = {"entries": shown, "before": before, "older": older}
    return framed(request, "evidence.html", context, place=("evidence",))


@read_only
def entry(request: HttpRequest, index: int) -> HttpResponse:
    """Show one entry: what it says, what it commits to, and its way to the signed root."""
    try:
        shown = log_entries.evidence_at(index, get_language())
    except (NoSuchEntry, OverflowError) as error:
        raise Http404(str(index)) from error
    context = {
        "entry": shown,
        "leaf": log.entry(index).leaf.decode("utf-8"),
        "proof": proof_of(index) if shown.signed else None,
    }
    return framed(request, "entry.html", context, place=("entry", index))
