"""What keeps an instruction from going out: holds, wrong clocks, our own keys; and what not."""

from __future__ import annotations

import uuid

import pytest

from tests.customers import customer
from tests.lifecycle.test_turning_points import a_hold
from tests.systems.simulator import CONFIRMED, NOW, told
from tests.systems.test_delivery import A_DAY, AN_HOUR, UNREACHABLE, one
from trustkeep.lifecycle.holding import place_hold, release_hold
from trustkeep.lifecycle.systems import patience, rounds
from trustkeep.lifecycle.systems.delivery import deliver, instruct
from trustkeep.lifecycle.systems.judging import State
from trustkeep.lifecycle.systems.models import Delivery
from trustkeep.lifecycle.systems.ports import Act, Scope
from trustkeep.vault.keystore import KeyStoreUnusable

pytestmark = pytest.mark.django_db


def held(account: uuid.UUID) -> uuid.UUID:
    return place_hold(account_id=account, new=a_hold(), by="jonas", now=NOW)


@pytest.mark.when("hold-same-instant", "connector-down")
def test_erasure__that_waits_for_a_system_does_not_go_out_under_a_hold() -> None:
    simulator, system = one(UNREACHABLE, CONFIRMED)
    account = customer().id
    erase, lock = told(scope=Scope(account)), told(Act.LOCK, "lock", scope=Scope(account))
    deliver(system_id=system, instruction=erase, now=NOW)
    hold = held(account)
    instruct(system_id=system, instruction=lock, now=NOW)

    for hours in range(1, 4):
        rounds.visit(system_id=system, now=NOW + hours * AN_HOUR)

    assert simulator.asked == [("erase", erase.key), ("lock", "lock")]
    release_hold(hold_id=hold, by="mira", now=NOW + 4 * AN_HOUR)
    rounds.visit(system_id=system, now=NOW + 5 * AN_HOUR)
    assert simulator.asked[-1] == ("erase", erase.key)


@pytest.mark.when("clock-behind")
def test_system__put_off_by_a_clock_that_was_ahead_is_asked_once_the_clock_is_right() -> None:
    simulator, system = one(*[UNREACHABLE] * patience.FAILURES_UNTIL_CLOSED, CONFIRMED)
    ahead = NOW + 3000 * A_DAY
    Delivery.objects.filter(pk=instruct(system_id=system, instruction=told(), now=NOW).id).update(
        trying_since=ahead
    )
    for days in range(patience.FAILURES_UNTIL_CLOSED):
        rounds.visit(system_id=system, now=ahead + days * A_DAY)
    Delivery.objects.update(lease=uuid.uuid4(), lease_until=ahead)

    assert rounds.systems_due(now=NOW + AN_HOUR) == [system]
    assert rounds.visit(system_id=system, now=NOW + AN_HOUR) == 1
    assert simulator.asked[-1] == ("erase", told().key)
    assert Delivery.objects.get().state == State.DONE


@pytest.mark.when("disk-full")
def test_delivery__is_not_left_to_a_person_because_our_own_keys_cannot_be_read() -> None:
    _, system = one(KeyStoreUnusable(path="keys.db", reason="locked"), CONFIRMED)

    deliver(system_id=system, instruction=told(), now=NOW)

    assert Delivery.objects.get().state == State.DUE
    assert deliver(system_id=system, instruction=told(), now=NOW + A_DAY).is_done
