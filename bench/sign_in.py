"""Signing in: its cost beyond the hash, a hundred at once, and whether the time tells anything.

The product runs as it is served, over TLS, with its real hash. Every figure is of the same run: the
bare Argon2id hash, sign-ins of a known address with a wrong password and of an unknown one,
taken in turns, so that a slow moment of the machine meets both alike.
"""

from __future__ import annotations

import http.client
import json
import os
import re
import ssl
import statistics
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from urllib.parse import urlencode

from bench.figure import Figure
from bench.serving import Served, product

AT_ONCE = 100
MIB_A_HASH = 64
MOST_BEYOND_HASH_MS = 10.0
MOST_APART = 0.1
"""How much better than by chance a guess from one answer's time may be (Gini's 2 AUC - 1); with
`ROUNDS` answers of each kind chance alone stays within 0.08 in nineteen of twenty runs."""
ROUNDS = 400
_WRONG = "Kelp-Orbit-7-Umbra-Wrong"
_TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')


@dataclass(frozen=True, slots=True)
class Door:
    """The sign-in page of a running product, and somebody who may pass."""

    port: int
    email: str
    password: str
    cookie: str
    token: str

    def knock(self, email: str, password: str) -> tuple[int, float]:
        """Send one sign-in from an address of its own; returns status and seconds."""
        line = _connected(self.port, next(_sources))
        line.connect()
        form = {"email": email, "password": password, "csrfmiddlewaretoken": self.token}
        headers = {
            "Cookie": self.cookie,
            "Content-Type": "application/x-www-form-urlencoded",
            "Referer": f"https://localhost:{self.port}/sign-in/",
        }
        started = time.perf_counter()
        line.request("POST", "/sign-in/", urlencode(form), headers)
        answer = line.getresponse()
        answer.read()
        took = time.perf_counter() - started
        line.close()
        return answer.status, took


def figures(quick: bool) -> list[Figure]:
    """Measure all three on one running product."""
    with tempfile.TemporaryDirectory() as made, product(Path(made)) as served:
        door = _door(Path(made), served)
        apart, beyond = _times(door, 20 if quick else ROUNDS)
        return [*_at_once(door, served), beyond, apart]


def _times(door: Door, rounds: int) -> tuple[Figure, Figure]:
    right = [door.knock(door.email, door.password)[1] for _ in range(max(5, rounds // 10))]
    hashes = [_seconds(_hash()) for _ in range(len(right))]
    known: list[float] = []
    unknown: list[float] = []
    for turn in range(rounds):
        # Another address each time: what is compared is the work, not the pauses for guessers.
        pair = [(known, door.email), (unknown, f"nobody-{turn}@lindenau.example")]
        for kept, email in pair if turn % 2 else reversed(pair):
            status, took = door.knock(email, _WRONG)
            if status != http.client.TOO_MANY_REQUESTS:
                kept.append(took)
        door.knock(door.email, door.password)
    told = told_apart(known, unknown)
    beyond = (statistics.median(right) - statistics.median(hashes)) * 1000
    name = "telling a known from an unknown address by the time, against knowing"
    return (
        Figure(name, told, 1.0, told, MOST_APART, "of all guesses", "lower"),
        Figure(
            "sign-in beyond the hash",
            beyond,
            MOST_BEYOND_HASH_MS,
            beyond / MOST_BEYOND_HASH_MS,
            1.0,
            "ms",
            "lower",
        ),
    )


def told_apart(one: list[float], other: list[float]) -> float:
    """Return how well one value tells which list it is from: 0 not at all, 1 always."""
    wins = sum((a > b) - (a < b) for a in one for b in other)
    return abs(wins) / (len(one) * len(other))


def _at_once(door: Door, served: Served) -> list[Figure]:
    before = peak_mib(served)
    answers: list[int] = []
    peak = [before]
    done = threading.Event()

    def watch() -> None:
        while not done.wait(0.02):
            peak[0] = max(peak[0], peak_mib(served))

    watcher = threading.Thread(target=watch)
    watcher.start()
    threads = [
        threading.Thread(target=lambda: answers.append(door.knock(door.email, door.password)[0]))
        for _ in range(AT_ONCE)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    done.set()
    watcher.join()
    passed = sum(status == http.client.FOUND for status in answers)
    bound = (os.cpu_count() or 1) * MIB_A_HASH
    grown = peak[0] - before
    return [
        Figure(
            "of 100 at once come in", passed, AT_ONCE, passed / AT_ONCE, 1.0, "sign-ins", "higher"
        ),
        Figure("100 at once, memory", grown, bound, grown / bound, 1.0, "MiB", "lower"),
    ]


def peak_mib(served: Served) -> float:
    """Return what the whole tree holds in memory now, in MiB."""
    return served.memory_bytes() / 2**20


def _door(folder: Path, served: Served) -> Door:
    told = json.loads((folder / "data" / "demo.json").read_text())
    known = told["staff"][-1]
    line = _connected(served.port)
    line.request("GET", "/sign-in/")
    answer = line.getresponse()
    page = answer.read().decode()
    cookie = (answer.getheader("Set-Cookie") or "").partition(";")[0]
    [token] = set(_TOKEN.findall(page)[:1])
    return Door(served.port, known["email"], known["password"], cookie, token)


def _addresses() -> Iterator[str]:
    # Who guesses from one address has to wait soon; a hundred people sit at a hundred machines.
    for number in count(2):
        yield f"127.0.{number >> 8 & 255}.{number & 255}"


_sources = _addresses()


def _connected(port: int, source: str = "127.0.0.1") -> http.client.HTTPSConnection:
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return http.client.HTTPSConnection(
        "localhost", port, context=context, timeout=120, source_address=(source, 0)
    )


def _hash() -> Callable[[], object]:
    from argon2.low_level import Type, hash_secret

    from trustkeep.identity.hashing import LANES, MEMORY_KIB, PASSES

    return lambda: hash_secret(b"password", os.urandom(16), PASSES, MEMORY_KIB, LANES, 16, Type.ID)


def _seconds(act: Callable[[], object]) -> float:
    started = time.perf_counter()
    act()
    return time.perf_counter() - started
