"""What the timetable forgets, and what it keeps."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.customers import customer
from tests.holdings.conftest import kept
from tests.lifecycle.test_turning_points import a_hold
from tests.promises.world import NOW
from trustkeep.accounts.gate import require_open
from trustkeep.api.models import KeptAnswer
from trustkeep.api.once import KEPT_FOR
from trustkeep.holdings import sweeping, trash
from trustkeep.holdings.models import File
from trustkeep.identity import throttling
from trustkeep.identity.models import Session, Throttle
from trustkeep.identity.scopes import Scope
from trustkeep.identity.tokens import make_token
from trustkeep.lifecycle import clocks
from trustkeep.lifecycle.holding import place_hold, release_hold
from trustkeep.worker.schedule import TIMETABLE, forget

AN_HOUR, A_DAY = timedelta(hours=1), timedelta(days=1)


def test_timetable__names_each_job_once() -> None:
    names = [job.name for job in TIMETABLE]

    assert len(names) == len(set(names))
    assert "forget-faded" in names


@pytest.mark.django_db
def test_forget__removes_what_has_faded_and_nothing_else() -> None:
    throttling.failed(account="a", source="b", now=NOW)
    throttling.failed(account="c", source="d", now=NOW - throttling.FORGET_AFTER - AN_HOUR)
    for name, hours in (("old", -1), ("new", 1)):
        Session.objects.create(digest=name, expires_at=NOW + timedelta(hours=hours))
    token, _ = make_token(name="CI", scopes=[Scope.READ], by="alice", now=NOW)
    for key, age in (("old", KEPT_FOR + AN_HOUR), ("new", KEPT_FOR - AN_HOUR)):
        KeptAnswer.objects.create(
            token_id=token.id, key_digest=key, request_digest="", body={}, at=NOW - age
        )

    forget(NOW)

    assert Throttle.objects.count() == 2
    assert [one.digest for one in Session.objects.all()] == ["new"]
    assert [one.key_digest for one in KeptAnswer.objects.all()] == ["new"]


WAITS = ("forget-faded", "delete-expired-backups", "sweep-objects", "reset-lost-factors")


@pytest.mark.django_db
@pytest.mark.when("clock-ahead")
@pytest.mark.parametrize("name", WAITS)
def test_job__that_takes_away_for_good_waits_while_the_clock_is_doubted(
    name: str, caplog: pytest.LogCaptureFixture
) -> None:
    clocks.look(NOW)
    [job] = [one for one in TIMETABLE if one.name == name]

    assert job.run(NOW + 60 * A_DAY) is None

    told = [one.msg for one in caplog.records if isinstance(one.msg, dict)]
    assert [(one["event"], one["job"]) for one in told] == [("job-waits-for-the-clock", name)]


@pytest.mark.django_db
@pytest.mark.when("clock-ahead")
def test_trash__outlives_a_clock_that_is_years_ahead_and_goes_in_its_time() -> None:
    account = customer()
    way = require_open(account.id, now=NOW)
    trash.throw_file(passage=way, file_id=kept(way).id, now=NOW)
    clocks.look(NOW)
    [job] = [one for one in TIMETABLE if one.name == "forget-faded"]

    job.run(NOW + 3000 * A_DAY)
    assert File.objects.filter(account=account.id).exists()

    late = NOW + trash.KEPT_FOR + A_DAY
    clocks.vouch(by="jonas", now=late)
    job.run(late)
    assert not File.objects.filter(account=account.id).exists()


@pytest.mark.django_db
@pytest.mark.when("hold-keeps-trash")
def test_trash__of_an_account_under_a_hold_is_not_emptied() -> None:
    account, other = customer(), customer("Lagoon")
    for one in (account, other):
        way = require_open(one.id, now=NOW)
        trash.throw_file(passage=way, file_id=kept(way).id, now=NOW)
    hold = place_hold(account_id=account.id, new=a_hold(), by="jonas", now=NOW)
    late = NOW + trash.KEPT_FOR + A_DAY

    forget(late)

    assert set(File.objects.values_list("account", flat=True)) == {account.id}
    release_hold(hold_id=hold, by="mira", now=late)
    forget(late)
    assert not File.objects.exists()


def test_object__that_a_jump_of_the_clock_made_old_is_not_swept() -> None:
    assert sweeping.OLD_ENOUGH > clocks.JUMP
