"""What Django's SQLite backend expects of a connection and a cursor, given by sqlcipher3.

Django binds its own cursor, converters and adapters to the standard library's module at import, so
they are repeated here for ours.
"""

from __future__ import annotations

import datetime
import decimal
import re
import sqlite3
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache, lru_cache
from itertools import chain
from typing import Any

from django.db.backends.sqlite3.base import adapt_date, adapt_datetime, decoder
from django.utils.dateparse import parse_date, parse_datetime, parse_time
from sqlcipher3 import dbapi2

_QUERIES_KEPT = 2048
_PLACEHOLDER = re.compile(r"(?<!%)%s")
# The compile-time options of SQLite that stand behind the limits Django asks for.
_LIMIT_OPTIONS = {
    sqlite3.SQLITE_LIMIT_COLUMN: "MAX_COLUMN",
    sqlite3.SQLITE_LIMIT_VARIABLE_NUMBER: "MAX_VARIABLE_NUMBER",
}

_CONVERTERS: dict[str, Callable[[bytes], object]] = {
    "bool": b"1".__eq__,
    "date": decoder(parse_date),
    "time": decoder(parse_time),
    "datetime": decoder(parse_datetime),
    "timestamp": decoder(parse_datetime),
}
for _name, _convert in _CONVERTERS.items():
    dbapi2.register_converter(_name, _convert)
dbapi2.register_adapter(decimal.Decimal, str)
dbapi2.register_adapter(datetime.date, adapt_date)
dbapi2.register_adapter(datetime.datetime, adapt_datetime)


class Connection(dbapi2.Connection):  # type: ignore[misc]  # sqlcipher3 has no types
    """A connection that answers `getlimit`, which sqlcipher3 lacks."""

    def getlimit(self, category: int, /) -> int:
        return int(_compile_options()[_LIMIT_OPTIONS[category]])


class Cursor(dbapi2.Cursor):  # type: ignore[misc]  # sqlcipher3 has no types
    """A cursor that takes Django's placeholders (``%s``, ``%(name)s``)."""

    def execute(self, query: str, params: Any = None) -> Any:
        if params is None:
            return super().execute(query)
        return super().execute(_converted(query, params), params)

    def executemany(self, query: str, params: Iterable[Any]) -> Any:
        rows = iter(params)
        first = next(rows, None)
        if first is None:
            return super().executemany(_positional(query), ())
        return super().executemany(_converted(query, first), chain([first], rows))


def _converted(query: str, params: Sequence[Any] | Mapping[str, Any]) -> str:
    if isinstance(params, Mapping):
        return query % {name: f":{name}" for name in params}
    return _positional(query)


@lru_cache(maxsize=_QUERIES_KEPT)
def _positional(query: str) -> str:
    return _PLACEHOLDER.sub("?", query).replace("%%", "%")


@cache
def _compile_options() -> dict[str, str]:
    with_values = (
        name.partition("=")
        for (name,) in dbapi2.connect(":memory:").execute("PRAGMA compile_options")
    )
    return {name: value for name, _, value in with_values}
