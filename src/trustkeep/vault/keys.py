"""The key ring: the one door to every key of an installation.

Keys are unwrapped when needed and kept for at most `KEY_LIFETIME`, at most `KEYS_KEPT` of them.
Every use compares the key store's change counter, so a key that another process destroyed is gone
here at its next use. Changes of keys, and the exchange of the root key, have a lock alone; the
exchange is settled by whoever opens the store next, should its process be killed:

1. the successor root is written beside the root;
2. one transaction wraps every key under the successor and enters the next epoch;
3. the successor takes the root's place and the old root is overwritten.

Which root the store is under is not guessed: it holds a proof that only that root opens. After
step 3 no older copy of the key store, wherever it lies, opens anything.
"""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from threading import Lock
from uuid import UUID

from trustkeep.kernel.errors import OutOfOrder, TrustkeepError
from trustkeep.vault import locking
from trustkeep.vault.keystore import KeyRecord, KeyState, KeyStore, RootRecord
from trustkeep.vault.owners import COMPANY, SystemPurpose, of_account, of_system
from trustkeep.vault.provisioning import (
    key_store_path,
    lock_path,
    proof_context,
    root_key_path,
    root_record,
)
from trustkeep.vault.rootfile import RootFile
from trustkeep.vault.sealing import AccountKey
from trustkeep.vault.wrapping import (
    RootDescription,
    RootHolder,
    RootKey,
    WrapContext,
    WrappedKeyRefused,
    new_key,
)

__all__ = ["COMPANY", "KeyRing", "SystemPurpose", "install", "installed"]

KEY_LIFETIME = timedelta(minutes=5)
KEYS_KEPT = 1024

_KeyName = tuple[UUID | SystemPurpose, int | None]


class RootKeyWrong(OutOfOrder):
    """The root key is in order, but it is not the one the key store is under."""

    sentence = (
        "The root key {location} does not open the key store {store}: it belongs to another "
        "installation or to an older epoch. Put the matching pair in place; nothing was changed."
    )


class KeyExists(TrustkeepError):
    """The account already has a key; a new version is made by rotation."""

    sentence = "There is already a key of {owner}. Rotate it instead of creating it."


class VaultNotInstalled(OutOfOrder):
    """No key ring was installed in this process."""

    sentence = "The vault is not open in this process. Start it through the trustkeep command."


@dataclass(frozen=True, slots=True)
class KeyStatus:
    """What may be told about the keys; holds no key and no name of an account."""

    epoch: int
    epoch_since: str
    owners: int
    current: int
    retired: int
    destroyed: int
    root: RootDescription
    store: str
    store_mode: str


