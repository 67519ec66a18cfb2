"""Addresses in the settings: of the web, with nobody's name in them, and of this machine."""

from __future__ import annotations

import re
from urllib.parse import SplitResult, urlsplit

HOST = re.compile(r"[a-z0-9]([a-z0-9.-]*[a-z0-9])?|[0-9a-f:.]+")
"""What the name or the number of a host looks like."""
LOOPBACK = ("localhost", "127.0.0.1", "::1")


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


def socket_here(value: object) -> str | None:
    """Return a socket of this machine, a path or ``127.0.0.1:3310``; None for anything else."""
    if not isinstance(value, str):
        return None
    if not value or value.startswith("/"):
        return value
    parts = parted(f"tcp://{value}")
    is_near = parts and parts.hostname in LOOPBACK and parts.port and not parts.path
    return value if is_near else None
