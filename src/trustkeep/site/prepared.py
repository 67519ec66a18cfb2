"""Answers made once and given often: the bytes in every encoding, their tag and all headers.

What is prepared is the same for everybody: the address alone decides it (the language stands in
the path). An answer is given as long as nothing has changed (`Generation`) and the instant has not
come at which a shown state could change by age alone.
"""

from __future__ import annotations

import base64
import gzip
import hashlib
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import brotli

from trustkeep.site.headers import with_security_headers

type Headers = list[tuple[str, str]]
type Answer = tuple[int, Headers, bytes]
"""Status, headers and body."""

SHELF_BYTES = 64 * 1024 * 1024
FEWEST_BYTES_TO_COMPRESS = 512
_COMPRESSIBLE = ("text/", "application/json", "application/xml", "image/svg+xml")
_COMPRESSIBLE_ENDINGS = ("+json", "+xml", "javascript", "manifest")
_TAG_BYTES = 15
_KEPT_WITH_NOT_MODIFIED = frozenset(
    ("cache-control", "content-location", "date", "etag", "expires", "vary")
)
# Of one request, or made anew for each variant.
_NOT_KEPT = frozenset(("content-length", "etag", "vary", "content-encoding", "x-request-id"))
# Plain numbers: an enumeration's costs more than finding the answer.
_OK, _NOT_MODIFIED = 200, 304


@dataclass(frozen=True, slots=True)
class Variant:
    """One encoding of an answer."""

    headers: Headers
    not_modified: Headers
    body: bytes


@dataclass(frozen=True, slots=True)
class Prepared:
    """An answer in all its encodings; ``until`` is in seconds since the epoch."""

    tag: str
    variants: dict[str, Variant]
    size: int
    until: float
    mark: bytes

    def answer(self, environ: Mapping[str, Any]) -> Answer:
        """Give the variant that the request asks for, or 304 if the reader has it already."""
        wanted = self.variants[preferred(environ.get("HTTP_ACCEPT_ENCODING", ""))]
        seen = environ.get("HTTP_IF_NONE_MATCH")
        if seen is not None and (self.tag in seen or seen == "*"):
            return _NOT_MODIFIED, wanted.not_modified, b""
        body = wanted.body if environ["REQUEST_METHOD"] != "HEAD" else b""
        return _OK, wanted.headers, body


def prepare(
    body: bytes, headers: Headers, *, until: float, mark: bytes, slowly: bool = False
) -> Prepared:
    """Make an answer in all encodings; `slowly` takes the time to make them as small as they get.

    `headers` are those of the answer without the security headers, which are added here.
    """
    digest = hashlib.sha256(body).digest()[:_TAG_BYTES]
    tag = base64.urlsafe_b64encode(digest).decode("ascii")
    given = dict(headers)
    bodies = {"identity": body}
    if len(body) >= FEWEST_BYTES_TO_COMPRESS and _compressible(given.get("Content-Type", "")):
        bodies["gzip"] = gzip.compress(body, 9 if slowly else 6, mtime=0)
        bodies["br"] = brotli.compress(body, quality=11 if slowly else 5)
    variants = {
        encoding: _variant(encoding, encoded, headers, tag) for encoding, encoded in bodies.items()
    }
    for encoding in ("gzip", "br"):
        variants.setdefault(encoding, variants["identity"])
    return Prepared(tag, variants, sum(map(len, bodies.values())), until, mark)


class Shelf:
    """What is prepared, by path; bounded, the oldest goes first."""

    def __init__(self, most_bytes: int = SHELF_BYTES) -> None:
        self._most_bytes = most_bytes
        self._prepared: dict[str, Prepared] = {}
        self._bytes = 0
        self._lock = threading.Lock()
        self._turns: dict[str, threading.Lock] = {}

    def get(self, path: str) -> Prepared | None:
        return self._prepared.get(path)

    def put(self, path: str, prepared: Prepared) -> None:
        """Keep an answer, unless it alone is larger than the shelf."""
        with self._lock:
            self._drop(path)
            if prepared.size > self._most_bytes:
                return
            self._prepared[path] = prepared
            self._bytes += prepared.size
            while self._bytes > self._most_bytes:
                self._drop(next(iter(self._prepared)))

    @contextmanager
    def turn(self, path: str) -> Iterator[None]:
        """Let one thread at a time renew an answer that is known; the others wait for it."""
        if path not in self._prepared:
            yield
            return
        with self._turns.setdefault(path, threading.Lock()):
            yield

    def _drop(self, path: str) -> None:
        dropped = self._prepared.pop(path, None)
        self._turns.pop(path, None)
        self._bytes -= dropped.size if dropped else 0


@lru_cache(maxsize=256)
def preferred(accepted: str) -> str:
    """Return the encoding for an ``Accept-Encoding`` header (RFC 9110 section 12.5.3)."""
    refused: set[str] = set()
    named: set[str] = set()
    for part in accepted.lower().split(","):
        name, _, parameters = part.partition(";")
        quality = parameters.strip().removeprefix("q=").strip()
        is_refused = bool(quality) and not quality.strip("0.")
        (refused if is_refused else named).add(name.strip())
    for encoding in ("br", "gzip"):
        if encoding in named and encoding not in refused:
            return encoding
    return "identity"


def _variant(encoding: str, body: bytes, headers: Headers, tag: str) -> Variant:
    kept = [(name, value) for name, value in headers if name.lower() not in _NOT_KEPT]
    ending = "" if encoding == "identity" else f"-{encoding}"
    kept += [("ETag", f'"{tag}{ending}"'), ("Vary", "Accept-Encoding")]
    if encoding != "identity":
        kept.append(("Content-Encoding", encoding))
    if not any(name.lower() == "cache-control" for name, _ in kept):
        # Readers may keep the page, and ask each time whether it is still true.
        kept.append(("Cache-Control", "no-cache"))
    not_modified = [pair for pair in kept if pair[0].lower() in _KEPT_WITH_NOT_MODIFIED]
    return Variant(
        headers=_in_lower_case(with_security_headers([*kept, ("Content-Length", str(len(body)))])),
        not_modified=_in_lower_case(with_security_headers(not_modified)),
        body=body,
    )


def _in_lower_case(headers: Headers) -> Headers:
    # So they leave in any case (RFC 9113 section 8.2), and so Granian finds them faster.
    return [(name.lower(), value) for name, value in headers]


def _compressible(content_type: str) -> bool:
    kind = content_type.partition(";")[0].strip().lower()
    return kind.startswith(_COMPRESSIBLE) or kind.endswith(_COMPRESSIBLE_ENDINGS)
