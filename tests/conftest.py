"""What every test stands on: the settings made for it, and no network but this machine."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import settings

# A busy machine is slow, and slow is not wrong.
settings.register_profile("trustkeep", deadline=None)
settings.load_profile("trustkeep")

if TYPE_CHECKING:
    from tests.worlds.identity_provider import World

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


@pytest.fixture(scope="session")
def _provider_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    from tests.worlds.identity_provider import running

    with running(tmp_path_factory.mktemp("provider")) as world:
        yield world


@pytest.fixture
def world(_provider_server: World) -> Iterator[World]:
    """Identity providers that keep all the rules, and are the ones of this installation."""
    from tests.worlds.visits import parties
    from trustkeep.identity.oidc import installed

    fresh = _provider_server.anew()
    before = installed.known()
    installed.install(parties(fresh))
    yield fresh
    installed.install(before)


@pytest.fixture(autouse=True)
def _reads_what_is_usual() -> Iterator[None]:
    """Let no test leave its reader's language to the next one."""
    from django.utils import translation

    translation.deactivate()
    yield
    translation.deactivate()
