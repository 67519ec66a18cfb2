"""A worker that was stopped while the world went on: it finds that, and does no harm."""

from __future__ import annotations

import errno
import sqlite3
import uuid
from collections.abc import Callable
from datetime import datetime
from time import monotonic
from typing import Any

import pytest
from django.db import OperationalError

from tests.lifecycle.test_turning_points import a_hold, pending, turn_begin
from tests.lifecycle.world import A_MINUTE, AN_HOUR, JONAS, MIRA, ended, harbour, step_of, turn
from tests.promises.world import NOW
from trustkeep.evidence.kinds import Kind
from trustkeep.evidence.models import LogEntry
from trustkeep.lifecycle import clocks, holding, stepping
from trustkeep.lifecycle.attempts import LEASE, Runner, lease_until, renew
from trustkeep.lifecycle.deadlines import KEY_FIRST_BEFORE
from trustkeep.lifecycle.holding import HoldTooLate, place_hold, release_hold
from trustkeep.lifecycle.models import Obligation, Step
from trustkeep.lifecycle.runners import RUNNERS
from trustkeep.lifecycle.stages import StepKind, StepState, Trouble
from trustkeep.vault.actions import rotate_root
from trustkeep.vault.keys import installed
from trustkeep.vault.keystore import KeyState, KeyStoreUnusable
from trustkeep.vault.shelf import sealed_files

pytestmark = pytest.mark.django_db


