"""Backups and drills begin when they are due or asked for, and survive whoever worked at them."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.lifecycle.backups.home import Home
from tests.lifecycle.world import harbour, house, purged
from tests.promises.world import NOW, checked, codes
from trustkeep.controls.promise import Outcome
from trustkeep.controls.promises.backups_without_exposure import PROMISE
from trustkeep.evidence.models import LogEntry
from trustkeep.kernel.errors import TrustkeepError
from trustkeep.lifecycle.backups import drilling, keeping, making, ports, queries, working
from trustkeep.lifecycle.backups.models import Backup, Drill, Work
from trustkeep.lifecycle.deadlines import BACKUP_AT_LEAST, DRILL_AFTER

GOOD = {"left": 0, "missing": 0, "pages": 3, "erased": 1}


@pytest.fixture
def rehearsed(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """What the next rehearsals find."""
    found: dict[str, Any] = dict(GOOD)

    def rehearse(_path: Path, _report: ports.Report) -> dict[str, Any]:
        return dict(found)

    monkeypatch.setattr(ports.joined, "rehearse", rehearse)
    return found


def turn(now: datetime = NOW) -> Work | None:
    """Do what the timetable does in one turn."""
    work_id = working.begin_due(now=now)
    if work_id is None:
        return None
    working.carry_out(work_id=work_id, now=now, clock=lambda: now)
    return Work.objects.get(pk=work_id)


def test_timetable__makes_a_backup_then_drills_it_and_rests(
    home: Home, rehearsed: dict[str, Any]
) -> None:
    kinds = [work.kind for work in (turn(), turn()) if work]

    assert kinds == ["backup", "drill"]
    assert turn() is None
    assert turn(NOW + BACKUP_AT_LEAST - timedelta(seconds=1)) is None
    again = turn(NOW + BACKUP_AT_LEAST)
    assert again
    assert again.kind == "backup"
    assert LogEntry.objects.filter(kind="restore-drilled").count() == 1


def test_timetable__drills_again_before_the_promise_falls(
    home: Home, rehearsed: dict[str, Any]
) -> None:
    turn(), turn()

    assert not drilling.is_due(NOW + DRILL_AFTER - timedelta(seconds=1))
    assert drilling.is_due(NOW + DRILL_AFTER)


def test_asking__is_done_once_and_by_the_one_who_asked(
    home: Home, rehearsed: dict[str, Any]
) -> None:
    working.ask(kind="backup", by="clara", now=NOW)
    with pytest.raises(working.WorkUnderWay):
        working.ask(kind="backup", by="jonas", now=NOW)

    turn()

    assert Backup.objects.get().made_by == "clara"
    working.ask(kind="backup", by="jonas", now=NOW)


def test_killed_work__is_begun_anew(home: Home, rehearsed: dict[str, Any]) -> None:
    killed = working.begin_due(now=NOW)
    assert killed
    assert working.begin_due(now=NOW + timedelta(seconds=queries.ALIVE_S)) is None

    later = NOW + timedelta(seconds=queries.ALIVE_S + 1)
    turn(later), turn(later)

    assert Work.objects.filter(kind="backup", state="done").exists()
    assert Work.objects.get(pk=killed).state == "failed"


def test_failed_work__says_why_and_waits_an_hour(
    home: Home, rehearsed: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(**_: Any) -> None:
        raise TrustkeepError("There is no room in {place}.", place="the attic")

    monkeypatch.setattr(making, "make_backup", refuse)
    monkeypatch.setattr(drilling, "make_backup", refuse)
    turn()

    [shown] = [one for one in queries.work() if one.kind == "backup"]
    assert str(shown.trouble) == "There is no room in the attic."
    turn()
    assert Work.objects.filter(kind="backup").count() == 1
    turn(NOW + working.TRY_AGAIN + timedelta(seconds=1))
    assert Work.objects.filter(kind="backup").count() == 2


def test_drill__that_finds_anything_fails_and_is_recorded(
    home: Home, rehearsed: dict[str, Any]
) -> None:
    rehearsed["left"] = 2

    with pytest.raises(drilling.DrillBroken):
        drilling.drill(by="jonas", now=NOW)

    assert [one.passed for one in queries.drills()] == [False]
    assert codes(checked(PROMISE)) == ["not-reapplied"]


def test_drill__takes_the_oldest_backup_since_it_has_most_to_catch_up_with(
    home: Home, rehearsed: dict[str, Any]
) -> None:
    oldest = home.backup()
    home.backup(NOW + timedelta(days=1))

    drilling.drill(by="jonas", now=NOW + timedelta(days=1))

    assert Drill.objects.get().backup_id == oldest.id


def test_promise__reads_our_own_backups_and_drills(home: Home, rehearsed: dict[str, Any]) -> None:
    turn(), turn()
    assert checked(PROMISE).outcome is Outcome.HOLDS

    [path] = home.places.backups.glob("*.backup")
    path.write_bytes(path.read_bytes()[:-1])
    assert codes(checked(PROMISE)) == ["not-there"]
    path.unlink()
    assert codes(checked(PROMISE)) == ["not-there"]
    Backup.objects.update(encrypted=False)
    assert codes(checked(PROMISE)) == ["not-there", "unencrypted"]


def test_receipt__names_every_backup_and_another_one_follows_the_last(
    home: Home, rehearsed: dict[str, Any]
) -> None:
    from tests.lifecycle.world import A_DAY, AN_HOUR
    from tests.lifecycle.world import turn as engine
    from trustkeep.letters.models import Letter
    from trustkeep.letters.sealing import as_mail
    from trustkeep.lifecycle.issuing import all_of
    from trustkeep.lifecycle.models import Obligation, Step

    house()
    account = harbour()
    first = home.backup()
    row = purged(account)
    after = home.backup(row.done_by)
    [receipt] = all_of(account.id)
    [copy] = receipt.receipt.backups.copies
    assert (copy.made_at, copy.gone_date) == (NOW, first.ends_at.date())
    assert receipt.receipt.backups.last_gone_date == first.ends_at.date()
    assert not receipt.receipt.backups.readable

    now = row.not_before
    while now < first.ends_at + 2 * A_DAY:
        now += A_DAY
        keeping.delete_expired(now=now)
        engine(now)

    assert after.path.exists()
    whys = [one.why for one in all_of(account.id)]
    assert whys == ["", "backups-expired"]
    followed = all_of(account.id)[1].receipt
    assert followed.follows
    assert followed.follows.certificate == receipt.id
    assert followed.backups.last_gone_date is None
    for hour in range(1, 30):
        engine(now + hour * AN_HOUR)
    told = as_mail(Letter.objects.filter(kind="receipt-followed").order_by("pk")[0])
    assert [one.name for one in told.enclosures if str(all_of(account.id)[1].id) in one.name]
    assert Obligation.objects.get(pk=row.pk).stage == "closed"
    assert not Step.objects.filter(obligation=row, state__in=("due", "awaiting")).exists()
