"""Identifiers: random, opaque, and the same shape everywhere."""

from __future__ import annotations

import uuid


def new_id() -> uuid.UUID:
    """Return a random identifier (RFC 9562 version 4): it tells nothing about whom or when."""
    return uuid.uuid4()
