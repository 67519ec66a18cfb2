"""A backup is whole and verified, or it is not there."""

from __future__ import annotations

import errno
from datetime import timedelta
from typing import Any

import pytest

from tests.customers import customer
from tests.lifecycle.backups.home import KEPT, Home, kept_file
from tests.promises.world import NOW
from trustkeep.evidence.models import LogEntry
from trustkeep.lifecycle.backups import keeping, making, queries, verifying
from trustkeep.lifecycle.backups.models import Backup
from trustkeep.vault import archives
from trustkeep.vault.archives import ArchiveWriter, BackupDamaged, read_manifest
from trustkeep.vault.sqlcipher import copying


def test_backup__is_one_private_file_that_was_read_back(home: Home) -> None:
    account = customer()
    kept_file(account)

    made = home.backup()

    assert [path.name for path in home.places.backups.iterdir() if path.name != ".lock"] == [
        made.path.name
    ]
    assert made.path.stat().st_mode & 0o777 == 0o600
    assert made.ends_at == NOW + KEPT
    assert verifying.verify(made.path, home.places.backups).sha256 == made.sha256
    assert LogEntry.objects.get(index=made.entry_index).kind == "backup-made"


def test_backup__says_without_a_key_where_the_log_stood_and_names_nobody(home: Home) -> None:
    account = customer()
    kept_file(account)

    manifest = read_manifest(home.backup().path)

    assert manifest["log_size"] == LogEntry.objects.count() - 1
    assert manifest["format"] == archives.FORMAT
    assert account.legal_name not in str(manifest)
    assert str(account.id) not in str(manifest)


def test_backup__holds_no_plain_text_and_no_key(home: Home) -> None:
    account = customer()
    kept_file(account, b"a very particular sentence")

    made = home.backup()

    raw = made.path.read_bytes()
    assert not any(
        word in raw
        for word in (b"SQLite format 3", b"a very particular sentence", account.legal_name.encode())
    )
    names = [name for name, _, _ in archives.contents(made.path, _key())]
    assert names[0] == "trustkeep.db"
    assert not {"keys.db", "root.key", "ledger.db"} & set(names)


def test_backup__in_which_the_mark_is_found_says_so_for_ever(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("trustkeep.controls.canary.Mark.found_in", lambda _self, _path: True)

    made = home.backup()

    assert Backup.objects.get(pk=made.id).encrypted is False


@pytest.mark.parametrize("how", ["flipped", "cut", "cut-in-manifest", "manifest"])
def test_backup__that_was_changed_or_cut_off_is_refused(home: Home, how: str) -> None:
    customer()
    path = home.backup().path
    raw = bytearray(path.read_bytes())
    if how == "flipped":
        raw[len(raw) // 2] ^= 1
    elif how == "manifest":
        raw = raw.replace(b'"version":"', b'"version":"9')
    else:
        del raw[-5000 if how == "cut" else 40 :]
    path.write_bytes(raw)

    with pytest.raises(BackupDamaged):
        verifying.verify(path, home.places.backups)


class Full(ArchiveWriter):
    """The disk is full when the archive is finished."""

    def finish(self, facts: Any) -> Any:
        raise OSError(errno.ENOSPC, "No space left on device")


@pytest.mark.parametrize("where", ["archive", "copy"])
@pytest.mark.when("disk-full")
def test_full_disk__leaves_the_earlier_backups_and_a_sentence(
    home: Home, monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    earlier = home.backup()
    if where == "archive":
        monkeypatch.setattr(making, "ArchiveWriter", Full)
    else:
        monkeypatch.setattr(making, "copy_database", _no_room)

    with pytest.raises(making.NoRoomForBackup) as refused:
        home.backup(NOW + timedelta(days=1))

    assert "earlier backups are untouched" in str(refused.value)
    assert making.backup_files(home.places.backups) == [earlier.path]
    assert not list(home.places.backups.glob(".*.part*"))
    assert verifying.verify(earlier.path, home.places.backups).sha256 == earlier.sha256


def _no_room(*_: Any) -> None:
    raise copying.NoRoomForCopy("database or disk is full")


def test_backup__is_made_once_at_a_time(home: Home) -> None:
    with making.alone(home.places.backups), pytest.raises(making.BackupUnderWay):
        home.backup()


def test_backup__that_a_kill_left_without_a_row_is_entered_by_the_next_one(home: Home) -> None:
    lost = home.backup()
    Backup.objects.all().delete()
    (home.places.backups / ".database.part").write_bytes(b"left by a kill")

    home.backup(NOW + timedelta(days=1))

    assert Backup.objects.filter(pk=lost.id, sha256=lost.sha256).exists()
    assert Backup.objects.count() == 2
    assert not (home.places.backups / ".database.part").exists()


def test_end__deletes_the_file_and_keeps_the_proof(home: Home) -> None:
    made = home.backup()
    keeping.delete_expired(now=made.ends_at - timedelta(seconds=1))
    assert made.path.exists()

    keeping.delete_expired(now=made.ends_at)

    assert not made.path.exists()
    assert [one.gone_why for one in queries.backups(gone=True)] == [keeping.EXPIRED]
    assert queries.newest() is None
    assert keeping.delete_expired(now=made.ends_at) == 0


def test_end__notes_a_file_that_somebody_else_took_away(home: Home) -> None:
    home.backup().path.unlink()

    keeping.delete_expired(now=NOW)

    assert [one.gone_why for one in queries.backups(gone=True)] == [keeping.MISSING]


def _key() -> bytes:
    from trustkeep.site import keys

    return keys.of_restore().backup


def test_backups__lie_in_a_private_directory(home: Home) -> None:
    home.backup()

    assert home.places.backups.stat().st_mode & 0o777 == 0o700
