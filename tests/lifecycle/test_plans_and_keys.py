"""What a plan tells, and that a key is not destroyed under somebody's hold."""

from __future__ import annotations

import uuid

import pytest

from tests.lifecycle.test_turning_points import a_hold, pending
from tests.lifecycle.world import A_DAY, JONAS, ended, harbour, step_of, turn
from tests.promises.world import NOW
from trustkeep.accounts.models import Account
from trustkeep.accounts.opening import locked
from trustkeep.lifecycle import holding, planning, schedule
from trustkeep.lifecycle.attempts import LEASE
from trustkeep.lifecycle.backups.queries import Copy
from trustkeep.lifecycle.edges import enter_purging
from trustkeep.lifecycle.holding import place_hold
from trustkeep.lifecycle.models import Obligation
from trustkeep.lifecycle.planning import make_plan
from trustkeep.lifecycle.runners import keying
from trustkeep.lifecycle.stages import StepKind, Trouble
from trustkeep.vault.keys import installed
from trustkeep.vault.keystore import KeyState

pytestmark = pytest.mark.django_db


def test_plan__tells_the_keys_and_the_copies_that_stay_and_until_when(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    account = harbour()
    row = ended(account)
    turn(NOW)
    row.refresh_from_db()
    before = row.plan_digest
    kept = Copy("another account", NOW, (NOW + 35 * A_DAY).date())
    monkeypatch.setattr(planning, "copies_of", lambda *_: (kept,))

    plan = make_plan(account_id=account.id, by=JONAS, now=NOW)

    assert plan.keys == 1
    assert plan.backups == [{"place": "another account", "gone_date": kept.gone_date.isoformat()}]
    assert plan.digest != before


def test_key__is_not_destroyed_where_a_hold_came_in_the_same_instant(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    row = pending()
    enter_purging(row, now=row.not_before)
    schedule.on_purging(row, row.not_before)
    key = step_of(row, StepKind.KEY)
    key.lease, key.lease_until = uuid.uuid4(), row.not_before + LEASE
    key.save()
    before = locked

    def held_first(account_id: uuid.UUID) -> Account:
        # Between the look at the step's guards and the key somebody places a hold.
        if not holding.is_anything_held(account_id):
            place_hold(account_id=account_id, new=a_hold(), by=JONAS, now=row.not_before)
        return before(account_id)

    monkeypatch.setattr(keying, "locked", held_first)
    ran = keying.destroy(key, row.not_before)

    assert ran.trouble == Trouble.HELD
    assert KeyState.DESTROYED not in installed().versions(row.customer.id).values()
    assert Obligation.objects.get().key_destroyed_at is None
