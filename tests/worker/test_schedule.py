"""What the timetable forgets, and what it keeps."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.promises.world import NOW
from trustkeep.api.models import KeptAnswer
from trustkeep.api.once import KEPT_FOR
from trustkeep.identity import throttling
from trustkeep.identity.models import Session, Throttle
from trustkeep.identity.scopes import Scope
from trustkeep.identity.tokens import make_token
from trustkeep.worker.schedule import TIMETABLE, forget

AN_HOUR = timedelta(hours=1)


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
