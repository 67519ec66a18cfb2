"""Granian's side of one request (RSGI 1.6), and what WSGI makes of it (PEP 3333)."""

from __future__ import annotations

import io
import sys
from collections.abc import AsyncIterator, Iterable
from typing import Any, Protocol

from trustkeep.site.prepared import Headers

type Environ = dict[str, Any]


class Fields(Protocol):
    """The header fields of a request; names are in lower case."""

    def get(self, key: str, default: Any = None) -> Any: ...

    def items(self) -> Iterable[tuple[str, str]]: ...


class Scope(Protocol):
    """What a request asks for."""

    http_version: str
    scheme: str
    method: str
    path: str
    query_string: str
    authority: str | None
    server: str
    client: str
    headers: Fields


class Exchange(Protocol):
    """Answers one request, once; iterating gives its body, on the event loop only."""

    def __aiter__(self) -> AsyncIterator[bytes]: ...

    def response_bytes(self, status: int, headers: Headers, body: bytes, /) -> None: ...

    def response_file(self, status: int, headers: Headers, file: str, /) -> None: ...


def asked_of(scope: Scope) -> Environ:
    """Return as much of the environ as finding a prepared answer takes."""
    fields = scope.headers
    return {
        "REQUEST_METHOD": scope.method,
        "PATH_INFO": scope.path,
        "QUERY_STRING": scope.query_string,
        # HTTP/2 names the host in a field of its own (RFC 9113 section 8.3.1).
        "HTTP_HOST": fields.get("host") or scope.authority,
        "HTTP_ACCEPT_ENCODING": fields.get("accept-encoding", ""),
        "HTTP_IF_NONE_MATCH": fields.get("if-none-match"),
    }


def environ_of(scope: Scope, body: bytes = b"") -> Environ:
    """Return the whole environ of a request whose body has been read."""
    address, _, port = scope.server.rpartition(":")
    return {
        **_fields(scope),
        "REQUEST_METHOD": scope.method,
        "SCRIPT_NAME": "",
        # WSGI holds the path's bytes in a string of Latin-1.
        "PATH_INFO": scope.path.encode().decode("latin-1"),
        "QUERY_STRING": scope.query_string,
        "SERVER_NAME": address,
        "SERVER_PORT": port,
        "SERVER_PROTOCOL": f"HTTP/{scope.http_version}",
        "SERVER_SOFTWARE": "",
        "REMOTE_ADDR": scope.client,
        "wsgi.errors": sys.stderr,
        "wsgi.input": io.BytesIO(body),
        "wsgi.multiprocess": False,
        "wsgi.multithread": True,
        "wsgi.run_once": False,
        "wsgi.url_scheme": scope.scheme,
        "wsgi.version": (1, 0),
    }


def _fields(scope: Scope) -> dict[str, str]:
    found: dict[str, list[str]] = {}
    for name, value in scope.headers.items():
        # With underscores a field could pass itself off as another one.
        if "_" not in name:
            found.setdefault(name.replace("-", "_").upper(), []).append(value)
    told = {f"HTTP_{name}": _joined(name, values) for name, values in found.items()}
    told.setdefault("HTTP_HOST", scope.authority or "")
    for name in ("CONTENT_TYPE", "CONTENT_LENGTH"):
        if f"HTTP_{name}" in told:
            told[name] = told.pop(f"HTTP_{name}")
    return told


def _joined(name: str, values: list[str]) -> str:
    # HTTP/2 may send one field a cookie (RFC 9113 section 8.2.3).
    return ("; " if name == "COOKIE" else ",").join(values)
