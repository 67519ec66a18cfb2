"""Asks identity providers over TLS: no redirect, a bound on time and size, our own authorities."""

from __future__ import annotations

import ssl
import time
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, NoReturn

import httpcore
import httpx

from trustkeep.identity.ports import Fault, WebAnswer, WebFault

STEP_SECONDS = 5.0
"""How long one step, such as connecting, may take."""
WHOLE_SECONDS = 10.0
"""How long an exchange may take, however many small steps it is made of."""
LARGEST_BYTES = 512 * 1024
_REDIRECTS = range(300, 400)
_HEADERS = {"User-Agent": "Trustkeep", "Accept-Encoding": "identity"}


class ProviderClient:
    """Implements `trustkeep.identity.ports.ProviderWeb`.

    ``authority`` is a PEM file of further authorities, beside the public ones.
    """

    def __init__(
        self,
        authority: Path | None = None,
        *,
        step_seconds: float = STEP_SECONDS,
        whole_seconds: float = WHOLE_SECONDS,
    ) -> None:
        self._context = ssl.create_default_context()
        self._context.minimum_version = ssl.TLSVersion.TLSv1_2
        if authority:
            self._context.load_verify_locations(cafile=str(authority))
        self._step_seconds, self._whole_seconds = step_seconds, whole_seconds

    def get(self, url: str, *, headers: Mapping[str, str]) -> WebAnswer:
        """Read an address; raises WebFault."""
        return self._ask("GET", url, headers, None)

    def post(self, url: str, *, form: Mapping[str, str], headers: Mapping[str, str]) -> WebAnswer:
        """Send a form; raises WebFault."""
        return self._ask("POST", url, headers, form)

    def _ask(
        self, method: str, url: str, headers: Mapping[str, str], form: Mapping[str, str] | None
    ) -> WebAnswer:
        if not url.startswith("https://"):
            raise WebFault(Fault.INSECURE)
        deadline = time.monotonic() + self._whole_seconds
        try:
            with (
                self._client(deadline) as client,
                client.stream(
                    method, url, headers={**_HEADERS, **headers}, data=dict(form) if form else None
                ) as answer,
            ):
                return _read(answer)
        except (httpx.HTTPError, httpx.InvalidURL, UnicodeError) as error:
            _translate(error, time.monotonic() >= deadline)

    def _client(self, deadline: float) -> httpx.Client:
        return httpx.Client(
            transport=_Hurried(self._context, deadline),
            timeout=self._step_seconds,
            follow_redirects=False,
            trust_env=False,
        )


def _read(answer: httpx.Response) -> WebAnswer:
    if answer.status_code in _REDIRECTS:
        raise WebFault(Fault.REDIRECTED)
    body = bytearray()
    for part in answer.iter_raw():
        body += part
        if len(body) > LARGEST_BYTES:
            raise WebFault(Fault.TOO_LARGE)
    media_type = answer.headers.get("Content-Type", "").partition(";")[0].strip().casefold()
    return WebAnswer(answer.status_code, bytes(body), media_type)


def _translate(error: Exception, is_late: bool) -> NoReturn:
    if is_late or isinstance(error, httpx.TimeoutException):
        raise WebFault(Fault.TOO_SLOW) from error
    if "CERTIFICATE_VERIFY_FAILED" in str(error):
        raise WebFault(Fault.CERTIFICATE) from error
    raise WebFault(Fault.UNREACHABLE) from error


class _Hurried(httpx.HTTPTransport):
    """A transport whose every step shortens as the deadline of the whole comes near.

    The timeouts of httpx are those of single steps: a server that sends a byte every few seconds
    would hold us for ever.
    """

    def __init__(self, context: ssl.SSLContext, deadline: float) -> None:
        super().__init__(verify=context)
        self._pool = httpcore.ConnectionPool(
            ssl_context=context, network_backend=_HurriedBackend(deadline)
        )


class _HurriedBackend(httpcore.SyncBackend):
    def __init__(self, deadline: float) -> None:
        self._deadline = deadline

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        stream = super().connect_tcp(
            host, port, _left(self._deadline, timeout), local_address, socket_options
        )
        return _HurriedStream(stream, self._deadline)


class _HurriedStream(httpcore.NetworkStream):
    def __init__(self, stream: httpcore.NetworkStream, deadline: float) -> None:
        self._stream, self._deadline = stream, deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, _left(self._deadline, timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, _left(self._deadline, timeout))

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore.NetworkStream:
        left = _left(self._deadline, timeout)
        secured = self._stream.start_tls(ssl_context, server_hostname, left)
        return _HurriedStream(secured, self._deadline)

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)


def _left(deadline: float, timeout: float | None) -> float:
    left = deadline - time.monotonic()
    if left <= 0:
        raise httpcore.ReadTimeout
    return min(left, timeout) if timeout is not None else left
