"""The demo's connected system: its own product, which is really told to lock and to erase."""

from __future__ import annotations

import secrets
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from trustkeep.kernel import clock
from trustkeep.lifecycle.systems import rounds
from trustkeep.lifecycle.systems.actions import add_system, change_system
from trustkeep.lifecycle.systems.queries import systems
from trustkeep.site.demo.archive_server import ArchiveServer
from trustkeep.site.installation import Installation

DIRECTORY = "example-product"
NAME = "Conversation archive (example)"
"""How it is shown: an example, but one that answers."""
BY = "demo"
_TOKEN_BYTES = 24


@dataclass
class Product:
    """The product while the demo is made: its clock goes through the past with the demo's."""

    server: ArchiveServer
    at: datetime

    def keep(self, account_id: uuid.UUID, references: Sequence[str]) -> None:
        """Keep the conversations of an account."""
        self.server.archive.keep(str(account_id), references)

    def be_told(self, at: datetime) -> None:
        """Have it told everything that is due at `at`."""
        self.at = at
        for system in rounds.systems_due(now=at):
            rounds.visit(system_id=system, now=at)


@contextmanager
def connected(installation: Installation, *, by: str, now: datetime) -> Iterator[Product]:
    """Connect a new product as of `now`, and let it answer until the end of the block."""
    server = ArchiveServer(installation.data / DIRECTORY)
    product = Product(server, now)
    server.clock = lambda: product.at
    server.archive.set(token=secrets.token_urlsafe(_TOKEN_BYTES))
    added = add_system(name=NAME, kind="webhook", settings=server.settings, by=by, now=now)
    server.archive.set(secret=added.issued["secret"])
    server.start()
    try:
        yield product
    finally:
        server.stop()


def start(installation: Installation, *, is_new: bool) -> ArchiveServer | None:
    """Let the product of an installation answer while this process lives, if it has one.

    Where its port was taken by somebody else, its new address is told to Trustkeep; a new demo has
    just been given one, and its process may not use what it has made.
    """
    directory = installation.data / DIRECTORY
    if not directory.is_dir():
        return None
    server = ArchiveServer(directory)
    if server.moved and not is_new:
        _tell_address(server)
    server.start()
    return server


def _tell_address(server: ArchiveServer) -> None:
    for system in systems(retired=False):
        if system.name == NAME:
            change_system(
                system_id=system.id,
                name=NAME,
                settings=server.settings,
                by=BY,
                now=clock.now(),
                enabled=system.enabled,
                expects_data=system.expects_data,
            )
