"""Asking other people's servers without being turned against our own network.

Rules, for every request: HTTPS with a checked certificate, except to loopback where the
installation allows it; the name is resolved once, every address it has must be allowed, and the
connection goes to the address that was checked (so a name that changes its mind in between gains
nothing); no redirects are followed; answers are bounded in size, and everything in time.
Addresses that are not public are refused unless the installation lists their network; link-local
ones, where clouds keep their credentials, always.
"""

from __future__ import annotations

import http.client
import ipaddress
import socket
import ssl
import threading
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Self
from urllib.parse import urlsplit

from trustkeep.lifecycle.systems.ports import Trouble

TIMEOUT_S = 10.0
"""For one step: connecting, or waiting for the next bytes."""
TOTAL_S = 20.0
"""For the whole request, however slowly its answer trickles in."""
LARGEST = 64 * 1024

type Address = ipaddress.IPv4Address | ipaddress.IPv6Address
type Network = ipaddress.IPv4Network | ipaddress.IPv6Network


@dataclass(frozen=True, slots=True)
class Reach:
    """Which networks that are not public this installation may reach, from its settings."""

    networks: tuple[Network, ...] = ()

    @classmethod
    def of(cls, networks: tuple[str, ...]) -> Reach:
        """Read networks such as ``10.0.0.0/8``; ValueError for anything else."""
        return cls(tuple(ipaddress.ip_network(one) for one in networks))

    def allows(self, address: Address) -> bool:
        """Return whether a connection may go there."""
        plain = getattr(address, "ipv4_mapped", None) or address
        if plain.is_link_local or plain.is_multicast or plain.is_unspecified:
            return False
        return plain.is_global or any(plain in network for network in self.networks)


class NotAsked(Exception):
    """The request did not get an answer; ``trouble`` says why, ``detail`` holds no secret."""

    def __init__(self, trouble: Trouble, detail: str = "") -> None:
        super().__init__(f"{trouble}: {detail}")
        self.trouble = trouble
        self.detail = detail


@dataclass(frozen=True, slots=True)
class Reply:
    """What a server answered; header names in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes = field(repr=False)


def address_of(host: str, port: int, reach: Reach) -> str:
    """Return the address to connect to; raises NotAsked if one that the name has is refused."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise NotAsked(Trouble.UNREACHABLE, "name not found") from error
    addresses = [str(one[4][0]).partition("%")[0] for one in found]
    refused = [one for one in addresses if not reach.allows(ipaddress.ip_address(one))]
    if refused or not addresses:
        raise NotAsked(Trouble.ADDRESS_REFUSED, "not a public address")
    return addresses[0]


def require_address(url: str, reach: Reach) -> None:
    """Refuse an address that could never be asked; looks up no name. Raises NotAsked."""
    _split(url, reach)


def ask(
    method: str,
    url: str,
    *,
    reach: Reach,
    headers: Mapping[str, str],
    body: bytes | None = None,
    authority: str = "",
) -> Reply:
    """Send one request and return its answer, whatever its status; raises NotAsked.

    ``authority`` is the PEM of a private certificate authority, in place of the public ones.
    """
    host, port, target, is_secure = _split(url, reach)
    address = address_of(host, port, reach)
    try:
        connection = socket.create_connection((address, port), TIMEOUT_S)
    except TimeoutError as error:
        raise NotAsked(Trouble.UNREACHABLE, "connecting took too long") from error
    except OSError as error:
        raise NotAsked(Trouble.UNREACHABLE, _name(error)) from error
    with connection:
        secured = _secured(connection, host, authority) if is_secure else connection
        with secured, _Deadline(secured, TOTAL_S) as deadline:
            if isinstance(secured, ssl.SSLSocket):
                _shake_hands(secured)
            reply = _exchanged(secured, method, urlsplit(url).netloc, target, headers, body)
    if deadline.is_over:
        # What was cut off may look like the end of an answer.
        raise NotAsked(Trouble.TIMEOUT, "the answer took too long")
    return reply


