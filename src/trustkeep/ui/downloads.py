"""Contents of customers on their way out: by range, never run by a browser, never kept by a cache.

What a customer uploaded is shown by our own host, so it is never trusted: its type is one of a few
that cannot run anything, and every answer is sandboxed besides.
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils.http import content_disposition_header

CHUNK_BYTES = 1024 * 1024
ASK_EVERY_BYTES = 16 * 1024 * 1024
"""After how much of a long answer the gate is asked again."""

SANDBOX = "sandbox; default-src 'none'; frame-ancestors 'none'"
# A sandboxed PDF is not shown at all by some browsers; their viewers run no script of ours.
_PDF_POLICY = (
    "default-src 'none'; object-src 'self'; style-src 'unsafe-inline'; frame-ancestors 'none'"
)
SHOWN: Mapping[str, tuple[re.Pattern[bytes], tuple[str, ...]]] = {
    "image/png": (re.compile(rb"\x89PNG\r\n\x1a\n"), (".png",)),
    "image/jpeg": (re.compile(rb"\xff\xd8\xff"), (".jpg", ".jpeg")),
    "image/gif": (re.compile(rb"GIF8[79]a"), (".gif",)),
    "image/webp": (re.compile(rb"RIFF.{4}WEBP", re.DOTALL), (".webp",)),
    "application/pdf": (re.compile(rb"%PDF-"), (".pdf",)),
}
"""What a browser may show, with how its content begins and its name ends; everything else, and
whatever is not what it says, is only downloaded."""
_LONGEST_START = 16

_RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})", re.ASCII)


@dataclass(frozen=True, slots=True)
class Content:
    """One content: ``open`` gives a seekable reader, ``is_open`` asks the gate again."""

    name: str
    size_bytes: int
    sha256: str
    content_type: str
    open: Callable[[], io.BufferedReader]
    is_open: Callable[[], bool]


def download(
    request: HttpRequest, content: Content, *, inline: bool = False, ranges: bool = True
) -> HttpResponseBase:
    """Answer with a content or the range that is asked for (RFC 9110 sections 13 and 14).

    Without `ranges` every answer is the whole.
    """
    tag = f'"{content.sha256}"'
    if is_known(request, content):
        return _labelled(HttpResponse(status=HTTPStatus.NOT_MODIFIED), content, tag, inline=inline)
    whole = (0, content.size_bytes, False)
    wanted = _wanted(request, content.size_bytes, tag) if ranges else whole
    if wanted is None:
        answer = HttpResponse(status=HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE)
        answer["Content-Range"] = f"bytes */{content.size_bytes}"
        answer["Content-Type"] = "text/plain"
        return answer
    first, count, is_part = wanted
    told = _chunks(content, first, count) if request.method != "HEAD" else iter(())
    stream = StreamingHttpResponse(told, status=206 if is_part else 200)
    stream["Content-Length"] = str(count)
    if is_part:
        stream["Content-Range"] = f"bytes {first}-{first + count - 1}/{content.size_bytes}"
    answered = _labelled(stream, content, tag, inline=inline)
    answered["Accept-Ranges"] = "bytes" if ranges else "none"
    return answered


def is_known(request: HttpRequest, content: Content) -> bool:
    """Return whether who asks has the content already."""
    return request.headers.get("If-None-Match", "") in (f'"{content.sha256}"', "*")


def goes_on(request: HttpRequest) -> bool:
    """Return whether a request asks for what comes after the first byte."""
    found = _RANGE.fullmatch(request.headers.get("Range", "").replace(" ", ""))
    return found is not None and int(found.group(1) or 0) > 0


def may_be_shown(content: Content) -> bool:
    """Return whether a browser may show it: type, name and first bytes agree on something safe."""
    start, endings = SHOWN.get(content.content_type, (None, ()))
    if start is None or not content.name.lower().endswith(endings):
        return False
    with content.open() as reader:
        return start.match(reader.read(_LONGEST_START)) is not None


def _labelled(
    answer: HttpResponseBase, content: Content, tag: str, *, inline: bool
) -> HttpResponseBase:
    shown = inline and may_be_shown(content)
    answer["Content-Type"] = content.content_type if shown else "application/octet-stream"
    answer["Content-Disposition"] = str(content_disposition_header(not shown, content.name))
    answer["Content-Security-Policy"] = (
        _PDF_POLICY if shown and content.content_type == "application/pdf" else SANDBOX
    )
    answer["ETag"] = tag
    answer["Accept-Ranges"] = "bytes"
    answer["Cache-Control"] = "no-store"
    return answer


def _chunks(content: Content, first: int, count: int) -> Iterator[bytes]:
    since_asked = 0
    with content.open() as reader:
        reader.seek(first)
        while count:
            chunk = reader.read(min(CHUNK_BYTES, count))
            if not chunk:
                return
            count -= len(chunk)
            since_asked += len(chunk)
            yield chunk
            if since_asked >= ASK_EVERY_BYTES:
                since_asked = 0
                if not content.is_open():
                    return


def _may_be_part(request: HttpRequest, tag: str) -> bool:
    return request.headers.get("If-Range", tag) == tag


def _wanted(request: HttpRequest, size: int, tag: str) -> tuple[int, int, bool] | None:
    """Return first byte, count, and whether that is a range; None for what cannot be given."""
    asked = request.headers.get("Range", "")
    found = _RANGE.fullmatch(asked.replace(" ", ""))
    # What is not understood, several ranges among it, is answered with the whole.
    if found is None or found.group(1) == found.group(2) == "" or not _may_be_part(request, tag):
        return 0, size, False
    start, end = found.groups()
    if not start:
        count = min(int(end), size)
        return (size - count, count, True) if count else None
    first = int(start)
    last = min(int(end), size - 1) if end else size - 1
    if end and int(end) < first:
        return 0, size, False
    if first >= size:
        return None
    return first, last - first + 1, True
