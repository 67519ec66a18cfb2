"""Starts the server: TLS and HTTP/2 by Granian, one supervised worker, the redirect beside it."""

from __future__ import annotations

import multiprocessing
import os
import socket
from collections.abc import Callable

from granian.constants import HTTPModes, Interfaces, RuntimeModes, SSLProtocols
from granian.http import HTTP1Settings, HTTP2Settings
from granian.log import LogLevels
from granian.server.mp import MPServer

from trustkeep.kernel.errors import TrustkeepError
from trustkeep.site import logs
from trustkeep.site.installation import Installation
from trustkeep.site.redirect import Redirector

TARGET = "trustkeep.site.wsgi:application"
THREADS = 4
"""Requests at work at once; each thread keeps one database connection with its page cache."""

MOST_WAITING = 256
MOST_HEADER_BYTES = 64 * 1024
STOP_WITHIN_S = 15


class PortTaken(TrustkeepError):
    """Another program listens already."""

    sentence = "Port {port} on {address} cannot be listened on: {reason}. Choose another: {how}."


def serve(installation: Installation, *, on_ready: Callable[[], None]) -> None:
    """Serve until Ctrl-C or SIGTERM; calls `on_ready` when the ports are open."""
    config = installation.config
    _refuse_taken(config.address, config.port, "port")
    redirector = _redirector(installation)
    # A fresh process: what the supervisor has opened (database, threads) does not come along.
    multiprocessing.set_start_method("spawn", force=True)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "trustkeep.site.settings")
    server = _granian(installation)
    server.on_startup(on_ready)
    if redirector:
        server.on_startup(redirector.start)
        server.on_shutdown(redirector.shutdown)
    server.serve()


def _granian(installation: Installation) -> MPServer:
    config = installation.config
    return MPServer(
        TARGET,
        address=config.address,
        port=config.port,
        interface=Interfaces.WSGI,
        workers=1,
        blocking_threads=THREADS,
        backpressure=MOST_WAITING,
        runtime_mode=RuntimeModes.st,
        http=HTTPModes.auto,
        http1_settings=HTTP1Settings(max_buffer_size=MOST_HEADER_BYTES),
        http2_settings=HTTP2Settings(max_headers_size=MOST_HEADER_BYTES),
        log_level=LogLevels.warning,
        log_dictconfig=logs.dict_config(),
        ssl_cert=installation.certificate,
        ssl_key=installation.certificate_key,
        ssl_protocol_min=SSLProtocols.tls12,
        respawn_failed_workers=True,
        workers_kill_timeout=STOP_WITHIN_S,
    )


def _redirector(installation: Installation) -> Redirector | None:
    config = installation.config
    if not config.http_port:
        return None
    try:
        return Redirector(config.address, config.http_port, config.base_url)
    except OSError as error:
        raise _taken(config.address, config.http_port, "http_port", error) from error


def _refuse_taken(address: str, port: int, name: str) -> None:
    # Granian shares its port with whoever asks the same way, so two servers would both start.
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((address, port))
            probe.listen(1)
        except OSError as error:
            raise _taken(address, port, name, error) from error


def _taken(address: str, port: int, name: str, error: OSError) -> PortTaken:
    how = f"{name} in config.toml or TRUSTKEEP_{name.upper()}"
    reason = error.strerror or type(error).__name__
    return PortTaken(address=address, port=port, reason=reason, how=how)
