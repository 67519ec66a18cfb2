"""What checks need from outside; the site joins each port to what implements it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol


@dataclass(frozen=True, slots=True)
class HostSeen:
    """What connecting to one published host showed.

    ``faults`` are codes; empty means that everything was as promised. ``certificate_until`` is None
    where no certificate was seen.
    """

    host: str
    reachable: bool
    certificate_until: datetime | None = None
    faults: tuple[str, ...] = ()


class Prober(Protocol):
    """Really connects to every published host."""

    def probe(self) -> list[HostSeen]: ...


@dataclass(frozen=True, slots=True)
class Storage:
    """Where this installation keeps data, and its root key.

    Each of the ``backups`` was searched when it was made, for a mark that was planted then.
    """

    data: Path
    root_key: Path
    backups: Path | None = None
    ledger: Path | None = None


@dataclass(slots=True)
class Joined:
    """What the site has joined; a check whose port is missing cannot tell."""

    prober: Prober | None = None
    storage: Storage | None = None


joined = Joined()
