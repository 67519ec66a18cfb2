"""The room of backups: what is kept, what is under way, and who may begin anything."""

from __future__ import annotations

import pytest

from tests.console.conftest import SignedIn
from tests.promises.world import NOW
from trustkeep.accounts.roles import Role
from trustkeep.kernel.ids import new_id
from trustkeep.lifecycle.backups.models import Backup, Drill, Work

pytestmark = pytest.mark.django_db


def backup() -> Backup:
    from datetime import timedelta

    return Backup.objects.create(
        id=new_id(),
        name="trustkeep-x.backup",
        made_at=NOW,
        ends_at=NOW + timedelta(days=35),
        log_size=1,
        epoch=1,
        size_bytes=2_000_000,
        sha256="0" * 64,
        files=7,
        rows=9,
        encrypted=True,
        verified_at=NOW,
        made_by="timetable",
        entry_index=1,
        body={},
        salt=b"",
    )


def test_backups__say_at_first_what_will_stand_there(staff: SignedIn) -> None:
    page = staff(Role.AUDITOR).get("/console/backups/").text

    assert "No backup yet" in page
    assert "No restore was drilled yet" in page
    assert "Make a backup now" not in page


def test_backups__show_until_when_they_are_kept_and_how_drills_went(staff: SignedIn) -> None:
    made = backup()
    Drill.objects.create(
        backup=made,
        at=NOW,
        seconds=130,
        passed=True,
        body={"found": {"erased": 3, "left": 0, "missing": 0}},
        salt=b"",
        entry_index=2,
        drilled_by="timetable",
    )

    page = staff(Role.SECURITY_LEAD).get("/console/backups/").text

    assert str(made.id)[:8] in page
    assert "passed" in page
    assert "Make a backup now" in page


def test_backups__are_begun_by_asking_and_shown_while_under_way(staff: SignedIn) -> None:
    browser = staff(Role.ADMINISTRATOR)

    browser.post("/console/backups/backup/begin/")
    page = browser.get("/console/backups/").text

    assert Work.objects.get().state == "asked"
    assert "begins within seconds" in page
    assert "Make a backup now" not in page
    assert browser.post("/console/backups/backup/begin/").status_code == 409
    assert browser.post("/console/backups/other/begin/").status_code == 404


def test_backups__tell_in_the_readers_language_why_one_failed(staff: SignedIn) -> None:
    from trustkeep.lifecycle.backups.making import NoRoomForBackup

    trouble = {"sentence": NoRoomForBackup.sentence, "values": {"place": "/srv/backups"}}
    Work.objects.create(
        kind="backup",
        state="failed",
        asked_by="timetable",
        asked_at=NOW,
        ended_at=NOW,
        trouble=trouble,
    )

    page = staff(Role.AUDITOR).get("/console/backups/", headers={"accept-language": "de"}).text

    assert "In /srv/backups ist kein Platz" in page
