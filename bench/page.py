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
SPEED_TARGET = 0.75
CPU_TARGET = 1.7
ENCODING = "br"
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
            found = _compared("page", ours, reference, quick, {}, {})
            found += _compared("304", ours, reference, quick, _seen(page), _seen(their))
        return [*found, _judged(ours.port, tls / "ca.pem")]


def _compared(
    name: str,
    ours: Served,
    reference: Served,
    quick: bool,
    our_headers: dict[str, str],
    their_headers: dict[str, str],
) -> list[Figure]:
    rounds, seconds = (3, 1) if quick else (7, 3)
    measured = [
        (_round(ours, seconds, our_headers), _round(reference, seconds, their_headers))
        for _ in range(rounds)
    ]
    speed = _median([(our[0], their[0]) for our, their in measured])
    cpu = _median([(our[1], their[1]) for our, their in measured])
    return [
        Figure(f"{name}: requests per second", *speed, SPEED_TARGET, "1/s", "higher"),
        Figure(f"{name}: processor time per request", *cpu, CPU_TARGET, "µs", "lower"),
    ]


def _median(pairs: list[tuple[float, float]]) -> tuple[float, float, float]:
    """Return the middle of ours, of theirs, and of the ratios of both in the same round."""
    ours, theirs = zip(*pairs, strict=True)
    return median(ours), median(theirs), median(our / their for our, their in pairs)


def _round(server: Served, seconds: int, headers: dict[str, str]) -> tuple[float, float]:
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
