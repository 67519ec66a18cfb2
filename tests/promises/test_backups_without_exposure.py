"""Backups are fresh, encrypted and verified, and restores are drilled."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from tests.promises.world import NOW, TODAY, checked, codes, days_ago, entered, standing
from trustkeep.controls.promise import Outcome, State
from trustkeep.controls.promises.backups_without_exposure import PROMISE
from trustkeep.lifecycle.deadlines import BACKUP_EVERY, DRILL_EVERY
from trustkeep.lifecycle.kinds import BACKUP, RESTORE_DRILL

pytestmark = pytest.mark.django_db


def backup(**values: Any) -> None:
    fresh = {"made_at": NOW - timedelta(hours=3), "place": "eu-west-1"}
    told = {"encrypted": True, "verified": True, "gone_date": days_ago(-30)}
    entered(BACKUP, **{**fresh, **told, **values})


def drill(**values: Any) -> None:
    done = {"drilled_date": days_ago(20), "minutes": 18, "erasures_reapplied": True}
    entered(RESTORE_DRILL, **{**done, **values})


def test_backups_without_exposure__is_not_measured_without_backup_and_drill() -> None:
    backup()

    assert checked(PROMISE).outcome is Outcome.CANNOT_TELL


def test_backups_without_exposure__is_kept_with_both() -> None:
    backup()
    drill()

    assert checked(PROMISE).outcome is Outcome.HOLDS
    assert standing(PROMISE).state is State.KEPT


def test_backups_without_exposure__is_at_risk_when_the_next_backup_is_due() -> None:
    backup(made_at=NOW - BACKUP_EVERY + timedelta(minutes=30))
    drill()

    checked(PROMISE)
    assert standing(PROMISE).state is State.AT_RISK
    assert standing(PROMISE, NOW + timedelta(minutes=30)).state is State.NOT_KEPT


@pytest.mark.parametrize(
    ("backup_values", "drill_values", "code"),
    [
        ({"made_at": NOW - BACKUP_EVERY}, {}, "too-old"),
        ({"encrypted": False}, {}, "unencrypted"),
        ({"verified": False}, {}, "unverified"),
        ({}, {"drilled_date": TODAY - DRILL_EVERY - timedelta(days=1)}, "no-drill"),
        ({}, {"erasures_reapplied": False}, "not-reapplied"),
    ],
)
def test_backups_without_exposure__falls(
    backup_values: dict[str, Any], drill_values: dict[str, Any], code: str
) -> None:
    backup(**backup_values)
    drill(**drill_values)

    result = checked(PROMISE)
    assert result.outcome is Outcome.FAILS
    assert codes(result) == [code]
