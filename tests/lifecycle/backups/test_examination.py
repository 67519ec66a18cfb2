"""What `trustkeep doctor` says about backups, drills and the ledger."""

from __future__ import annotations

from datetime import timedelta
from types import SimpleNamespace
from typing import Any

from tests.customers import customer
from tests.lifecycle.backups.home import Home
from tests.promises.world import NOW
from trustkeep.evidence.actions import publish_checkpoint
from trustkeep.lifecycle.backups.models import Backup, Drill
from trustkeep.lifecycle.deadlines import BACKUP_EVERY, DRILL_EVERY
from trustkeep.site.examination import _backups, _drills, _ledger


def seen(home: Home) -> Any:
    return SimpleNamespace(backups=home.places.backups, data=home.places.data, ledger=home.ledger)


def test_doctor__misses_a_backup_and_one_whose_file_is_gone(home: Home) -> None:
    assert _backups(seen(home), NOW).good is False
    made = home.backup()
    assert _backups(seen(home), NOW).good is not False

    made.path.unlink()

    assert "not there" in _backups(seen(home), NOW).sentence


def test_doctor__says_that_the_newest_backup_is_too_old(home: Home) -> None:
    home.backup()

    assert _backups(seen(home), NOW + BACKUP_EVERY).good is False


def test_doctor__remarks_on_a_drill_that_is_missing_failed_or_overdue(home: Home) -> None:
    home.backup()
    assert _drills(NOW).good is None
    row = Drill.objects.create(
        backup=Backup.objects.get(),
        at=NOW,
        seconds=5,
        passed=True,
        body={},
        salt=b"",
        entry_index=1,
        drilled_by="timetable",
    )
    assert _drills(NOW + timedelta(days=1)).good
    assert _drills(NOW + DRILL_EVERY).good is False

    Drill.objects.filter(pk=row.pk).update(passed=False)

    assert _drills(NOW).good is False


def test_doctor__tells_an_old_copy_from_the_newest_database(home: Home) -> None:
    assert _ledger(seen(home)).good is None
    publish_checkpoint(NOW)
    customer()
    copied = home.copy_of_database()
    publish_checkpoint(NOW)
    assert _ledger(seen(home)).good
    customer("Lagoon")
    publish_checkpoint(NOW)

    home.put(copied)

    assert "old copy" in _ledger(seen(home)).sentence
