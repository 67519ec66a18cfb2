"""Static files under names that change with their content, held in memory and kept for ever.

Files come from the parts' ``static`` folders; style sheets are rewritten so that what they name is
found under its new name too, and what they import stands in them: a page fetches one sheet.
Nothing is collected and no folder is served: a name that no part ships, or whose ending is not in
`KINDS`, does not exist.
"""

from __future__ import annotations

import hashlib
import posixpath
import re
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from math import inf
from pathlib import Path
from typing import Any

from django.contrib.staticfiles.finders import AppDirectoriesFinder, BaseFinder
from django.contrib.staticfiles.storage import StaticFilesStorage

from trustkeep.site.prepared import Prepared, prepare

PREFIX = "/static/"
KINDS = {
    ".css": "text/css; charset=utf-8",
    ".ico": "image/x-icon",
    ".js": "text/javascript; charset=utf-8",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".webmanifest": "application/manifest+json",
    ".woff2": "font/woff2",
}
FOREVER = "public, max-age=31536000, immutable"
_HASH_LETTERS = 12
_HASHED = re.compile(rf"^(?P<stem>.+)\.[0-9a-f]{{{_HASH_LETTERS}}}(?P<ending>\.[a-z0-9]+)$")
_CSS_IMPORT = re.compile(rb'@import\s+"([^"]+)";')
_CSS_URL = re.compile(rb"""url\(\s*["']?(?!data:|https?:|//|#)([^"')]+?)["']?\s*\)""")


@dataclass(frozen=True, slots=True)
class Asset:
    """One file as it is served."""

    hashed_name: str
    body: bytes
    content_type: str


class Assets:
    """All static files, read when first asked for."""

    def __init__(self, find: Callable[[str], str | None]) -> None:
        self._find = find
        self._assets: dict[str, Asset | None] = {}
        self._prepared: dict[str, Prepared] = {}
        self._lock = threading.RLock()

    def asset(self, name: str) -> Asset | None:
        """Return the file called `name`, None if no part ships it."""
        found = self._assets.get(name)
        if found is None:
            with self._lock:
                found = self._read(name)
                if found is not None:
                    self._assets[name] = found
        return found

    def prepared(self, path: str) -> Prepared | None:
        """Return the answer to `path`; None if it is not the address of a file of now."""
        if not path.startswith(PREFIX):
            return None
        ready = self._prepared.get(path)
        if ready is not None:
            return ready
        asset = self.asset(original_name(path.removeprefix(PREFIX)))
        if asset is None or path != PREFIX + asset.hashed_name:
            return None
        headers = [("Content-Type", asset.content_type), ("Cache-Control", FOREVER)]
        ready = prepare(asset.body, headers, until=inf, mark=b"", slowly=True)
        self._prepared[path] = ready
        return ready

    def _read(self, name: str) -> Asset | None:
        ending = posixpath.splitext(name)[1]
        found = self._find(name) if ending in KINDS and name == posixpath.normpath(name) else None
        if not found:
            return None
        body = Path(found).read_bytes()
        if ending == ".css":
            body = _CSS_URL.sub(lambda match: self._css_url(name, match), body)
            body = _CSS_IMPORT.sub(lambda match: self._named(name, match[1]).body, body)
        digest = hashlib.sha256(body).hexdigest()[:_HASH_LETTERS]
        stem = name.removesuffix(ending)
        return Asset(f"{stem}.{digest}{ending}", body, KINDS[ending])

    def _css_url(self, name: str, match: re.Match[bytes]) -> bytes:
        return f'url("{PREFIX}{self._named(name, match[1]).hashed_name}")'.encode()

    def _named(self, name: str, named: bytes) -> Asset:
        beside = posixpath.join(posixpath.dirname(name), named.decode("utf-8"))
        asset = self.asset(posixpath.normpath(beside))
        if asset is None:
            raise FileNotFoundError(f"{name} names {named.decode()}, which no part ships")
        return asset


def original_name(name: str) -> str:
    """Return the name in the source tree of a name that may hold a hash."""
    match = _HASHED.match(name)
    return match["stem"] + match["ending"] if match else name


def _find_in_apps(name: str) -> str | None:
    found = AppDirectoriesFinder().find(name)
    return str(found) if found else None


@cache
def shipped() -> Assets:
    """Return the files of this process."""
    return Assets(_find_in_apps)


class AssetStorage(StaticFilesStorage):
    """Gives templates the hashed addresses: ``{% static "ui/base.css" %}``."""

    def url(self, name: str | None) -> str:
        asset = shipped().asset(name or "")
        if asset is None:
            raise FileNotFoundError(f"no part ships the static file {name!r}")
        return PREFIX + asset.hashed_name


class HashedNameFinder(BaseFinder):
    """Finds files by their hashed names for Django's own test server."""

    def find(self, path: str, find_all: bool = False, **_: Any) -> Any:
        plain = original_name(path)
        found = _find_in_apps(plain) if plain != path else None
        return ([found] if found else []) if find_all else found

    def list(self, ignore_patterns: Iterable[str] | None) -> Iterable[Any]:  # noqa: ARG002
        return ()
