"""Connects to published hosts as a stranger would, and reports what is not as promised.

Old protocol versions are tried with a hand-written ClientHello: modern TLS libraries refuse to
offer them, and that must not look like the server refusing. Only hosts from the configuration are
contacted.
"""

from __future__ import annotations

import http.client
import os
import re
import socket
import ssl
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from trustkeep.controls.ports import HostSeen

TIMEOUT_SECONDS = 5.0
HSTS_LEAST = timedelta(days=365)

_TLS_1_0, _TLS_1_1 = b"\x03\x01", b"\x03\x02"
_HANDSHAKE, _SERVER_HELLO = 0x16, 0x02
# What old clients offered: RSA and ECDHE with AES, so that a lax server finds one it likes.
_OLD_CIPHERS = bytes.fromhex("c014c013c00ac009003500 2f000a".replace(" ", ""))
_GROUPS_AND_FORMATS = bytes.fromhex("000a00080006001d00170018000b00020100")


@dataclass(frozen=True, slots=True)
class Published:
    """A host as the public reaches it: ``address`` is where the prober connects for it.

    ``plain_port`` is None where nothing listens for HTTP.
    """

    host: str
    port: int
    plain_port: int | None
    base_url: str
    address: str | None = None


class TlsProber:
    """Implements `trustkeep.controls.ports.Prober`."""

    def __init__(self, published: Sequence[Published], authority: Path | None = None) -> None:
        self._published = published
        self._authority = authority

    def probe(self) -> list[HostSeen]:
        """Return what each host showed; never raises for a host that misbehaves."""
        return [self._look(one) for one in self._published]

    def _look(self, one: Published) -> HostSeen:
        try:
            until, faults = self._secure(one)
        except ssl.SSLError as error:
            return HostSeen(one.host, reachable=True, faults=(_ssl_fault(error),))
        except (OSError, http.client.HTTPException):
            return HostSeen(one.host, reachable=False)
        faults += [name for name, version in _OLD_VERSIONS if _accepts_old(one, version)]
        faults += _plain_faults(one)
        return HostSeen(one.host, reachable=True, certificate_until=until, faults=tuple(faults))

    def _secure(self, one: Published) -> tuple[datetime, list[str]]:
        context = ssl.create_default_context(
            cafile=str(self._authority) if self._authority else None
        )
        with (
            socket.create_connection(_address(one), TIMEOUT_SECONDS) as plain,
            context.wrap_socket(plain, server_hostname=one.host) as secured,
        ):
            certificate = secured.getpeercert() or {}
            ends = ssl.cert_time_to_seconds(str(certificate["notAfter"]))
            secured.sendall(_request(one.host))
            response = http.client.HTTPResponse(secured)
            response.begin()
            return datetime.fromtimestamp(ends, UTC), _header_faults(response)


_OLD_VERSIONS = (("tls-1-0", _TLS_1_0), ("tls-1-1", _TLS_1_1))


def _address(one: Published) -> tuple[str, int]:
    return one.address or one.host, one.port


def _request(host: str) -> bytes:
    return f"GET / HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n".encode("ascii")


def _ssl_fault(error: ssl.SSLError) -> str:
    if isinstance(error, ssl.SSLCertVerificationError):
        return "certificate-expired" if "expired" in error.verify_message else "certificate"
    return "handshake"


def _header_faults(response: http.client.HTTPResponse) -> list[str]:
    faults = []
    policy = response.getheader("Strict-Transport-Security") or ""
    found = re.search(r"max-age=\"?(\d+)", policy)
    if not found or int(found[1]) < HSTS_LEAST.total_seconds():
        faults.append("hsts")
    cookies = response.headers.get_all("Set-Cookie") or []
    if any("secure" not in cookie.casefold() for cookie in cookies):
        faults.append("cookie")
    return faults


def _plain_faults(one: Published) -> list[str]:
    """Return what is wrong with HTTP: it may only send to HTTPS, with no content, or not answer."""
    if one.plain_port is None:
        return []
    target = (one.address or one.host, one.plain_port)
    try:
        with socket.create_connection(target, TIMEOUT_SECONDS) as plain:
            plain.sendall(_request(one.host))
            response = http.client.HTTPResponse(plain)
            response.begin()
            body = response.read(1)
    except (OSError, http.client.HTTPException):
        return []
    location = response.getheader("Location") or ""
    redirects = response.status in (301, 308) and location.startswith(f"{one.base_url}/")
    return [] if redirects and not body else ["plain-answer"]


def _accepts_old(one: Published, version: bytes) -> bool:
    """Return whether the server goes on with a client that offers no more than `version`."""
    try:
        with socket.create_connection(_address(one), TIMEOUT_SECONDS) as plain:
            plain.sendall(_client_hello(one.host, version))
            answer = _read(plain, 6)
    except OSError:
        return False
    return len(answer) == 6 and answer[0] == _HANDSHAKE and answer[5] == _SERVER_HELLO


def _read(plain: socket.socket, size: int) -> bytes:
    found = b""
    while len(found) < size and (part := plain.recv(size - len(found))):
        found += part
    return found


def _client_hello(host: str, version: bytes) -> bytes:
    name = host.encode("ascii")
    entry = b"\x00" + len(name).to_bytes(2, "big") + name
    names = len(entry).to_bytes(2, "big") + entry
    extensions = b"\x00\x00" + len(names).to_bytes(2, "big") + names + _GROUPS_AND_FORMATS
    body = (
        version
        + os.urandom(32)
        + b"\x00"
        + len(_OLD_CIPHERS).to_bytes(2, "big")
        + _OLD_CIPHERS
        + b"\x01\x00"
        + len(extensions).to_bytes(2, "big")
        + extensions
    )
    hello = b"\x01" + len(body).to_bytes(3, "big") + body
    return bytes([_HANDSHAKE]) + b"\x03\x01" + len(hello).to_bytes(2, "big") + hello
