"""What the linked SQLite can do; Django derives this from the standard library's older one."""

from __future__ import annotations

from django.db.backends.sqlite3.features import DatabaseFeatures as PlainFeatures
from sqlcipher3 import dbapi2


class DatabaseFeatures(PlainFeatures):
    supports_aggregate_order_by_clause = dbapi2.sqlite_version_info >= (3, 44, 0)
