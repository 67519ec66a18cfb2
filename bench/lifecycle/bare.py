"""``python -m bench.lifecycle.bare FOLDER PORT``: Granian, moving bytes and nothing else."""

from __future__ import annotations

import asyncio
import os
import sys
from http import HTTPStatus
from pathlib import Path
from typing import Any

from granian.constants import HTTPModes, Interfaces, Loops, RuntimeModes, SSLProtocols
from granian.http import HTTP1Settings, HTTP2Settings
from granian.server.mp import MPServer

FOLDER = "BENCH_BARE_FOLDER"
STEP_BYTES = 1 << 20


async def application(scope: Any, protocol: Any) -> None:
    """Keep a body as the one file, or give that file."""
    kept = Path(os.environ[FOLDER]) / "kept"
    if scope.method == "PUT":
        await _keep(protocol, kept)
        protocol.response_empty(HTTPStatus.CREATED, [])
    elif kept.is_file():
        protocol.response_file(HTTPStatus.OK, [], str(kept))
    else:
        protocol.response_empty(HTTPStatus.NOT_FOUND, [])


async def _keep(protocol: Any, kept: Path) -> None:
    loop, pending, waiting = asyncio.get_running_loop(), [], 0
    with kept.open("wb") as file:
        async for chunk in protocol:
            pending.append(chunk)
            waiting += len(chunk)
            if waiting >= STEP_BYTES:
                await loop.run_in_executor(None, file.write, b"".join(pending))
                pending, waiting = [], 0
        file.write(b"".join(pending))
        file.flush()
        os.fsync(file.fileno())


def main() -> None:
    """Serve with what the product sets for itself (`trustkeep.site.server`)."""
    from trustkeep.site.server import MOST_CONNECTIONS, MOST_HEADER_BYTES

    folder, port = Path(sys.argv[1]), int(sys.argv[2])
    os.environ[FOLDER] = str(folder)
    MPServer(
        "bench.lifecycle.bare:application",
        address="127.0.0.1",
        port=port,
        interface=Interfaces.RSGI,
        workers=1,
        blocking_threads=1,
        backpressure=MOST_CONNECTIONS,
        runtime_mode=RuntimeModes.st,
        loop=Loops.asyncio,
        http=HTTPModes.auto,
        http1_settings=HTTP1Settings(max_buffer_size=MOST_HEADER_BYTES),
        http2_settings=HTTP2Settings(max_headers_size=MOST_HEADER_BYTES),
        ssl_cert=folder / "data" / "tls" / "server.pem",
        ssl_key=folder / "data" / "tls" / "server.key",
        ssl_protocol_min=SSLProtocols.tls12,
    ).serve()


if __name__ == "__main__":
    main()
