"""The same company and staff as in the console."""

from __future__ import annotations

from tests.console.conftest import published, staff

__all__ = ["published", "staff"]
