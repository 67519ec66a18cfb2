"""What every test stands on: the settings made for it, and no network but this machine."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

_connect = socket.socket.connect


@pytest.fixture(scope="session")
def data_directory() -> Path:
    """The data directory that all tests of this process share."""
    from tests.settings import DATA

    return DATA


def _guarded_connect(self: socket.socket, address: Any) -> None:
    is_near = not isinstance(address, tuple) or address[0] in ("127.0.0.1", "::1", "localhost")
    if not is_near:
        raise OSError(f"tests may not leave this machine: {address!r}")
    _connect(self, address)


@pytest.fixture(autouse=True, scope="session")
def _no_network() -> Iterator[None]:
    socket.socket.connect = _guarded_connect  # type: ignore[assignment, method-assign]
    yield
    socket.socket.connect = _connect  # type: ignore[method-assign]
