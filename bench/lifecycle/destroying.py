"""Destroying an account's key: how long until every server process refuses what it sealed.

Several servers run on one installation, and each has just read a file, so that each keeps the key
in its memory. Then another process destroys the key, and all are asked without a pause.
"""

from __future__ import annotations

import os
import tempfile
import time
from contextlib import ExitStack
from http import HTTPStatus
from pathlib import Path
from threading import Thread
from uuid import uuid4

from bench.figure import Figure
from bench.lifecycle.serving import CONTENT, Customer, ask, customers_product
from bench.serving import product

WITHIN_S = 1.0
OTHERS = 2
BYTES = 1000


def figures(quick: bool) -> list[Figure]:  # noqa: ARG001  (there is nothing to make smaller)
    """Measure with as many servers more as `OTHERS` says."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        served, alice = stack.enter_context(customers_product(folder))
        others = (stack.enter_context(product(folder)) for _ in range(OTHERS))
        ports = [one.port for one in (served, *others)]
        path = _sent(folder, served.port, alice)
        if not all(_reads(folder, port, alice, path) for port in ports):
            raise RuntimeError("a server does not give the file")
        late = max(_times(folder, ports, alice, path))
    name = f"a destroyed key refused by {len(ports)} servers, against the target"
    return [Figure(name, late, WITHIN_S, late / WITHIN_S, 1.0, "s", "lower")]


def _sent(folder: Path, port: int, alice: Customer) -> str:
    import json

    status, told = ask(
        folder,
        port,
        f"{CONTENT}?path={uuid4()}",
        "PUT",
        os.urandom(BYTES),
        Authorization=f"Bearer {alice.token}",
    )
    if status != HTTPStatus.CREATED:
        raise RuntimeError(told)
    return f"/api/v1/account/files/{json.loads(told)['id']}/content"


def _reads(folder: Path, port: int, alice: Customer, path: str) -> bool:
    token = f"Bearer {alice.token}"
    return ask(folder, port, path, Authorization=token)[0] == HTTPStatus.OK


def _times(folder: Path, ports: list[int], alice: Customer, path: str) -> list[float]:
    """Return for each server how long after the destruction it last gave the file."""
    from trustkeep.kernel.clock import now
    from trustkeep.vault.keys import installed

    last = dict.fromkeys(ports, 0.0)

    def watch(port: int) -> None:
        while True:
            asked = time.perf_counter()
            if not _reads(folder, port, alice, path):
                return
            last[port] = asked

    watchers = [Thread(target=watch, args=(port,)) for port in ports]
    for watcher in watchers:
        watcher.start()
    time.sleep(1)
    installed().destroy_account_key(alice.account, now=now())
    destroyed = time.perf_counter()
    if not all(watcher.is_alive() for watcher in watchers):
        raise RuntimeError("a server refused before the key was destroyed")
    for watcher in watchers:
        watcher.join(60)
    return [max(at - destroyed, 0.0) for at in last.values()]
