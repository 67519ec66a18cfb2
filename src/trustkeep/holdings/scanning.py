"""Looking for malware before anybody can read a file.

Every content passes here after it was sealed and before it is entered. Where a scanner is set,
nothing is kept that it has not called clean: neither what it could not look at, nor what is larger
than it takes.
"""

from __future__ import annotations

import io
import uuid
from dataclasses import dataclass
from typing import Protocol

import structlog

from trustkeep.kernel.errors import TrustkeepError
from trustkeep.vault.files import SealedFile
from trustkeep.vault.shelf import sealed_files

log = structlog.get_logger(__name__)


class MalwareFound(TrustkeepError):
    """The scanner knows this content."""

    sentence = "The scanner found “{found}” in “{name}”. Nothing was kept."


class TooLargeToScan(TrustkeepError):
    """The scanner does not take as much."""

    sentence = "“{name}” is larger than our scanner can look at. Nothing was kept."


class NotScanned(TrustkeepError):
    """The scanner does not answer."""

    sentence = "Files cannot be scanned just now, so none is taken. Try again later."


class BeyondScanner(Exception):
    """A scanner takes no more than a part of this content."""


class ScannerSilent(Exception):
    """A scanner cannot be asked, or says nothing that can be understood."""


class Scanner(Protocol):
    """What looks at contents."""

    def scan(self, reader: io.BufferedReader, /) -> str:
        """Return what was found, empty for a clean content.

        Raises BeyondScanner, ScannerSilent.
        """

    def answers(self) -> bool:
        """Return whether the scanner can be asked."""


@dataclass(slots=True)
class Joined:
    """The scanner of the installation; None where none is set."""

    scanner: Scanner | None = None


joined = Joined()


def require_clean(account_id: uuid.UUID, content: SealedFile, name: str) -> None:
    """Raise MalwareFound, TooLargeToScan or NotScanned unless the scanner calls a content clean."""
    if joined.scanner is None:
        return
    try:
        with sealed_files().open(account_id, content.object_id) as reader:
            found = joined.scanner.scan(reader)
    except BeyondScanner as error:
        raise TooLargeToScan(name=name) from error
    except ScannerSilent as error:
        log.warning("scanner-silent", problem=str(error))
        raise NotScanned from error
    if found:
        log.warning("malware-refused", account=str(account_id), found=found)
        raise MalwareFound(found=found, name=name)
