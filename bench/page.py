"""The public page's figures: the same bytes over TLS by the product and by nginx, in turns.

Requests per second and processor time per request (user and system, both process trees), for the
whole page and for readers who have it already (304). Each round asks both; the middle round counts.
Then an outside judge looks at the TLS itself: sslyze, against Mozilla's "intermediate".
"""

from __future__ import annotations

import json
import subprocess
import tempfile
from pathlib import Path
from statistics import median

from bench.figure import Figure
from bench.serving import Page, Served, fetch, load, nginx, product

PATH = "/en/"
PAGE_TARGETS = (0.75, 1.7)
"""Requests per second at least, processor time per request at most, both by nginx's."""
UNCHANGED_TARGETS = (0.4, 2.5)
"""Of an answer without a body little is left but the server's own work for each request, of which
Granian does more than nginx; nothing of ours is in it that could still go."""

ENCODING = "br"
type Measured = tuple[float, float]
"""Requests per second, and microseconds of processor time per request."""
JUDGES = Path(".venv-judges/bin/python")


def figures(quick: bool) -> list[Figure]:
    """Measure; `quick` takes fewer and shorter rounds."""
    with tempfile.TemporaryDirectory() as name, product(Path(name)) as ours:
        folder = Path(name)
        tls = folder / "data" / "tls"
        page = fetch(tls / "ca.pem", ours.port, PATH, **{"Accept-Encoding": ENCODING})
        with nginx(folder, page, tls) as reference:
            their = fetch(tls / "ca.pem", reference.port, PATH)
            if their.body != page.body:
                raise RuntimeError("nginx does not serve the same bytes")
            found = _compared("page", _rounds(ours, reference, quick, {}, {}), *PAGE_TARGETS)
            unchanged = _rounds(ours, reference, quick, _seen(page), _seen(their))
            found += _compared("304", unchanged, *UNCHANGED_TARGETS)
        return [*found, _judged(ours.port, tls / "ca.pem")]


def _rounds(
    ours: Served,
    reference: Served,
    quick: bool,
    our_headers: dict[str, str],
    their_headers: dict[str, str],
) -> list[tuple[Measured, Measured]]:
    rounds, seconds = (3, 1) if quick else (9, 3)
    return [
        (_round(ours, seconds, our_headers), _round(reference, seconds, their_headers))
        for _ in range(rounds)
    ]


def _compared(
    name: str, measured: list[tuple[Measured, Measured]], speed_target: float, cpu_target: float
) -> list[Figure]:
    speed = _median([(our[0], their[0]) for our, their in measured])
    cpu = _median([(our[1], their[1]) for our, their in measured])
    return [
        Figure(f"{name}: requests per second", *speed, speed_target, "1/s", "higher"),
        Figure(f"{name}: processor time per request", *cpu, cpu_target, "µs", "lower"),
    ]


def _median(pairs: list[tuple[float, float]]) -> tuple[float, float, float]:
    """Return the middle of ours, of theirs, and of the ratios of both in the same round."""
    ours, theirs = zip(*pairs, strict=True)
    return median(ours), median(theirs), median(our / their for our, their in pairs)


def _round(server: Served, seconds: int, headers: dict[str, str]) -> Measured:
    before = server.cpu_s()
    answered = load(server.port, PATH, seconds, **{"Accept-Encoding": ENCODING, **headers})
    used = server.cpu_s() - before
    return answered / seconds, used / answered * 1e6


def _seen(page: Page) -> dict[str, str]:
    tag = next(value for name, value in page.headers.items() if name.lower() == "etag")
    return {"If-None-Match": tag}


def _judged(port: int, authority: Path) -> Figure:
    command = [
        str(JUDGES),
        "-m",
        "sslyze",
        "--mozilla_config=intermediate",
        f"--certinfo_ca_file={authority}",
        f"localhost:{port}",
    ]
    said = subprocess.run(command, capture_output=True, text=True, check=False).stdout
    compliant = float("OK - Compliant." in said)
    if not compliant:
        print(json.dumps(said[-2000:]))
    name = "TLS: compliant with Mozilla “intermediate” (sslyze)"
    return Figure(name, compliant, 1.0, compliant, 1.0, "yes", "higher")
