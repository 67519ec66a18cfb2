"""SQL that depends on the version of the linked SQLite."""

from __future__ import annotations

from django.db.backends.sqlite3.operations import DatabaseOperations as PlainOperations


class DatabaseOperations(PlainOperations):
    def force_group_by(self) -> list[str]:
        """Return nothing: the linked SQLite is newer than the fault Django works around."""
        return []
