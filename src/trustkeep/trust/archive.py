"""The data of one person as an archive: JSON for programs, a page for people."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

from django.http import StreamingHttpResponse
from stream_zip import ZIP_32, Method, stream_zip

from trustkeep.lifecycle.requests import readable
from trustkeep.lifecycle.requests.collecting import Collected

_MODE = 0o600


def data_archive(found: Collected, language: str, now: datetime) -> StreamingHttpResponse:
    """Return the archive, sent while it is made; nobody keeps it on the way."""
    chunks = stream_zip(_members(found, language, now))
    response = StreamingHttpResponse(chunks, content_type="application/zip")
    response["Content-Disposition"] = 'attachment; filename="your-data.zip"'
    response["Cache-Control"] = "no-store"
    return response


def _members(
    found: Collected, language: str, now: datetime
) -> Iterator[tuple[str, datetime, int, Method, Iterable[bytes]]]:
    texts = (
        ("your-data.json", readable.as_json(found)),
        ("your-data.html", readable.as_html(found, language)),
    )
    for name, text in texts:
        yield name, now, _MODE, ZIP_32, (text.encode(),)
