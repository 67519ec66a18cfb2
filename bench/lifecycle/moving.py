"""Sending and reading a file through the API, against the same server moving the same bytes bare.

The reference is Granian with the product's own settings and certificate, in front of a program that
writes a body to a file and syncs it, or gives a file: no keys, no digests, no database. Both take
turns, and the middle of the rounds' own ratios counts.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from http import HTTPStatus
from pathlib import Path
from statistics import median
from uuid import uuid4

from bench.figure import Figure
from bench.lifecycle.serving import CONTENT, ask, customers_product
from bench.serving import free_ports, wait_for

TARGET = 0.5
MIB = 1 << 20


@dataclass(frozen=True, slots=True)
class Way:
    """A server, and how a request for it begins."""

    folder: Path
    port: int
    token: str

    def sent(self, path: str, plain: Path) -> bytes:
        """Send the file there; returns the answer."""
        with plain.open("rb") as body:
            size = str(plain.stat().st_size)
            status, told = ask(
                self.folder,
                self.port,
                path,
                "PUT",
                body,
                **{"Authorization": f"Bearer {self.token}", "Content-Length": size},
            )
        if status != HTTPStatus.CREATED:
            raise RuntimeError(told[:500])
        return told

    def read(self, path: str, size: int) -> None:
        """Read a file whole."""
        status, told = ask(self.folder, self.port, path, Authorization=f"Bearer {self.token}")
        if status != HTTPStatus.OK or len(told) != size:
            raise RuntimeError((status, told[:500]))


def figures(quick: bool) -> list[Figure]:
    """Move 256 MiB in nine rounds; `quick` moves 32 in three."""
    size_mib, rounds = (32, 3) if quick else (256, 9)
    with tempfile.TemporaryDirectory() as name, customers_product(Path(name)) as (served, alice):
        folder, plain = Path(name), Path(name) / "plain"
        with plain.open("wb") as file:
            for _ in range(size_mib):
                file.write(os.urandom(MIB))
        ours = Way(folder, served.port, alice.token)
        with _bare(folder) as port:
            took = _took(ours, Way(folder, port, ""), plain, rounds)
    return [
        _figure(f"{what} {size_mib} MiB through the API, against bare", size_mib, *took[what])
        for what in ("sending", "reading")
    ]


def _took(
    ours: Way, bare: Way, plain: Path, rounds: int
) -> dict[str, tuple[list[float], list[float]]]:
    size = plain.stat().st_size
    took: dict[str, tuple[list[float], list[float]]] = {"sending": ([], []), "reading": ([], [])}
    for _ in range(rounds):
        started = time.perf_counter()
        told = ours.sent(f"{CONTENT}?path={uuid4()}", plain)
        took["sending"][0].append(time.perf_counter() - started)
        kept = f"/api/v1/account/files/{json.loads(told)['id']}/content"
        took["sending"][1].append(_seconds(partial(bare.sent, "/content", plain)))
        took["reading"][0].append(_seconds(partial(ours.read, kept, size)))
        took["reading"][1].append(_seconds(partial(bare.read, "/content", size)))
    return took


def _figure(name: str, size_mib: int, ours: list[float], bare: list[float]) -> Figure:
    ratio = median(their / our for our, their in zip(ours, bare, strict=True))
    speeds = size_mib / median(ours), size_mib / median(bare)
    return Figure(name, *speeds, ratio, TARGET, "MiB/s", "higher")


@contextmanager
def _bare(folder: Path) -> Iterator[int]:
    (port,) = free_ports(1)
    command = [sys.executable, "-m", "bench.lifecycle.bare", str(folder), str(port)]
    process = subprocess.Popen(command)
    try:
        wait_for(folder / "data" / "tls" / "ca.pem", port)
        yield port
    finally:
        process.terminate()
        process.wait(20)


def _seconds(act: Callable[[], object]) -> float:
    started = time.perf_counter()
    act()
    return time.perf_counter() - started
