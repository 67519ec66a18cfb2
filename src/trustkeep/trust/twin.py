"""The page as JSON: every field of what the page is made from, under the same names."""

from __future__ import annotations

from typing import Any

from trustkeep.controls.statements import PageShown
from trustkeep.trust import addresses
from trustkeep.ui.plain import plain


def page_json(page: PageShown) -> dict[str, Any]:
    """Return the page, with the addresses where a reader finds each statement and its evidence."""
    told: dict[str, Any] = plain(page)
    told["url"] = addresses.page_url(page.language, "page")
    told["alternates"] = addresses.alternates("twin")
    for section in told["sections"]:
        for statement in section["statements"]:
            slug, entry = statement["slug"], statement["entry_index"]
            statement["url"] = addresses.page_url(page.language, "promise", slug)
            statement["evidence_url"] = (
                None if entry is None else addresses.page_url(page.language, "entry", entry)
            )
    return told
