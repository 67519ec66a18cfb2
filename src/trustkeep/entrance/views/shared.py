"""A file by link: its page and its content, for whoever holds the link and nobody else.

No sign-in, no session, nothing that a search engine or a cache could keep. A link that has ended is
answered like one that never was.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_safe

from trustkeep.accounts.customers import account
from trustkeep.entrance.rendering import page
from trustkeep.holdings.sharing import LinkRefused
from trustkeep.identity.throttling import TooManyAttempts
from trustkeep.kernel.clock import now
from trustkeep.ui import links
from trustkeep.ui.pages import told

type View = Callable[[HttpRequest, str], HttpResponseBase]


def unfound(view: View) -> View:
    """Answer alike whatever does not open, and let nobody index any of it."""

    @wraps(view)
    def guarded(request: HttpRequest, secret: str) -> HttpResponseBase:
        try:
            answer = view(request, secret)
        except (LinkRefused, TooManyAttempts) as error:
            answer = _refused(request, error)
        answer["X-Robots-Tag"] = "noindex, nofollow"
        return answer

    return guarded


@require_safe
@unfound
def shared(request: HttpRequest, secret: str) -> HttpResponse:
    """Name the file, who shares it, and until when."""
    found = links.opened(secret, now=now())
    link = found.link
    context = {
        "file": found.file,
        "link": link,
        "left": link.most_downloads - link.downloads if link.most_downloads else None,
        "sha256": links.sha256_of(found),
        "sharer": account(found.account_id).legal_name,
        "secret": secret,
    }
    return page(request, "shared.html", context)


@require_safe
@unfound
def content(request: HttpRequest, secret: str) -> HttpResponseBase:
    """Give the file, or a range of it."""
    return links.fetched(request, secret, now=now())


def _refused(request: HttpRequest, error: LinkRefused | TooManyAttempts) -> HttpResponse:
    if isinstance(error, LinkRefused):
        return page(request, "shared_ended.html", {"sentence": told(error)}, HTTPStatus.NOT_FOUND)
    status = HTTPStatus.TOO_MANY_REQUESTS
    answer = page(request, "shared_ended.html", {"sentence": told(error), "waits": True}, status)
    answer["Retry-After"] = str(error.values["seconds"])
    return answer
