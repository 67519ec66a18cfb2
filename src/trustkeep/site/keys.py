"""The keys of this installation, fetched from its key store when first needed."""

from __future__ import annotations

from functools import cache

from trustkeep.lifecycle.backups.restoring import Keys
from trustkeep.site import installation
from trustkeep.vault.files import SealedFiles
from trustkeep.vault.keys import KeyRing, SystemPurpose

OBJECTS = "objects"


@cache
def ring() -> KeyRing:
    """Open the key store of the process's installation, once."""
    current = installation.current()
    return KeyRing.open(current.data, current.root_key_file)


@cache
def sealed_files() -> SealedFiles:
    """Return the place of the installation's sealed files."""
    return SealedFiles(installation.current().data / OBJECTS, ring())


def database_key() -> str:
    """Return the raw key of the database as hexadecimal digits."""
    return ring().system_key(SystemPurpose.DATABASE).hex()


def signing_key() -> str:
    """Return the key that signs sessions and form tokens (Django's ``SECRET_KEY``)."""
    return ring().system_key(SystemPurpose.WEB_SIGNING).hex()


def log_signing_seed() -> bytes:
    """Return the seed of the key that signs the evidence log's checkpoints."""
    return ring().system_key(SystemPurpose.LOG_SIGNING)


def document_secret() -> bytes:
    """Return the secret from which the key that seals documents is derived."""
    return ring().system_key(SystemPurpose.DOCUMENT_SIGNING)


def of_restore() -> Keys:
    """Return what opens a backup of this installation."""
    return Keys(ring().system_key(SystemPurpose.BACKUP), database_key())