def stopped_before(
    kind: StepKind, meanwhile: Callable[[Step], object], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Let a worker that has passed every guard be stopped, and something happen meanwhile."""
    runner = RUNNERS[kind]
    once: list[object] = []

    def late(step: Step, now: datetime) -> Any:
        if not once:
            once.append(meanwhile(step))
        return runner.run(step, now)

    changed = dict(RUNNERS) | {kind: Runner(late, runner.whole, runner.kind)}
    monkeypatch.setattr(stepping, "RUNNERS", changed)


def purging_with_a_file() -> Obligation:
    row = pending()
    place = sealed_files().place_of(row.customer.id) / "1"
    place.mkdir(parents=True, exist_ok=True)
    (place / str(uuid.uuid4())).write_bytes(b"sealed")
    turn_begin(row)
    return row


def run_to_the_key(row: Obligation) -> Step:
    """Let everything be emptied and proved; the key is due then and was not touched."""
    key = step_of(row, StepKind.KEY)
    Step.objects.filter(pk=key.pk).update(next_at=row.not_before + AN_HOUR)
    for minute in range(4):
        turn(row.not_before + minute * A_MINUTE)
    assert step_of(row, StepKind.VERIFY).state == StepState.DONE
    return key


def states(row: Obligation) -> set[KeyState]:
    return set(installed().versions(row.customer.id).values())


@pytest.mark.when("hold-same-instant", "worker-stopped")
def test_key__is_kept_where_a_hold_came_after_the_last_guard(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    row = purging_with_a_file()
    key, at = run_to_the_key(row), row.not_before + AN_HOUR
    holds: list[uuid.UUID] = []

    def hold(_step: Step) -> None:
        holds.append(
            place_hold(account_id=row.customer.id, new=a_hold(store="objects"), by=JONAS, now=at)
        )

    stopped_before(StepKind.KEY, hold, monkeypatch)
    stepping.run_step(step_id=key.pk, worker="one", now=at)

    assert step_of(row, StepKind.KEY).trouble == Trouble.HELD
    assert states(row) == {KeyState.CURRENT}
    release_hold(hold_id=holds[0], by=MIRA, now=at)
    stepping.run_step(step_id=key.pk, worker="one", now=at)
    assert states(row) == {KeyState.DESTROYED}


@pytest.mark.when("worker-stopped")
def test_key__is_not_touched_by_a_worker_whose_lease_is_lost(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    row = purging_with_a_file()
    key = run_to_the_key(row)

    def taken_over(step: Step) -> None:
        Step.objects.filter(pk=step.pk).update(lease=uuid.uuid4())

    stopped_before(StepKind.KEY, taken_over, monkeypatch)
    stepping.run_step(step_id=key.pk, worker="one", now=row.not_before + AN_HOUR)

    assert states(row) == {KeyState.CURRENT}
    assert step_of(row, StepKind.KEY).state == StepState.DUE


@pytest.mark.when("hold-same-instant")
def test_files__stay_where_a_hold_came_after_the_last_guard(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    row = purging_with_a_file()

    def hold(_step: Step) -> None:
        new = a_hold(store="objects")
        place_hold(account_id=row.customer.id, new=new, by=JONAS, now=row.not_before)

    stopped_before(StepKind.OBJECTS, hold, monkeypatch)
    turn(row.not_before)

    assert step_of(row, StepKind.OBJECTS).trouble == Trouble.HELD
    assert list(sealed_files().objects_of(row.customer.id))


@pytest.mark.when("hold-same-instant")
def test_hold__is_refused_where_the_key_is_gone_and_nobody_could_say_so() -> None:
    row = purging_with_a_file()
    installed().destroy_account_key(row.customer.id, now=row.not_before)

    with pytest.raises(HoldTooLate):
        place_hold(account_id=row.customer.id, new=a_hold(), by=JONAS, now=row.not_before)
    assert not holding.is_anything_held(row.customer.id)


@pytest.mark.when("worker-killed")
def test_exchange_of_the_root__by_a_worker_killed_before_it_said_so_is_logged_once() -> None:
    row = purging_with_a_file()
    run_to_the_key(row)
    at = row.not_before + AN_HOUR
    stepping.run_step(step_id=step_of(row, StepKind.KEY).pk, worker="one", now=at)
    epoch = installed().rotate_root(now=at)

    for _ in range(2):
        Step.objects.filter(kind=StepKind.EPOCH).update(state=StepState.DUE, next_at=at)
        stepping.run_step(step_id=step_of(row, StepKind.EPOCH).pk, worker="two", now=at)

    assert step_of(row, StepKind.EPOCH).told == {"epoch": epoch}
    assert LogEntry.objects.filter(kind=Kind.KEY_ROTATED.value).count() == 1
    assert rotate_root(now=at).epoch == epoch + 1


@pytest.mark.when("two-workers")
def test_lease__is_whole_however_long_the_turn_has_lasted() -> None:
    row = ended(harbour())
    step = step_of(row, StepKind.LOCK)
    step.lease, step.since = uuid.uuid4(), monotonic() - 2 * LEASE.total_seconds()
    Step.objects.filter(pk=step.pk).update(lease=step.lease, lease_until=NOW)

    renew(step, NOW)

    step.refresh_from_db()
    assert step.lease_until
    assert step.lease_until >= NOW + 3 * LEASE
    assert not stepping.run_step(step_id=step.pk, worker="two", now=NOW + 2 * LEASE)
    assert lease_until(NOW, None) == NOW + LEASE


@pytest.mark.parametrize(
    ("error", "trouble"),
    [
        (OperationalError("database is locked"), Trouble.BUSY),
        (OperationalError("database or disk is full"), Trouble.DISK_FULL),
        (OperationalError("disk I/O error"), Trouble.DISK_BROKEN),
        (OperationalError("attempt to write a readonly database"), Trouble.DISK_BROKEN),
        (OSError(errno.ENOSPC, "No space left on device"), Trouble.DISK_FULL),
        (OSError(errno.EFBIG, "File too large"), Trouble.DISK_FULL),
        (OSError(errno.EIO, "Input/output error"), Trouble.DISK_BROKEN),
        (KeyStoreUnusable(path="k", reason="locked"), Trouble.KEY_STORE),
        (RuntimeError("anything"), Trouble.CRASHED),
    ],
    ids=lambda one: one if isinstance(one, str) else type(one).__name__ + str(one)[:12],
)
@pytest.mark.when("disk-full", "database-locked", "disk-broken")
def test_step__says_what_of_the_machine_keeps_it_from_being_done(
    error: Exception, trouble: Trouble, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = ended(harbour())

    def broken(_step: Step, _now: datetime) -> Any:
        raise error

    monkeypatch.setattr(stepping, "RUNNERS", dict(RUNNERS) | {StepKind.LOCK: Runner(broken)})
    turn(NOW)

    step = step_of(row, StepKind.LOCK)
    assert (step.state, step.trouble) == (StepState.DUE, trouble)
    assert step.next_at > NOW


def test_full_key_store__is_told_as_a_full_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    full = KeyStoreUnusable(path="k", reason="full")
    full.__cause__ = sqlite3.OperationalError("database or disk is full")

    assert stepping._class_of(full) is Trouble.DISK_FULL


@pytest.mark.when("key-last", "disk-broken")
def test_files__that_cannot_be_deleted_lose_their_key_before_the_end_is_missed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    row = purging_with_a_file()

    def broken(_step: Step, _now: datetime) -> Any:
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr(stepping, "RUNNERS", dict(RUNNERS) | {StepKind.OBJECTS: Runner(broken)})
    turn(row.not_before)
    assert states(row) == {KeyState.CURRENT}
    late = row.done_by - KEY_FIRST_BEFORE
    clocks.vouch(by=JONAS, now=late)

    turn(late)

    ceiling = step_of(row, StepKind.CEILING)
    assert (ceiling.state, ceiling.told) == (StepState.DONE, {"by": "key-first"})
    assert states(row) == {KeyState.DESTROYED}
    assert step_of(row, StepKind.OBJECTS).trouble == Trouble.DISK_BROKEN
    assert list(sealed_files().objects_of(row.customer.id))
