"""One installation of the tests: its places, and how it goes back to a backup."""

from __future__ import annotations

import io
import shutil
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from django.db import connection, connections

from tests.promises.world import NOW
from trustkeep.accounts.customers import AccountShown
from trustkeep.accounts.gate import require_open
from trustkeep.evidence import keeping
from trustkeep.holdings.files import NewFile, keep_file
from trustkeep.holdings.queries import FileShown
from trustkeep.lifecycle.backups.making import Made, make_backup
from trustkeep.lifecycle.backups.ports import Places
from trustkeep.lifecycle.backups.restoring import Restored, restore
from trustkeep.site import keys
from trustkeep.vault.shelf import sealed_files

KEPT = timedelta(days=35)


@dataclass(frozen=True)
class Home:
    """Where this test's backups and ledger lie."""

    folder: Path

    @property
    def ledger(self) -> Path:
        return self.folder / "ledger.db"

    @property
    def places(self) -> Places:
        return Places(
            data=self.database.parent,
            database=self.database,
            objects=self.objects,
            backups=self.folder / "backups",
            keep_for=KEPT,
        )

    @property
    def database(self) -> Path:
        return Path(connection.settings_dict["NAME"])

    @property
    def objects(self) -> Path:
        return sealed_files().partial.parent

    def backup(self, now: datetime = NOW) -> Made:
        return make_backup(by="jonas", now=now)

    def unpacked(self, made: Made) -> Path:
        """Restore a backup into an empty directory."""
        data = self.folder / f"restored-{made.id}"
        data.mkdir()
        self.restored(made.path, data)
        return data

    def restored(self, archive: Path, data: Path) -> Restored:
        return restore(archive, data, keys.of_restore())

    def go_back(self, made: Made) -> None:
        """Let the running installation be the one of a backup."""
        data = self.unpacked(made)
        self.put(data / "trustkeep.db")
        shutil.rmtree(self.objects, ignore_errors=True)
        if (data / "objects").exists():
            shutil.copytree(data / "objects", self.objects)

    def put(self, database: Path) -> None:
        """Put another database file in place of the present one."""
        connections.close_all()
        for leftover in self.database.parent.glob(f"{self.database.name}-*"):
            leftover.unlink()
        shutil.copyfile(database, self.database)
        keeping.joined.trusted = False

    def copy_of_database(self) -> Path:
        """Copy the database as a file, as somebody might with the server stopped."""
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        connections.close_all()
        target = self.folder / "copied.db"
        shutil.copyfile(self.database, target)
        return target

    def clear_objects(self) -> None:
        shutil.rmtree(self.objects, ignore_errors=True)


def kept_file(account: AccountShown, body: bytes = b"the plan of the pier") -> FileShown:
    """Let a customer keep a file."""
    passage = require_open(account.id, now=NOW)
    new = NewFile("plan.txt", None, "text/plain")
    return keep_file(
        passage=passage, new=new, source=io.BytesIO(body), by="alice", clock=lambda: NOW
    )
