"""The product as a person runs it: a demo in a process of its own, over real TLS."""

from __future__ import annotations

import http.client
import json
import os
import signal
import socket
import ssl
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

READY_WITHIN_S = 60


def free_ports(count: int) -> list[int]:
    """Return ports that nobody listens on now."""
    probes = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [probe.getsockname()[1] for probe in probes]
    for probe in probes:
        probe.close()
    return ports


@dataclass
class Demo:
    """One data directory, and the process that serves it."""

    data: Path
    port: int
    http_port: int
    settings: dict[str, str] = field(default_factory=dict)
    process: subprocess.Popen[str] = field(init=False)

    def start(self) -> float:
        """Start the demo and return how many seconds its first answer took."""
        environment = {
            "PATH": os.environ["PATH"],
            "TRUSTKEEP_DATA": str(self.data),
            "TRUSTKEEP_PORT": str(self.port),
            "TRUSTKEEP_HTTP_PORT": str(self.http_port),
            **self.settings,
        }
        started = time.monotonic()
        self.process = subprocess.Popen(
            [sys.executable, "-m", "trustkeep.cli.main", "demo"],
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        while time.monotonic() - started < READY_WITHIN_S:
            try:
                self.get("/")
            except (OSError, http.client.HTTPException):
                assert self.process.poll() is None, self.output()
                time.sleep(0.05)
            else:
                return time.monotonic() - started
        raise AssertionError(f"not ready: {self.stop()}")

    def get(self, path: str, method: str = "GET", **headers: str) -> http.client.HTTPResponse:
        """Answer one request; its body is read already, as ``.text``."""
        return self.send(path, method, None, headers)

    def send(
        self, path: str, method: str, body: bytes | None, headers: dict[str, str]
    ) -> http.client.HTTPResponse:
        """Answer one request that may bring a body."""
        context = ssl.create_default_context(cafile=str(self.data / "tls" / "ca.pem"))
        connection = http.client.HTTPSConnection("localhost", self.port, context=context, timeout=9)
        connection.request(method, path, body, headers=headers)
        return _whole(connection)

    def connected(self, context: ssl.SSLContext | None = None) -> ssl.SSLSocket:
        """Return a connection on which nothing has been said yet."""
        if context is None:
            context = ssl.create_default_context(cafile=str(self.data / "tls" / "ca.pem"))
        plain = socket.create_connection(("localhost", self.port), timeout=9)
        return context.wrap_socket(plain, server_hostname="localhost")

    def get_plainly(self, path: str, method: str = "GET", **headers: str) -> Any:
        """Answer one request over plain HTTP."""
        connection = http.client.HTTPConnection("localhost", self.http_port, timeout=9)
        connection.request(method, path, headers=headers)
        return _whole(connection)

    def stop(self, how: signal.Signals = signal.SIGINT) -> str:
        """Signal the whole group, as a terminal does; return everything the demo has said."""
        if self.process.poll() is None:
            os.killpg(self.process.pid, how)
        return self.output()

    def output(self) -> str:
        return self.process.communicate(timeout=20)[0]


def _whole(connection: http.client.HTTPConnection) -> http.client.HTTPResponse:
    answer = connection.getresponse()
    answer.text = answer.read().decode("utf-8", "replace")  # type: ignore[attr-defined]
    connection.close()
    return answer


def sign_ins(demo: Demo) -> dict[str, Any]:
    """Return what the demo wrote about itself."""
    told: dict[str, Any] = json.loads((demo.data / "demo.json").read_text())
    return told
