"""What can go wrong: the server refuses, or what arrived is not what was sent."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


class Refused(Exception):
    """The server answered with a problem (RFC 9457); the text says what to do."""

    def __init__(self, status: int, problem: Mapping[str, Any]) -> None:
        super().__init__(str(problem.get("detail") or problem.get("title") or status))
        self.status = status
        self.problem = dict(problem)


class Broken(Exception):
    """The connection broke off too often, or the content does not have the digest it should."""
