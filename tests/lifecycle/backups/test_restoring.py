"""A restore is whole or leaves nothing that starts."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.customers import customer
from tests.lifecycle.backups.home import Home, kept_file
from tests.promises.world import NOW
from trustkeep.lifecycle.backups import restoring
from trustkeep.lifecycle.backups.restoring import (
    UNDER_WAY,
    DataInTheWay,
    Keys,
    NoRoomToRestore,
    RestoreBrokenOff,
    require_none_under_way,
    restore,
)
from trustkeep.site import keys
from trustkeep.vault import archives
from trustkeep.vault.archives import (
    ArchiveWriter,
    BackupDamaged,
    BackupOfAnother,
    BackupTooNew,
    NoBackup,
)
from trustkeep.vault.keys import KeyRing, SystemPurpose
from trustkeep.vault.provisioning import provision


def test_restore__gives_back_database_and_files(home: Home) -> None:
    file = kept_file(customer())

    data = home.unpacked(home.backup())

    assert (data / "trustkeep.db").stat().st_mode & 0o777 == 0o600
    assert list(data.glob(f"objects/*/*/{file.version_id}"))
    assert all(path.stat().st_mode & 0o777 == 0o700 for path in (data / "objects").glob("**/"))
    assert not (data / UNDER_WAY).exists()


def test_restore__never_overwrites(home: Home) -> None:
    made = home.backup()
    data = home.unpacked(made)

    with pytest.raises(DataInTheWay):
        home.restored(made.path, data)


def test_restore__refuses_another_key_store(home: Home, tmp_path: Path) -> None:
    made = home.backup()
    provision(tmp_path / "other", now=datetime.now(UTC))
    other = KeyRing.open(tmp_path / "other")
    wrong = Keys(other.system_key(SystemPurpose.BACKUP), keys.database_key())

    with pytest.raises(BackupOfAnother):
        restore(made.path, tmp_path / "data", wrong)

    assert not (tmp_path / "data" / "trustkeep.db").exists()


def test_restore__refuses_what_is_no_backup(home: Home, tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("Dear Alice")

    with pytest.raises(NoBackup):
        home.restored(tmp_path / "letter.txt", tmp_path / "data")


def test_restore__refuses_a_newer_format(
    home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(archives, "FORMAT", archives.FORMAT + 1)
    made = home.backup()
    monkeypatch.undo()

    with pytest.raises(BackupTooNew):
        home.restored(made.path, tmp_path / "data")


def test_restore__of_a_cut_backup_leaves_nothing(home: Home, tmp_path: Path) -> None:
    made = home.backup()
    made.path.write_bytes(made.path.read_bytes()[:-1])
    data = tmp_path / "data"

    with pytest.raises(BackupDamaged):
        home.restored(made.path, data)

    assert not list(data.iterdir())


@pytest.mark.parametrize("name", ["../escaped", "objects/../../escaped", "keys.db", "/etc/passwd"])
def test_restore__takes_no_file_that_no_backup_has(home: Home, tmp_path: Path, name: str) -> None:
    path, data = tmp_path / "crafted", tmp_path / "data"
    with path.open("wb") as target:
        writer = ArchiveWriter(target, {"id": "x"}, keys.of_restore().backup)
        writer.add_bytes(name, b"evil")
        writer.finish({})

    with pytest.raises(BackupDamaged):
        home.restored(path, data)

    assert not list(data.rglob("*"))
    assert not (tmp_path / "escaped").exists()


def test_restore__to_a_full_disk_says_what_to_do(
    home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = home.backup()
    monkeypatch.setattr(restoring, "_write", _no_space)

    with pytest.raises(NoRoomToRestore):
        home.restored(made.path, tmp_path / "data")

    assert not list((tmp_path / "data").iterdir())


def _no_space(*_: object) -> None:
    raise OSError(28, "No space left on device")


def test_restore__that_was_broken_off_does_not_start_and_is_begun_anew(
    home: Home, tmp_path: Path
) -> None:
    made = home.backup(NOW)
    data = tmp_path / "data"
    (data / UNDER_WAY).mkdir(parents=True)
    (data / "objects" / "half").mkdir(parents=True)

    with pytest.raises(RestoreBrokenOff):
        require_none_under_way(data)
    home.restored(made.path, data)

    require_none_under_way(data)
    assert (data / "trustkeep.db").exists()
    assert not (data / "objects" / "half").exists()
