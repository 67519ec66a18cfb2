"""Connections of the S3 client: each goes to an address that was checked in the same moment.

The client would look a name up again for itself, and a name that changes its mind in between could
lead it into our own network. So the address that was checked is the one that is connected to; what
the certificate has to be for stays the name.
"""

from __future__ import annotations

import socket
from typing import Any

from trustkeep.connectors.outgoing import Reach, address_of


class _Checked:
    """Looks the name up itself, once, and connects to what it has checked."""

    reach: Reach
    port: int
    _dns_host: str

    def _new_conn(self) -> socket.socket:
        name = self._dns_host
        self._dns_host = address_of(name, self.port, self.reach)
        try:
            made: socket.socket = super()._new_conn()  # type: ignore[misc]
        finally:
            # The certificate is held against the name.
            self._dns_host = name
        return made


def pinned(client: Any, reach: Reach) -> Any:
    """Return the client, whose connections go to addresses that `reach` allows and nowhere else."""
    session = client._endpoint.http_session
    pools = {}
    for scheme, pool in session._pool_classes_by_scheme.items():
        checked = type("Checked", (_Checked, pool.ConnectionCls), {"reach": reach})
        pools[scheme] = type("CheckedPool", (pool,), {"ConnectionCls": checked})
    session._manager.pool_classes_by_scheme = pools
    return client
