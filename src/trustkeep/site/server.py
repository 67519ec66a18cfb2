"""Starts the server: TLS and HTTP/2 by Granian, one supervised worker, the redirect beside it."""

from __future__ import annotations

import multiprocessing
import os
import socket
import ssl
import threading
import time
from collections.abc import Callable

from granian.constants import HTTPModes, Interfaces, Loops, RuntimeModes, SSLProtocols
from granian.http import HTTP1Settings, HTTP2Settings
from granian.log import LogLevels
from granian.server.mp import MPServer

from trustkeep.kernel.errors import TrustkeepError
from trustkeep.site import logs
from trustkeep.site.installation import Installation
from trustkeep.site.lanes import spawn_worker
from trustkeep.site.redirect import Redirector

TARGET = "trustkeep.site.process:application"
MOST_CONNECTIONS = 1024
READY_WITHIN_S = 60.0
_LOOK_EVERY_S = 0.1
_ANY_ADDRESS = {"0.0.0.0": "127.0.0.1", "::": "::1", "": "127.0.0.1"}  # noqa: S104
_HTTP = b"HTTP/1.1"
MOST_HEADER_BYTES = 64 * 1024
STOP_WITHIN_S = 5


class PortTaken(TrustkeepError):
    """Another program listens already."""

    sentence = "Port {port} on {address} cannot be listened on: {reason}. Choose another: {how}."


def serve(installation: Installation, *, on_ready: Callable[[], None]) -> None:
    """Serve until Ctrl-C or SIGTERM; calls `on_ready` once it answers."""
    config = installation.config
    refuse_taken(config.address, config.port, "port")
    redirector = _redirector(installation)
    # A fresh process: what the supervisor has opened (database, threads) does not come along.
    multiprocessing.set_start_method("spawn", force=True)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "trustkeep.site.settings")
    server = _granian(installation)
    watcher = threading.Thread(target=_tell_when_ready, args=(installation, on_ready), daemon=True)
    server.on_startup(watcher.start)
    if redirector:
        server.on_startup(redirector.start)
        server.on_shutdown(redirector.shutdown)
    server.serve(spawn_target=spawn_worker)


def _granian(installation: Installation) -> MPServer:
    config = installation.config
    return MPServer(
        TARGET,
        address=config.address,
        port=config.port,
        interface=Interfaces.RSGI,
        workers=1,
        blocking_threads=1,
        backpressure=MOST_CONNECTIONS,
        runtime_mode=RuntimeModes.st,
        loop=Loops.asyncio,
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


def refuse_taken(address: str, port: int, name: str) -> None:
    """Raise PortTaken where another program listens on `port` already; `name` is its setting."""
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


def answers(installation: Installation, timeout_s: float = 2.0) -> bool:
    """Tell whether this installation's server answers over TLS with its own certificate."""
    config = installation.config
    authority = installation.certificate_authority
    context = ssl.create_default_context(cafile=str(authority) if authority else None)
    near = _ANY_ADDRESS.get(config.address, config.address)
    request = f"HEAD /robots.txt HTTP/1.1\r\nHost: {config.authority}\r\nConnection: close\r\n\r\n"
    try:
        with (
            socket.create_connection((near, config.port), timeout_s) as plain,
            context.wrap_socket(plain, server_hostname=config.host) as secure,
        ):
            secure.sendall(request.encode("ascii"))
            return secure.recv(len(_HTTP)) == _HTTP
    except OSError:
        return False


def _tell_when_ready(installation: Installation, on_ready: Callable[[], None]) -> None:
    for _ in range(int(READY_WITHIN_S / _LOOK_EVERY_S)):
        if answers(installation):
            on_ready()
            return
        time.sleep(_LOOK_EVERY_S)
