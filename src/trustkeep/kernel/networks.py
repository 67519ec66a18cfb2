"""Who counts as one source: not an address, where everybody has addresses without number.

Whoever has IPv6 at all has a network of at least 64 bits to choose addresses from (RFC 6177), so
that network is what is slowed down; an IPv4 address stays itself.
"""

from __future__ import annotations

import ipaddress

SOURCE_PREFIX = 64


def network_of(source: str) -> str:
    """Return the network that `source` counts under; what is no address stays as it is."""
    try:
        address = ipaddress.ip_address(source)
    except ValueError:
        return source
    if address.version == 4:
        return str(address)
    if address.ipv4_mapped is not None:
        return str(address.ipv4_mapped)
    return str(ipaddress.ip_network((int(address), SOURCE_PREFIX), strict=False))
