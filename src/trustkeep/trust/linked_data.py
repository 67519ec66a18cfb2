"""What search engines read of a page: schema.org as JSON-LD."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from django.utils.safestring import SafeString, mark_safe

from trustkeep.controls.statements import Contact
from trustkeep.kernel.clock import isoformat

# Inside a script element only these could end it or be read as markup.
_ESCAPED = {ord("<"): "\\u003C", ord(">"): "\\u003E", ord("&"): "\\u0026"}


def page_data(
    *, url: str, language: str, title: str, contact: Contact, modified: datetime | None
) -> SafeString:
    """Return a page of `contact`'s organisation as JSON-LD, safe inside a script element."""
    told: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "WebPage",
        "@id": url,
        "url": url,
        "name": title,
        "inLanguage": language,
        "publisher": _organisation(contact),
    }
    if modified:
        told["dateModified"] = isoformat(modified)
    written = json.dumps(told, ensure_ascii=False)
    return mark_safe(written.translate(_ESCAPED))  # noqa: S308  (escaped the line before)


def _organisation(contact: Contact) -> dict[str, Any]:
    points = (("data protection officer", contact.dpo_email), ("security", contact.security_email))
    return {
        "@type": "Organization",
        "name": contact.company,
        "url": f"https://{contact.domain}",
        "contactPoint": [
            {"@type": "ContactPoint", "contactType": kind, "email": email} for kind, email in points
        ],
    }
