"""Both doors are open, and requests are answered within their time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from tests.customers import customer
from tests.promises.world import NOW, PROFILE, checked, codes, company, days_ago, person, standing
from tests.requests.asking import DPO, decided, in_progress, read, received
from tests.requests.conftest import HOUSE
from trustkeep.accounts.actions import person_left
from trustkeep.controls.promise import Outcome, State
from trustkeep.controls.promises.deletion_on_request import PROMISE
from trustkeep.letters.ports import joined
from trustkeep.lifecycle import stepping
from trustkeep.lifecycle.models import Obligation
from trustkeep.lifecycle.requests import deciding, execution, handling
from trustkeep.lifecycle.requests.kinds import Category, Means, OurRole, Scope
from trustkeep.lifecycle.requests.models import Request
from trustkeep.lifecycle.requests.receiving import Received
from trustkeep.lifecycle.stages import Stage

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _house() -> Iterator[None]:
    before = joined.house
    joined.house = lambda: HOUSE
    yield
    joined.house = before


def test_deletion_on_request__is_not_measured_without_a_company() -> None:
    assert checked(PROMISE).outcome is Outcome.CANNOT_TELL


def test_deletion_on_request__is_kept_with_open_doors() -> None:
    company()
    customer(manager_id=person("Jonas").id)
    made = in_progress()
    decided(made, Category.CONTRACT, "17-3-b")
    deciding.conclude(request_id=made.id, words="The law wants it.", by=DPO, now=NOW)

    result = checked(PROMISE)

    assert result.outcome is Outcome.HOLDS
    assert dict(result.figure.values) == {"done": 1, "waiting": 0, "accounts": 1}
    assert standing(PROMISE).state is State.KEPT


def test_deletion_on_request__falls_without_a_contact_of_the_dpo() -> None:
    company(replace(PROFILE, dpo_email=""))

    assert codes(checked(PROMISE)) == ["no-dpo"]
    assert standing(PROMISE).state is State.NOT_KEPT


def test_deletion_on_request__falls_for_an_account_without_account_manager() -> None:
    company()
    customer()

    assert codes(checked(PROMISE)) == ["no-manager"]


def test_deletion_on_request__falls_when_the_account_manager_has_left() -> None:
    company()
    jonas = person("Jonas")
    customer(manager_id=jonas.id)
    assert checked(PROMISE).outcome is Outcome.HOLDS

    person_left(person_id=jonas.id, left_date=days_ago(1), now=NOW)

    assert codes(checked(PROMISE)) == ["no-manager"]


def test_deletion_on_request__is_at_risk_near_the_end_and_falls_after_it() -> None:
    company()
    made = received(received_at=datetime(2026, 10, 26, 9, tzinfo=UTC))
    due_at = read(made).shown.due_at
    assert due_at == datetime(2026, 11, 26, 23, tzinfo=UTC)

    checked(PROMISE)
    assert standing(PROMISE).state is State.AT_RISK

    result = checked(PROMISE, due_at)
    assert result.outcome is Outcome.FAILS
    assert codes(result) == ["late"]


def test_deletion_on_request__is_kept_while_there_is_time() -> None:
    company()
    received()
    checked(PROMISE)

    assert standing(PROMISE).state is State.KEPT


def test_deletion_on_request__falls_for_a_request_that_was_answered_too_late() -> None:
    company()
    made = in_progress(received_at=NOW - timedelta(days=60))
    decided(made, Category.CONTRACT, "17-3-b")
    deciding.conclude(request_id=made.id, words="The law wants it.", by=DPO, now=NOW)

    assert codes(checked(PROMISE)) == ["late"]


def test_deletion_on_request__falls_for_a_request_that_was_not_passed_on_in_time() -> None:
    company()
    account = customer(manager_id=person("Jonas").id)
    made = received(means=Means.CALL_BACK)
    handling.assess(
        request_id=made.id,
        role=OurRole.PROCESSOR,
        scope=Scope.PERSON,
        account_id=account.id,
        by=DPO,
        now=NOW,
    )
    forward_by = read(made).shown.forward_by
    assert forward_by == datetime(2026, 11, 25, 23, tzinfo=UTC)
    assert checked(PROMISE).outcome is Outcome.HOLDS

    assert codes(checked(PROMISE, forward_by)) == ["not-forwarded"]


def deleting(category: Category = Category.LETTERS) -> Received:
    """A deletion that was granted, counted and approved."""
    customer(manager_id=person("Jonas").id)
    made = in_progress()
    decided(made, category)
    execution.plan(request_id=made.id, by=DPO, now=NOW)
    found = read(made).erasure
    assert found is not None
    assert found.plan is not None
    execution.approve(request_id=made.id, digest=found.plan.digest, by=DPO, now=NOW)
    return made


def test_deletion_on_request__falls_for_a_deletion_that_is_late() -> None:
    company()
    made = deleting()
    row = Obligation.objects.get(request=str(made.id))
    assert checked(PROMISE).outcome is Outcome.HOLDS
    Request.objects.filter(pk=made.id).update(due_at=row.done_by + timedelta(days=9))

    assert codes(checked(PROMISE, row.done_by)) == ["late-deletion"]

    Obligation.objects.filter(pk=row.pk).update(erased_at=row.done_by + timedelta(seconds=1))
    assert codes(checked(PROMISE, row.done_by + timedelta(days=1))) == ["late-deletion"]


def test_deletion_on_request__is_at_risk_while_a_deletion_waits_for_somebody() -> None:
    company()
    deleting(Category.STAFF)
    assert standing(PROMISE).state is not State.AT_RISK

    stepping.run_due(worker="test", now=NOW)
    checked(PROMISE)

    assert standing(PROMISE).state is State.AT_RISK


def test_deletion_on_request__counts_what_was_called_off_against_nobody() -> None:
    company()
    made = deleting()
    Obligation.objects.filter(request=str(made.id)).update(stage=Stage.CANCELLED)
    later = read(made).shown.due_at

    assert codes(checked(PROMISE, later)) == ["late"]
