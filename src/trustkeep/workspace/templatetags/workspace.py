"""Values of a record as one line: ``{% load workspace %}``."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from django import template

register = template.Library()

MOST_LETTERS = 160


@register.filter
def plain_values(values: Mapping[str, Any]) -> str:
    """Return names and values on one line, cut where it grows long."""
    line = ", ".join(f"{name}: {_short(value)}" for name, value in values.items())
    return line if len(line) <= MOST_LETTERS else f"{line[:MOST_LETTERS]}…"


def _short(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