class KeyRing:
    """The keys of one installation, safe to share between threads."""

    def __init__(
        self, data: Path, roots: RootHolder, ticks: Callable[[], float] = time.monotonic
    ) -> None:
        """Settle what a killed rotation left, then prove that root key and key store match.

        `ticks` are seconds of a clock that never goes back. Raises `RootKeyWrong`, or what the
        root key or the key store have to say.
        """
        self._lock_path = lock_path(data)
        self._roots = roots
        self._store = KeyStore(key_store_path(data))
        self._ticks = ticks
        self._mutex = Lock()
        self._kept: OrderedDict[_KeyName, tuple[float, AccountKey]] = OrderedDict()
        self._seen = b""
        with locking.exclusive(self._lock_path):
            self._settle()

    @classmethod
    def open(cls, data: Path, root_key: Path | None = None) -> KeyRing:
        """Open the keys in `data`; the root key is at `root_key_path` unless told."""
        return cls(data, RootFile(root_key or root_key_path(data)))

    def account_key(self, account: UUID, version: int | None = None) -> AccountKey:
        """Return a version of an account's key, the current one unless told.

        Raises `KeyUnknown` or `KeyDestroyed`, and whatever keeps the root key from working.
        """
        return self._key(account, version)

    def system_key(self, purpose: SystemPurpose | str) -> bytes:
        """Return the installation's own key for a purpose (ValueError for an unknown one)."""
        return self._key(SystemPurpose(purpose), None).secret

    def provide_system_keys(self, *, now: datetime) -> list[SystemPurpose]:
        """Make the keys of purposes that the software has gained since; return which they were."""
        with self._changing():
            missing = [one for one in SystemPurpose if not self._store.versions(of_system(one))]
            for purpose in missing:
                self._add(of_system(purpose), 1, now)
        return missing

    def create_account_key(self, account: UUID, *, now: datetime) -> None:
        """Make the first key of an account; raises `KeyExists`, also for a destroyed one."""
        owner = of_account(account)
        with self._changing():
            if self._store.versions(owner):
                raise KeyExists(owner=owner)
            self._add(owner, 1, now)

    def rotate_account_key(self, account: UUID, *, now: datetime) -> int:
        """Make and return the version that writes use from now on; reads keep the older ones."""
        owner = of_account(account)
        with self._changing():
            version = self._store.key(owner).version + 1
            self._add(owner, version, now)
        return version

    def destroy_account_key(
        self, account: UUID, *, now: datetime, version: int | None = None
    ) -> int:
        """Destroy one version of an account's key, or all; return how many were destroyed.

        Every process of this machine refuses the key from its next use on. Older copies of the
        key store are made useless by `rotate_root`.
        """
        with self._changing():
            return self._store.destroy(of_account(account), version, now)

    def versions(self, account: UUID) -> dict[int, KeyState]:
        """Return the state of every version of an account's key, oldest first."""
        return self._store.versions(of_account(account))

    def rotate_root(self, *, now: datetime) -> int:
        """Exchange the root key, wrap every key anew, destroy the old root; return the new epoch.

        Killed at any instant it leaves a store that opens, under the old root or the new one.
        """
        with locking.exclusive(self._lock_path):
            self._settle()
            try:
                return self._enter_next_epoch(now)
            finally:
                # Whether the transaction happened is asked of the store, even after an error.
                self._settle()

    def status(self) -> KeyStatus:
        """Return what may be told about the keys."""
        record, counts = self._store.root(), self._store.counts()
        return KeyStatus(
            epoch=record.epoch,
            epoch_since=record.since,
            owners=self._store.owners(),
            current=counts[KeyState.CURRENT],
            retired=counts[KeyState.RETIRED],
            destroyed=counts[KeyState.DESTROYED],
            root=self._roots.current().describe(),
            store=str(self._store.path),
            store_mode=f"{self._store.path.stat().st_mode & 0o7777:04o}",
        )

    def evict(self) -> None:
        """Forget every key that was unwrapped."""
        with self._mutex:
            self._kept.clear()

    def _key(self, holder: UUID | SystemPurpose, version: int | None) -> AccountKey:
        now, counter = self._ticks(), self._store.change_counter()
        with self._mutex:
            if counter != self._seen:
                self._kept.clear()
                self._seen = counter
            until, key = self._kept.get((holder, version), (now, None))
        if key is not None and now < until:
            return key
        key = self._unwrapped(holder, version)
        with self._mutex:
            # A change since the counter was read may have destroyed this very key: not kept then.
            if counter == self._seen:
                self._keep((holder, version), now + KEY_LIFETIME.total_seconds(), key)
        return key

    def _unwrapped(self, holder: UUID | SystemPurpose, version: int | None) -> AccountKey:
        account, owner = _whose(holder)
        with locking.shared(self._lock_path):
            record = self._store.key(owner, version)
            context = WrapContext(owner, record.version, self._store.root().epoch)
            secret = self._roots.current().unwrap(record.wrapped, context)
        return AccountKey(account, record.version, secret)

    def _keep(self, name: _KeyName, until: float, key: AccountKey) -> None:
        self._kept[name] = (until, key)
        self._kept.move_to_end(name)
        while len(self._kept) > KEYS_KEPT:
            self._kept.popitem(last=False)

    def _add(self, owner: str, version: int, now: datetime) -> None:
        context = WrapContext(owner, version, self._store.root().epoch)
        wrapped = self._roots.current().wrap(new_key(), context)
        self._store.add(KeyRecord(owner, version, wrapped), now)

    @contextmanager
    def _changing(self) -> Iterator[None]:
        with locking.exclusive(self._lock_path):
            yield
        self.evict()

    def _enter_next_epoch(self, now: datetime) -> int:
        old, epoch = self._roots.current(), self._store.root().epoch
        new = self._roots.prepare()

        def rewrapped(key: KeyRecord) -> bytes:
            secret = old.unwrap(key.wrapped, WrapContext(key.owner, key.version, epoch))
            return new.wrap(secret, WrapContext(key.owner, key.version, epoch + 1))

        self._store.rewrap(root_record(new, epoch + 1, now), rewrapped)
        return epoch + 1

    def _settle(self) -> None:
        record, pending = self._store.root(), self._roots.pending()
        if pending is not None and _is_root_of(record, pending):
            self._roots.adopt()
        current = self._roots.current()
        if not _is_root_of(record, current):
            raise RootKeyWrong(location=current.describe().location, store=self._store.path)
        self._roots.abandon()


def _whose(holder: UUID | SystemPurpose) -> tuple[UUID, str]:
    # The installation's own keys count as the company's.
    if isinstance(holder, UUID):
        return holder, of_account(holder)
    return COMPANY, of_system(holder)


def _is_root_of(record: RootRecord, root: RootKey) -> bool:
    try:
        root.unwrap(record.proof, proof_context(record.epoch))
    except WrappedKeyRefused:
        return False
    return True


_opener: Callable[[], KeyRing] | None = None


def install(ring: KeyRing | Callable[[], KeyRing]) -> None:
    """Give this process its key ring, or what opens it when it is first needed."""
    global _opener
    _opener = (lambda: ring) if isinstance(ring, KeyRing) else ring


def installed() -> KeyRing:
    """Return the key ring of this process; raises `VaultNotInstalled`."""
    if _opener is None:
        raise VaultNotInstalled
    return _opener()
