"""The page as JSON: every field of what the page is made from, under the same names."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from enum import Enum
from typing import Any

from trustkeep.controls.statements import PageShown
from trustkeep.kernel.clock import isoformat
from trustkeep.trust import addresses


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


def plain(value: Any) -> Any:
    """Return a value in JSON types: instants as RFC 3339, bytes as base64, enums as their value."""
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, datetime):
        return isoformat(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, bytes):
        return base64.b64encode(value).decode("ascii")
    if isinstance(value, Mapping):
        return {str(plain(key)): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    return value
