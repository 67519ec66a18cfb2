"""Long lists by the page: a cursor that names the last item seen, and a ``Link`` to the next."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Annotated

from django.http import HttpRequest, HttpResponse, JsonResponse
from ninja import Field, Schema

from trustkeep.kernel.errors import TrustkeepError
from trustkeep.ui.plain import plain

MOST = 100
USUAL = 50


class NoSuchPlace(TrustkeepError):
    """The item that a cursor names is not in the list, or no longer."""

    sentence = "There is no place “{cursor}” in this list. Begin again without a cursor."


class Listed[T](Schema):
    """A part of a list; ``next`` is the cursor of the part that follows, null at the end."""

    items: list[T]
    next: str | None


class Window(Schema):
    """Which part of a list is wanted."""

    limit: Annotated[int, Field(ge=1, le=MOST)] = USUAL
    cursor: Annotated[str | None, Field(max_length=100)] = None

    def index(self) -> int | None:
        """Return the cursor of a list of log entries; raises NoSuchPlace."""
        if self.cursor is None:
            return None
        if not (self.cursor.isascii() and self.cursor.isdecimal()) or len(self.cursor) > 16:
            raise NoSuchPlace(cursor=self.cursor)
        return int(self.cursor)

    def following(self, indexes: Sequence[int]) -> str | None:
        """Return the cursor after these log entries, newest first; None at the oldest."""
        is_full = len(indexes) == self.limit and indexes[-1] > 0
        return str(indexes[-1]) if is_full else None


def part_of[T](
    items: Sequence[T], window: Window, key: Callable[[T], str]
) -> tuple[list[T], str | None]:
    """Return the items after the cursor and the next cursor; raises NoSuchPlace."""
    start = 0
    if window.cursor is not None:
        keys = [key(item) for item in items]
        if window.cursor not in keys:
            raise NoSuchPlace(cursor=window.cursor)
        start = keys.index(window.cursor) + 1
    found = list(items[start : start + window.limit])
    more = start + window.limit < len(items)
    return found, key(found[-1]) if more else None


def listed(request: HttpRequest, items: Sequence[object], following: str | None) -> HttpResponse:
    """Answer with a part of a list and the address of the next (RFC 8288)."""
    answer = JsonResponse({"items": [plain(item) for item in items], "next": following})
    if following is not None:
        query = request.GET.copy()
        query["cursor"] = following
        address = request.build_absolute_uri(f"{request.path}?{query.urlencode()}")
        answer["Link"] = f'<{address}>; rel="next"'
    return answer
