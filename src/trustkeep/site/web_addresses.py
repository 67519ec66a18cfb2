"""Addresses of the web in the settings: a host and a port, and nobody's name before them."""

from __future__ import annotations

import re
from urllib.parse import SplitResult, urlsplit

HOST = re.compile(r"[a-z0-9]([a-z0-9.-]*[a-z0-9])?|[0-9a-f:.]+")
"""What the name or the number of a host looks like."""


def parted(value: object) -> SplitResult | None:
    """Return the parts of an address without query and fragment; None for anything else."""
    if not isinstance(value, str):
        return None
    try:
        parts = urlsplit(value)
        parts.port  # noqa: B018  (reading it is what checks it)
    except ValueError:
        return None
    is_plain = HOST.fullmatch(parts.hostname or "") and "@" not in parts.netloc
    return parts if is_plain and not (parts.query or parts.fragment) else None
