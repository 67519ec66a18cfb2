"""Reading JSON that others have sent: what it says has one meaning, or it is refused.

Refused is whatever two readers may take differently, or no store can keep (I-JSON, RFC 7493): a
member that comes twice, an encoding other than UTF-8, halves of letters, numbers that are none, and
nesting without end.
"""

from __future__ import annotations

import json
from typing import Any


class NotJson(ValueError):
    """This is no JSON, or not strictly; ``line`` and ``column`` say where, from 1 on."""

    def __init__(self, line: int = 1, column: int = 1) -> None:
        super().__init__(f"no strict JSON from line {line}, column {column} on")
        self.line, self.column = line, column


def read(told: bytes | str) -> Any:
    """Return the value that a text stands for; raises NotJson."""
    try:
        text = told.decode("utf-8") if isinstance(told, bytes) else told
        value = json.loads(text, object_pairs_hook=_members)
        # What cannot be written again, as halves of letters and infinities, could not be kept.
        json.dumps(value, ensure_ascii=False, allow_nan=False).encode("utf-8")
    except json.JSONDecodeError as error:
        raise NotJson(error.lineno, error.colno) from error
    except (ValueError, RecursionError) as error:
        raise NotJson from error
    return value


def _members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) < len(pairs):
        raise NotJson
    return members
