"""Deletion is neither too early nor too late."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta

import pytest

from tests.lifecycle.rows import contract_end
from tests.promises.world import NOW, checked, codes, person, standing
from trustkeep.controls.promise import Outcome, State
from trustkeep.controls.promises.deleted_after_contract_end import PROMISE
from trustkeep.lifecycle import schedule
from trustkeep.lifecycle.deadlines import DELETE_AFTER, DELETE_MARGIN
from trustkeep.lifecycle.holding import Basis, NewHold, place_hold, release_hold
from trustkeep.lifecycle.models import Obligation, Step
from trustkeep.lifecycle.stages import Stage, StepKind, StepState, Trouble

pytestmark = pytest.mark.django_db

A_SECOND = timedelta(seconds=1)
LONG_AGO = NOW - timedelta(days=90)


def test_deleted_after_contract_end__is_not_measured_before_a_contract_ended() -> None:
    assert checked(PROMISE).outcome is Outcome.CANNOT_TELL


def test_deleted_after_contract_end__is_kept_between_floor_and_ceiling() -> None:
    contract_end(LONG_AGO, begun=LONG_AGO + DELETE_AFTER, erased=LONG_AGO + DELETE_AFTER)
    contract_end(LONG_AGO, erased=LONG_AGO + DELETE_AFTER + DELETE_MARGIN)
    contract_end(NOW - timedelta(days=2))

    assert checked(PROMISE).outcome is Outcome.HOLDS
    assert standing(PROMISE).state is State.KEPT


def test_deleted_after_contract_end__may_be_earlier_on_request() -> None:
    early = LONG_AGO + timedelta(days=3)
    contract_end(LONG_AGO, begun=early, erased=early, cause="request-dpo")

    assert checked(PROMISE).outcome is Outcome.HOLDS


def test_deleted_after_contract_end__is_at_risk_within_the_margin_and_then_falls() -> None:
    contract_end(NOW - DELETE_AFTER - DELETE_MARGIN + timedelta(minutes=5))
    checked(PROMISE)

    assert standing(PROMISE).state is State.AT_RISK
    assert standing(PROMISE, NOW + timedelta(minutes=5)).state is State.NOT_KEPT


@pytest.mark.parametrize(
    ("ended", "deleted", "code"),
    [
        (LONG_AGO, LONG_AGO + DELETE_AFTER - A_SECOND, "early"),
        (LONG_AGO, LONG_AGO + DELETE_AFTER + DELETE_MARGIN + A_SECOND, "late"),
        (NOW - DELETE_AFTER - DELETE_MARGIN, None, "late"),
    ],
)
def test_deleted_after_contract_end__falls(
    ended: datetime, deleted: datetime | None, code: str
) -> None:
    contract_end(ended, begun=deleted, erased=deleted)

    result = checked(PROMISE)
    assert result.outcome is Outcome.FAILS
    assert codes(result) == [code]


def a_hold(row: Obligation, placed_at: datetime, store: str = "") -> uuid.UUID:
    review = (placed_at + timedelta(days=60)).date()
    new = NewHold(Basis.AUTHORITY, "order 7", person().id, review, store=store, tell=False)
    return place_hold(account_id=row.customer.id, new=new, by="jonas", now=placed_at)


def test_deleted_after_contract_end__waits_for_a_hold_and_counts_from_its_release() -> None:
    row = contract_end(NOW - DELETE_AFTER - DELETE_MARGIN - timedelta(days=3))
    hold = a_hold(row, row.done_by - A_SECOND)
    result = checked(PROMISE)
    assert result.outcome is Outcome.HOLDS
    assert (result.figure.values["waiting"], result.figure.values["held"]) == (0, 1)

    release_hold(hold_id=hold, by="mira", now=NOW)

    assert checked(PROMISE, NOW + timedelta(minutes=10)).outcome is Outcome.HOLDS
    assert codes(checked(PROMISE, NOW + DELETE_MARGIN + A_SECOND)) == ["late"]


def test_deleted_after_contract_end__is_not_excused_by_a_hold_that_came_too_late() -> None:
    row = contract_end(NOW - DELETE_AFTER - DELETE_MARGIN - timedelta(days=3))
    hold = a_hold(row, row.done_by)
    assert codes(checked(PROMISE)) == ["late"]

    release_hold(hold_id=hold, by="mira", now=NOW)

    assert codes(checked(PROMISE, NOW + timedelta(minutes=10))) == ["late"]


def test_deleted_after_contract_end__expects_what_lies_outside_the_hold_in_time() -> None:
    row = contract_end(NOW - DELETE_AFTER - DELETE_MARGIN, stage=Stage.PURGING)
    a_hold(row, row.not_before, store="accounts_member")
    schedule.on_purging(row, row.not_before)
    assert codes(checked(PROMISE)) == ["late"]

    stores = Step.objects.filter(obligation=row, kind__in=(StepKind.ROWS, StepKind.OBJECTS))
    stores.exclude(target="accounts_member").update(state=StepState.DONE)
    stores.filter(target="accounts_member").update(trouble=Trouble.HELD)

    assert checked(PROMISE, NOW + timedelta(minutes=10)).outcome is Outcome.HOLDS