def _split(url: str, reach: Reach) -> tuple[str, int, str, bool]:
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise NotAsked(Trouble.SETTINGS, "not an address") from error
    host = parts.hostname or ""
    is_secure = parts.scheme == "https"
    has_faults = not host or parts.username or parts.fragment or not url.isprintable()
    if has_faults or not (is_secure or (parts.scheme == "http" and _is_near(host, reach))):
        raise NotAsked(Trouble.SETTINGS, "not an address that starts with https://")
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return host, port or (443 if is_secure else 80), target, is_secure


def _is_near(host: str, reach: Reach) -> bool:
    """Return whether plain HTTP may go there: to loopback, by number, where that is allowed."""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return False
    return address.is_loopback and reach.allows(address)


def _secured(connection: socket.socket, host: str, authority: str) -> ssl.SSLSocket:
    try:
        context = ssl.create_default_context(cadata=authority or None)
    except (ssl.SSLError, ValueError) as error:
        raise NotAsked(Trouble.SETTINGS, "the authority is not a PEM certificate") from error
    return context.wrap_socket(
        connection,
        server_hostname=host,
        do_handshake_on_connect=False,
        # A stream that just ends was cut off, by whomever: no answer may be shortened unseen.
        suppress_ragged_eofs=False,
    )


def _shake_hands(connection: ssl.SSLSocket) -> None:
    try:
        connection.do_handshake()
    except ssl.SSLCertVerificationError as error:
        raise NotAsked(Trouble.CERTIFICATE, error.verify_message) from error
    except TimeoutError as error:
        raise NotAsked(Trouble.UNREACHABLE, "the handshake took too long") from error
    except (ssl.SSLError, OSError) as error:
        raise NotAsked(Trouble.CERTIFICATE, _name(error)) from error


def _exchanged(
    connection: socket.socket,
    method: str,
    netloc: str,
    target: str,
    headers: Mapping[str, str],
    body: bytes | None,
) -> Reply:
    exchange = http.client.HTTPConnection("unused")
    # The socket is ours: its address was checked, and its certificate.
    exchange.sock = connection
    try:
        exchange.putrequest(method, target, skip_host=True, skip_accept_encoding=True)
        for name, value in _all_headers(netloc, headers, body).items():
            exchange.putheader(name, value)
        exchange.endheaders(body)
        # Closed at once, even half read: the socket lives for as long as its answer is open.
        with exchange.getresponse() as response:
            told = response.read(LARGEST + 1)
    except TimeoutError as error:
        raise NotAsked(Trouble.TIMEOUT, "no answer in time") from error
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise NotAsked(Trouble.TIMEOUT, f"the answer broke off ({_name(error)})") from error
    if len(told) > LARGEST:
        raise NotAsked(Trouble.UNREADABLE, "the answer is too large")
    if response.length:
        raise NotAsked(Trouble.TIMEOUT, "the answer broke off")
    found = {name.lower(): value for name, value in response.headers.items()}
    return Reply(response.status, found, told)


def _all_headers(netloc: str, headers: Mapping[str, str], body: bytes | None) -> dict[str, str]:
    length = {} if body is None else {"Content-Length": str(len(body))}
    return {
        "Host": netloc,
        "User-Agent": "Trustkeep",
        "Accept": "application/json",
        "Connection": "close",
        **length,
        **headers,
    }


class _Deadline:
    """Shuts a socket down when the time is over, so that no trickle can last for ever."""

    def __init__(self, connection: socket.socket, seconds: float) -> None:
        self._timer = threading.Timer(seconds, self._end)
        self._timer.daemon = True
        self._connection = connection
        self.is_over = False

    def __enter__(self) -> Self:
        self._timer.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._timer.cancel()

    def _end(self) -> None:
        self.is_over = True
        with suppress(OSError):
            # Below TLS: the reading thread sees the end of the stream and raises.
            socket.socket.shutdown(self._connection, socket.SHUT_RDWR)


def _name(error: Exception) -> str:
    return type(error).__name__
