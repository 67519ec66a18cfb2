"""One HTTPS connection to the server, opened anew when it broke."""

from __future__ import annotations

import hashlib
import http.client
import json
import ssl
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from typing import Any, BinaryIO
from urllib.parse import urlencode, urlsplit

from trustkeep_client.errors import Refused

FIRST_ERROR = 400
STEP_BYTES = 1024 * 1024
Body = bytes | BinaryIO | Iterable[bytes] | None


class Wire:
    """Asks the server, and turns its refusals into `Refused`."""

    def __init__(self, base_url: str, token: str, ca_file: str | None, timeout_s: float) -> None:
        address = urlsplit(base_url)
        if address.scheme != "https" or not address.hostname:
            raise ValueError("the address has to begin with https://")
        self._host, self._port = address.hostname, address.port or 443
        self._prefix = f"{address.path.rstrip('/')}/api/v1"
        self._context = ssl.create_default_context(cafile=ca_file)
        self._token, self._timeout_s = token, timeout_s
        self._line: http.client.HTTPSConnection | None = None

    def ask(
        self,
        method: str,
        path: str,
        *,
        query: Mapping[str, object] | None = None,
        body: Body = None,
        headers: Mapping[str, str] | None = None,
    ) -> http.client.HTTPResponse:
        """Return the answer, its body unread; raises Refused, and OSError where nothing answers."""
        told = {name: str(value) for name, value in (query or {}).items() if value is not None}
        target = f"{self._prefix}{path}{'?' if told else ''}{urlencode(told)}"
        self.close()
        self._line = http.client.HTTPSConnection(
            self._host, self._port, context=self._context, timeout=self._timeout_s
        )
        said = {"Authorization": f"Bearer {self._token}", **(headers or {})}
        try:
            self._line.request(method, target, body, said)
        except (BrokenPipeError, ConnectionResetError):
            # The server may have refused before it took everything: its answer is there to be read.
            with suppress(OSError):
                return self._checked(self._line.getresponse())
            raise
        return self._checked(self._line.getresponse())

    def json(self, method: str, path: str, told: object = None, **options: Any) -> Any:
        """Return the JSON of an answer, None for an empty one."""
        if told is not None:
            options["body"] = json.dumps(told).encode()
            options["headers"] = {"Content-Type": "application/json", **options.get("headers", {})}
        try:
            raw = self.ask(method, path, **options).read()
        finally:
            self.close()
        return json.loads(raw) if raw else None

    def all(self, path: str, **query: object) -> Iterator[dict[str, Any]]:
        """Give every item of a list, asking for part after part."""
        cursor: str | None = None
        while True:
            found = self.json("GET", path, query={**query, "cursor": cursor, "limit": 100})
            yield from found["items"]
            cursor = found["next"]
            if cursor is None:
                return

    def pour(self, answer: http.client.HTTPResponse, file: BinaryIO) -> str:
        """Write all of an answer into a file, by the piece; return its SHA-256 in hexadecimal."""
        hashed = hashlib.sha256()
        try:
            while chunk := answer.read(STEP_BYTES):
                hashed.update(chunk)
                file.write(chunk)
        finally:
            self.close()
        return hashed.hexdigest()

    def close(self) -> None:
        """Hang up."""
        if self._line is not None:
            self._line.close()

    def _checked(self, answer: http.client.HTTPResponse) -> http.client.HTTPResponse:
        if answer.status < FIRST_ERROR:
            return answer
        raw = answer.read()
        self.close()
        try:
            problem = json.loads(raw)
        except ValueError:
            problem = {"title": answer.reason}
        raise Refused(answer.status, problem if isinstance(problem, dict) else {})
