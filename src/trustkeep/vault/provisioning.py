"""The first keys of a new installation, made so that a kill leaves either all of them or none.

The key store appears last, whole, under its final name: an installation has keys once `keys.db` is
there. A root key that was put in its place beforehand, or was left by a killed attempt, is used.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from trustkeep.kernel.clock import isoformat
from trustkeep.kernel.errors import TrustkeepError
from trustkeep.vault import locking
from trustkeep.vault.durable import partial_path, sync, sync_directory
from trustkeep.vault.keystore import KeyRecord, KeyStore, RootRecord
from trustkeep.vault.owners import COMPANY, ROOT_PROOF, SystemPurpose, of_account, of_system
from trustkeep.vault.rootfile import RootFile
from trustkeep.vault.wrapping import RootKey, WrapContext, new_key

ROOT_KEY_VARIABLE = "TRUSTKEEP_ROOT_KEY_FILE"
DATA_MODE = 0o700
_FIRST_EPOCH = 1
_FIRST_VERSION = 1


class AlreadyProvisioned(TrustkeepError):
    """The data directory has a key store."""

    sentence = "The data directory {data} already has its keys. Nothing was changed."


class DataWithoutKeys(TrustkeepError):
    """There is sealed data but no key store: new keys would hide that the old ones are lost."""

    sentence = (
        "The data directory {data} has data but no key store. Put its key store back from the "
        "replica, or choose an empty directory. Nothing was changed."
    )


def key_store_path(data: Path) -> Path:
    return data / "keys.db"


def lock_path(data: Path) -> Path:
    return data / "keys.lock"


def root_key_path(data: Path) -> Path:
    """Return where the root key is: where TRUSTKEEP_ROOT_KEY_FILE says, else in `data`."""
    named = os.environ.get(ROOT_KEY_VARIABLE)
    return Path(named) if named else data / "root.key"


def provision(data: Path, *, now: datetime, root_key: Path | None = None) -> None:
    """Make the root key, the key store, the system keys and the company's account key.

    `root_key` is the root key's file where it is not to be at `root_key_path`. Raises
    `AlreadyProvisioned`, `DataWithoutKeys`, or what `FileRootKey` raises for a root key that is
    there and not in order. Safe to call again after a kill.
    """
    data.mkdir(mode=DATA_MODE, parents=True, exist_ok=True)
    with locking.exclusive(lock_path(data)):
        store_path = key_store_path(data)
        if store_path.exists():
            raise AlreadyProvisioned(data=data)
        if (data / "trustkeep.db").exists() or (data / "objects").exists():
            raise DataWithoutKeys(data=data)
        roots = RootFile(root_key or root_key_path(data))
        roots.create()
        _write_store(store_path, roots.current(), now)


def root_record(root: RootKey, epoch: int, now: datetime) -> RootRecord:
    """Return the record of a root's epoch, with a proof that only this root opens."""
    return RootRecord(epoch, root.wrap(new_key(), proof_context(epoch)), isoformat(now))


def proof_context(epoch: int) -> WrapContext:
    return WrapContext(ROOT_PROOF, _FIRST_VERSION, epoch)


def _write_store(path: Path, root: RootKey, now: datetime) -> None:
    partial = partial_path(path)
    KeyStore.create(partial, root_record(root, _FIRST_EPOCH, now), _first_keys(root))
    handle = os.open(partial, os.O_RDONLY)
    try:
        sync(handle)
    finally:
        os.close(handle)
    partial.replace(path)
    sync_directory(path.parent)


def _first_keys(root: RootKey) -> Iterator[KeyRecord]:
    for owner in (*map(of_system, SystemPurpose), of_account(COMPANY)):
        context = WrapContext(owner, _FIRST_VERSION, _FIRST_EPOCH)
        yield KeyRecord(owner, _FIRST_VERSION, root.wrap(new_key(), context))
