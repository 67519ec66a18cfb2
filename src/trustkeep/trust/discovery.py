"""Files that programs look for at known places."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from xml.sax.saxutils import quoteattr

from trustkeep.controls import queries
from trustkeep.controls.statements import Contact
from trustkeep.kernel.clock import isoformat
from trustkeep.trust import addresses

SECURITY_TXT_LIFETIME = timedelta(days=90)
"""RFC 9116 asks for less than a year; the file is made anew each day."""


def security_txt(contact: Contact, now: datetime) -> str:
    """Return `security.txt` (RFC 9116)."""
    lines = [
        f"Contact: mailto:{contact.security_email}",
        f"Expires: {isoformat(now + SECURITY_TXT_LIFETIME)}",
        f"Preferred-Languages: {', '.join(queries.languages())}",
        f"Canonical: {addresses.absolute('/.well-known/security.txt')}",
        f"Policy: {addresses.page_url(addresses.spoken('en'), 'page')}",
    ]
    return "\n".join(lines) + "\n"


def robots_txt() -> str:
    """Return `robots.txt` (RFC 9309): the rooms behind a sign-in are nothing for indexes."""
    lines = [
        "User-agent: *",
        "Disallow: /console/",
        "Disallow: /app/",
        "Disallow: /me/",
        "Disallow: /api/",
    ]
    return "\n".join([*lines, f"Sitemap: {addresses.absolute('/sitemap.xml')}"]) + "\n"


def sitemap(slugs: Iterable[str]) -> str:
    """Return the sitemap: every page in every language, each naming its translations."""
    names = ("page", "changes", "evidence", "verify")
    places: list[tuple[str, ...]] = [*((name,) for name in names)]
    places += [("promise", slug) for slug in slugs]
    entries = "".join(_url(name, parts) for name, *parts in places)
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n'
        '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
        f' xmlns:xhtml="http://www.w3.org/1999/xhtml">\n{entries}</urlset>\n'
    )


def _url(name: str, parts: list[str]) -> str:
    everywhere = addresses.alternates(name, *parts)
    links = "".join(
        f'<xhtml:link rel="alternate" hreflang="{language}" href={quoteattr(url)}/>'
        for language, url in everywhere.items()
    )
    return "".join(f"<url><loc>{url}</loc>{links}</url>\n" for url in everywhere.values())
