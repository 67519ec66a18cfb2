"""Who is asking: headers of proxies count only when a proxy of ours has sent them."""

from __future__ import annotations

import ipaddress
from collections.abc import Sequence
from typing import Any

_FORWARDED = (
    "HTTP_FORWARDED",
    "HTTP_X_FORWARDED_FOR",
    "HTTP_X_FORWARDED_HOST",
    "HTTP_X_FORWARDED_PORT",
    "HTTP_X_FORWARDED_PROTO",
    "HTTP_X_REAL_IP",
)


class Peers:
    """The proxies that may say for whom they ask; addresses or networks."""

    def __init__(self, trusted: Sequence[str]) -> None:
        self._trusted = [ipaddress.ip_network(one, strict=False) for one in trusted]

    def clean(self, environ: dict[str, Any]) -> None:
        """Put the reader's address into ``REMOTE_ADDR`` and take proxies' headers away."""
        peer = _address_of(environ.get("REMOTE_ADDR", ""))
        forwarded = environ.get("HTTP_X_FORWARDED_FOR", "")
        for name in _FORWARDED:
            environ.pop(name, None)
        # From right to left: each trusted proxy vouches for the one it heard from, no further.
        for told in reversed(forwarded.split(",") if forwarded else []):
            if not self._trusts(peer):
                break
            peer = told.strip()
        environ["REMOTE_ADDR"] = peer if _parsed(peer) else ""

    def _trusts(self, address: str) -> bool:
        parsed = _parsed(address)
        return parsed is not None and any(parsed in network for network in self._trusted)


def _address_of(peer: str) -> str:
    """Return the address of ``address:port`` or ``[address]:port``; the address itself stays."""
    if peer.startswith("["):
        return peer[1:].partition("]")[0]
    return peer.partition(":")[0] if peer.count(":") == 1 else peer


def _parsed(address: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(address)
    except ValueError:
        return None
