"""What changed: for readers, and for those who would rather be told."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language

from trustkeep.controls import queries
from trustkeep.kernel.clock import now
from trustkeep.trust import addresses, atom
from trustkeep.trust.answers import framed, prepared
from trustkeep.trust.reading import read_only


@read_only
def changes(request: HttpRequest) -> HttpResponse:
    """List the changes of wordings and states of the last year."""
    at = now()
    context = {"changes": queries.changes(get_language(), at)}
    return prepared(
        framed(request, "changes.html", context, place=("changes",)),
        now=at,
        until=queries.page(get_language(), at).valid_until,
    )


@read_only
def feed(_request: HttpRequest) -> HttpResponse:
    """Tell feed readers the same (RFC 4287)."""
    led_away = addresses.elsewhere("feed")
    if led_away is not None:
        return led_away
    at = now()
    page = queries.page(get_language(), at)
    written = atom.feed(page, queries.changes(get_language(), at))
    response = HttpResponse(written, content_type="application/atom+xml; charset=utf-8")
    return prepared(response, now=at, until=page.valid_until)
