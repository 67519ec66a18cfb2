"""Two servers for the page's figures: the product with its demo, and nginx with the same bytes."""

from __future__ import annotations

import http.client
import json
import os
import shutil
import socket
import ssl
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

READY_WITHIN_S = 300
QUIET = 0.05
"""Processor time per second below which a server that nobody asks is taken to be at rest."""
# What nginx says of itself, or makes from the file.
_NGINX_OWN = {"content-length", "date", "etag", "server", "content-type", "connection"}


@dataclass(frozen=True, slots=True)
class Page:
    """One answer as it came over the wire."""

    status: int
    headers: dict[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class Served:
    """A running server: its port and the first process of its tree."""

    port: int
    process: int

    def cpu_s(self) -> float:
        """Return the processor time that the whole tree has used, in seconds."""
        ticks = sum(_ticks(process) for process in _tree(self.process))
        return ticks / os.sysconf("SC_CLK_TCK")

    def memory_bytes(self) -> int:
        """Return how much memory the whole tree holds at this moment."""
        page = os.sysconf("SC_PAGE_SIZE")
        return sum(_resident_pages(process) for process in _tree(self.process)) * page


def _resident_pages(process: int) -> int:
    try:
        return int(Path(f"/proc/{process}/statm").read_text().split()[1])
    except (OSError, IndexError):
        return 0


@contextmanager
def product(folder: Path) -> Iterator[Served]:
    """Serve a demo made in `folder`."""
    port, http_port = free_ports(2)
    environment = {
        "PATH": os.environ["PATH"],
        "TRUSTKEEP_DATA": str(folder / "data"),
        "TRUSTKEEP_PORT": str(port),
        "TRUSTKEEP_HTTP_PORT": str(http_port),
    }
    command = [sys.executable, "-m", "trustkeep.cli.main", "demo"]
    process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL)
    try:
        wait_for(folder / "data" / "tls" / "ca.pem", port)
        served = Served(port, process.pid)
        _wait_until_quiet(served)
        yield served
    finally:
        process.terminate()
        process.wait(20)


@contextmanager
def nginx(folder: Path, page: Page, tls: Path) -> Iterator[Served]:
    """Serve the bytes of `page` as a static file, with its headers, by one worker of nginx."""
    (port,) = free_ports(1)
    root = folder / "nginx"
    root.mkdir()
    (root / "page").write_bytes(page.body)
    (root / "nginx.conf").write_text(_configuration(root, page, tls, port), encoding="utf-8")
    program = shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin") or "nginx"
    command = [program, "-c", str(root / "nginx.conf"), "-g", "daemon off;"]
    process = subprocess.Popen(command, stderr=subprocess.DEVNULL)
    try:
        wait_for(tls / "ca.pem", port)
        yield Served(port, process.pid)
    finally:
        process.terminate()
        process.wait(20)


def fetch(authority: Path, port: int, path: str, **headers: str) -> Page:
    """Return one answer of the server on `port`."""
    context = ssl.create_default_context(cafile=str(authority))
    connection = http.client.HTTPSConnection("localhost", port, context=context, timeout=10)
    connection.request("GET", path, headers=headers)
    answer = connection.getresponse()
    page = Page(answer.status, dict(answer.getheaders()), answer.read())
    connection.close()
    return page


def load(port: int, path: str, seconds: int, **headers: str) -> int:
    """Ask for `path` as fast as possible over kept connections; return how many were answered."""
    options = [option for pair in headers.items() for option in ("-H", ": ".join(pair))]
    command = ["wrk", "-t1", "-c32", f"-d{seconds}s", *options, f"https://localhost:{port}{path}"]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    if "Non-2xx" in said:
        raise RuntimeError(said)
    return next(int(line.split()[0]) for line in said.splitlines() if "requests in" in line)


def free_ports(count: int) -> list[int]:
    """Return ports that nobody listens on now."""
    probes = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [probe.getsockname()[1] for probe in probes]
    for probe in probes:
        probe.close()
    return ports


def wait_for(authority: Path, port: int) -> None:
    """Wait until a server answers there; RuntimeError if none ever does."""
    for _ in range(READY_WITHIN_S * 10):
        try:
            fetch(authority, port, "/en/")
        except (OSError, http.client.HTTPException):
            time.sleep(0.1)
        else:
            return
    raise RuntimeError(f"nothing answers on port {port}")


def _wait_until_quiet(served: Served) -> None:
    # A new demo runs all its checks once; nginx has nothing of the kind to do.
    for _ in range(READY_WITHIN_S):
        before = served.cpu_s()
        time.sleep(1)
        if served.cpu_s() - before < QUIET:
            return


def _configuration(root: Path, page: Page, tls: Path, port: int) -> str:
    headers = "\n".join(
        f"      add_header {name} {json.dumps(value)};"
        for name, value in page.headers.items()
        if name.lower() not in _NGINX_OWN
    )
    user = "user root;" if os.geteuid() == 0 else ""
    kind = next(value for name, value in page.headers.items() if name.lower() == "content-type")
    return f"""{user} worker_processes 1; pid {root}/pid; error_log {root}/errors;
events {{ worker_connections 1024; }}
http {{
  access_log off; sendfile on; tcp_nopush on; keepalive_requests 100000000;
  open_file_cache max=16; client_body_temp_path {root}; proxy_temp_path {root};
  fastcgi_temp_path {root}; uwsgi_temp_path {root}; scgi_temp_path {root};
  server {{
    listen 127.0.0.1:{port} ssl http2; ssl_protocols TLSv1.2 TLSv1.3;
    ssl_certificate {tls}/server.pem; ssl_certificate_key {tls}/server.key;
    location / {{
      root {root}; try_files /page =404; types {{}} default_type "{kind}"; etag on;
{headers}
    }}
  }}
}}
"""


def _tree(process: int) -> list[int]:
    found = [process]
    children = Path(f"/proc/{process}/task/{process}/children").read_text(encoding="ascii")
    for child in children.split():
        found += _tree(int(child))
    return found


def _ticks(process: int) -> int:
    # After the name, which may hold spaces, the fields 14 and 15 are user and system time.
    fields = Path(f"/proc/{process}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return int(fields[11]) + int(fields[12])
