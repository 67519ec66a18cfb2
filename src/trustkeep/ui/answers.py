"""The data of one person as an archive: JSON for programs, a page for people, and their files."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from django.http import StreamingHttpResponse

from trustkeep.holdings.archive import zipped
from trustkeep.holdings.exporting import Member
from trustkeep.lifecycle.requests import readable
from trustkeep.lifecycle.requests.collecting import Collected
from trustkeep.lifecycle.requests.whole import Returned


def data_archive(found: Collected, language: str, now: datetime) -> StreamingHttpResponse:
    """Return the archive, sent while it is made; nobody keeps it on the way."""
    chunks = zipped(_members(found, language, now))
    response = StreamingHttpResponse(chunks, content_type="application/zip")
    response["Content-Disposition"] = 'attachment; filename="your-data.zip"'
    response["Cache-Control"] = "no-store"
    return response


def account_archive(found: Returned) -> StreamingHttpResponse:
    """Return a whole account, sealed to its customer's key while it is sent."""
    response = StreamingHttpResponse(found.chunks, content_type="application/octet-stream")
    name = "".join(one if one.isalnum() else "-" for one in found.reference)
    response["Content-Disposition"] = f'attachment; filename="account-{name}.zip.age"'
    response["Cache-Control"] = "no-store"
    return response


def _members(found: Collected, language: str, now: datetime) -> Iterator[Member]:
    yield Member("your-data.json", now, (readable.as_json(found).encode(),))
    yield Member("your-data.html", now, (readable.as_html(found, language).encode(),))
    yield from found.contents()
