"""What goes wrong: killed workers, two workers, stragglers; and what must not: other customers."""

from __future__ import annotations

import hashlib
import uuid
from datetime import datetime
from typing import Any

import pytest
from django.db import connection

from tests.lifecycle.world import (
    A_MINUTE,
    ended,
    harbour,
    house,
    pass_time,
    purged,
    step_of,
    turn,
)
from tests.promises.world import NOW
from trustkeep.lifecycle import stepping
from trustkeep.lifecycle.attempts import LEASE, Runner
from trustkeep.lifecycle.issuing import all_of, issued
from trustkeep.lifecycle.models import Obligation, Step
from trustkeep.lifecycle.runners import RUNNERS
from trustkeep.lifecycle.stages import StepKind, StepState
from trustkeep.lifecycle.stores import Extent, count, tables
from trustkeep.vault.shelf import sealed_files

pytestmark = pytest.mark.django_db(transaction=True)


class Killed(BaseException):
    """The process ends here; nothing after it runs."""


@pytest.mark.asvs("2.3.3", "16.5.3")
@pytest.mark.when("worker-killed")
def test_worker__killed_before_it_settles_any_step_loses_and_doubles_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    house()
    account = harbour()
    row = ended(account)
    settle, killed = stepping._settle, set()

    def dying(step: Step, *rest: Any) -> None:
        if step.pk not in killed:
            killed.add(step.pk)
            raise Killed
        settle(step, *rest)

    monkeypatch.setattr(stepping, "_settle", dying)
    now = NOW
    for _ in range(400):
        try:
            turn(now)
        except Killed:
            continue
        row.refresh_from_db()
        if row.erased_at:
            break
        now = row.not_before if row.proved_at and now < row.not_before else now + LEASE
        believed(now)

    assert row.erased_at
    assert len(killed) > 30
    members = step_of(row, StepKind.ROWS, "accounts_member")
    assert (members.matched, members.deleted, members.remaining) == (2, 2, 0)
    assert len(all_of(account.id)) == 1
    assert issued(row).receipt.complete


def believed(now: datetime) -> None:
    from trustkeep.lifecycle.models import ClockMark

    ClockMark.objects.update(highest_at=now, doubted_since=None)


@pytest.mark.when("two-workers")
def test_step__is_at_one_worker_until_its_lease_ends() -> None:
    row = ended(harbour())
    step = step_of(row, StepKind.LOCK)
    Step.objects.filter(pk=step.pk).update(lease=uuid.uuid4(), lease_until=NOW + LEASE)

    assert not stepping.run_step(step_id=step.pk, worker="two", now=NOW + A_MINUTE)
    assert stepping.run_step(step_id=step.pk, worker="two", now=NOW + LEASE)
    assert not stepping.run_step(step_id=step.pk, worker="one", now=NOW + LEASE)


@pytest.mark.when("worker-stopped")
def test_worker__that_lost_its_lease_writes_nothing_more(monkeypatch: pytest.MonkeyPatch) -> None:
    row = ended(harbour())
    step = step_of(row, StepKind.PLAN)
    turn(NOW)
    Step.objects.filter(pk=step.pk).update(state=StepState.DUE, matched=None, next_at=NOW)
    plan = RUNNERS[StepKind.PLAN].run

    def slow(one: Step, now: datetime) -> Any:
        Step.objects.filter(pk=one.pk).update(lease=uuid.uuid4())
        return plan(one, now)

    mine = dict(RUNNERS) | {StepKind.PLAN: Runner(slow)}
    monkeypatch.setattr(stepping, "RUNNERS", mine)
    stepping.run_step(step_id=step.pk, worker="one", now=NOW)

    step.refresh_from_db()
    assert (step.state, step.matched) == (StepState.DUE, None)


@pytest.mark.when("upload-while-deleting")
def test_file__that_arrives_while_deleting_is_found_and_deleted_too() -> None:
    house()
    account = harbour()
    row = ended(account)
    turn(NOW)
    pass_time(row.not_before, NOW)
    place = sealed_files().place_of(account.id) / "1"
    place.mkdir(parents=True, exist_ok=True)
    straggler = place / str(uuid.uuid4())
    straggler.write_bytes(b"sealed before the lock, published late")
    assert step_of(row, StepKind.OBJECTS).state == StepState.DONE

    for minute in range(1, 8):
        turn(row.not_before + minute * A_MINUTE)

    row.refresh_from_db()
    assert row.erased_at
    assert not straggler.exists()


@pytest.mark.when("others-untouched")
def test_deletion__leaves_every_row_of_another_customer_as_it_was() -> None:
    house()
    other = harbour("Lagoon")
    before = checksums(other.id)

    purged(harbour())

    assert checksums(other.id) == before


def checksums(account: uuid.UUID) -> dict[str, str]:
    """The SHA-256 of everything that an account has, table by table."""
    found = {}
    for table in tables():
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT * FROM {table}")
            rows = [row for row in cursor.fetchall() if account.hex in repr(row)]
        found[table] = hashlib.sha256(repr(rows).encode()).hexdigest()
        assert count(table, Extent(account)) >= 0
    return found


def test_obligation__of_a_purged_account_has_no_own_step_left() -> None:
    house()
    row = purged(harbour())

    open_ = Step.objects.filter(obligation=row, outside=False).exclude(
        state__in=(StepState.DONE, StepState.NOT_APPLICABLE)
    )
    assert set(open_.values_list("kind", flat=True)) == {StepKind.WATCH}
    assert Obligation.objects.get(pk=row.pk).stage == "purged"
