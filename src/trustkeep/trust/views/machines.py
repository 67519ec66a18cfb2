"""What programs read: the JSON twin, security.txt, robots.txt, the sitemap."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.templatetags.static import static
from django.utils.translation import get_language

from trustkeep.controls import queries
from trustkeep.kernel.clock import now
from trustkeep.trust import addresses, discovery
from trustkeep.trust.answers import prepared
from trustkeep.trust.reading import read_only
from trustkeep.trust.twin import page_json

_TEXT = "text/plain; charset=utf-8"


@read_only
def twin(_request: HttpRequest) -> HttpResponse:
    """Give the page as JSON, in the installation's own language."""
    return _twin(addresses.spoken(""))


@read_only
def twin_of_language(_request: HttpRequest) -> HttpResponse:
    """Give the page as JSON in the language of the address."""
    return addresses.elsewhere("twin") or _twin(get_language())


@read_only
def security_txt(_request: HttpRequest) -> HttpResponse:
    """Tell finders of a weakness where to turn (RFC 9116)."""
    at = now()
    text = discovery.security_txt(queries.contact(), at)
    return prepared(HttpResponse(text, content_type=_TEXT), now=at)


@read_only
def to_security_txt(_request: HttpRequest) -> HttpResponse:
    """Lead from the old place to the right one (RFC 9116 section 3)."""
    return redirect("machines:security-txt", permanent=True)


@read_only
def robots(_request: HttpRequest) -> HttpResponse:
    """Let everything public be indexed, and nothing else."""
    return prepared(HttpResponse(discovery.robots_txt(), content_type=_TEXT), now=now())


@read_only
def sitemap(_request: HttpRequest) -> HttpResponse:
    """List the public pages in every language."""
    at = now()
    slugs = [one.slug for one in queries.page(addresses.spoken(""), at).statements]
    xml = discovery.sitemap(slugs)
    return prepared(HttpResponse(xml, content_type="application/xml; charset=utf-8"), now=at)


@read_only
def to_icon(_request: HttpRequest) -> HttpResponse:
    """Lead programs that guess the icon's address to it."""
    return redirect(static("ui/mark.svg"))


def _twin(language: str) -> HttpResponse:
    at = now()
    page = queries.page(language, at)
    response = JsonResponse(page_json(page), json_dumps_params={"ensure_ascii": False})
    response["Content-Language"] = language
    response["Link"] = (
        f'<{addresses.page_url(language, "page")}>; rel="alternate"; type="text/html"'
    )
    return prepared(response, now=at, until=page.valid_until)
