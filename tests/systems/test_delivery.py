"""Telling a system: what counts as done, what is asked again, and when a person is called."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from tests.systems.simulator import (
    CONFIRMED,
    NOW,
    WHOLE,
    Simulator,
    connected,
    told,
    use,
)
from trustkeep.evidence.models import LogEntry
from trustkeep.lifecycle.systems import patience, rounds
from trustkeep.lifecycle.systems.actions import (
    NotToBeExplained,
    SystemHasOpenDeliveries,
    change_system,
    explain,
    retire_system,
    try_again,
)
from trustkeep.lifecycle.systems.delivery import (
    InstructionChanged,
    deliver,
    instruction_of,
    plan,
    targets,
)
from trustkeep.lifecycle.systems.judging import State
from trustkeep.lifecycle.systems.models import Delivery, System
from trustkeep.lifecycle.systems.ports import (
    Act,
    Answer,
    Count,
    Outcome,
    Plan,
    Scope,
    ScopeKind,
    Trouble,
)
from trustkeep.lifecycle.systems.queries import NoSuchSystem, attempts, calling
from trustkeep.vault.keys import installed

pytestmark = pytest.mark.django_db

UNREACHABLE = Answer(Outcome.UNKNOWN, trouble=Trouble.UNREACHABLE)
TIMED_OUT = Answer(Outcome.UNKNOWN, trouble=Trouble.TIMEOUT)
NOTHING = Answer(Outcome.CONFIRMED, matched=0, deleted=0, remaining=0)
GONE = Answer(Outcome.ALREADY_GONE)
AN_HOUR = timedelta(hours=1)
A_DAY = timedelta(days=1)


def one(*answers: Answer | Exception, expects_data: bool = True) -> tuple[Simulator, uuid.UUID]:
    """Connect one system that answers this."""
    simulator = Simulator(list(answers), planned=Plan(trouble=Trouble.UNSUPPORTED))
    use({"Product": simulator})
    return simulator, connected("Product", expects_data=expects_data).id


def test_delivery__is_done_when_the_system_confirms() -> None:
    simulator, system = one(CONFIRMED)

    found = deliver(system_id=system, instruction=told(), now=NOW)

    assert (found.state, found.outcome, found.is_done) == (State.DONE, "confirmed", True)
    assert (found.matched, found.deleted, found.remaining) == (3, 3, 0)
    assert found.instructed_at == NOW
    assert found.answered_at is not None
    assert found.answered_at >= NOW
    assert found.proof == "case 7"
    assert simulator.asked == [("erase", "obligation/step/1")]


def test_delivery__is_never_asked_again_once_it_is_done() -> None:
    simulator, system = one(CONFIRMED)

    for hours in range(3):
        deliver(system_id=system, instruction=told(), now=NOW + hours * AN_HOUR)

    assert len(simulator.asked) == 1


@pytest.mark.when("exactly-once")
def test_delivery__leaves_one_entry_for_the_order_and_one_for_each_change() -> None:
    _, system = one(UNREACHABLE, UNREACHABLE, CONFIRMED)

    for days in range(3):
        deliver(system_id=system, instruction=told(), now=NOW + days * A_DAY)

    kinds = list(LogEntry.objects.order_by("index").values_list("kind", flat=True))
    assert kinds.count("system-instructed") == 1
    assert kinds.count("system-answered") == 2


def test_delivery__refuses_another_instruction_under_the_same_key() -> None:
    _, system = one(CONFIRMED)
    deliver(system_id=system, instruction=told(), now=NOW)

    with pytest.raises(InstructionChanged):
        deliver(system_id=system, instruction=told(Act.LOCK), now=NOW)
    with pytest.raises(InstructionChanged):
        deliver(system_id=system, instruction=told(scope=Scope(uuid.uuid4())), now=NOW)
    with pytest.raises(NoSuchSystem):
        deliver(system_id=uuid.uuid4(), instruction=told(), now=NOW)


@pytest.mark.when("connector-down")
def test_delivery__waits_longer_after_every_miss_and_never_more_than_the_cap() -> None:
    simulator, system = one(UNREACHABLE)
    at, waits = NOW, []

    for _ in range(20):
        found = deliver(system_id=system, instruction=told(), now=at)
        assert found.state is State.DUE
        assert found.next_at is not None
        System.objects.update(failures=0, closed_until=None)
        waits.append(found.next_at - at)
        at = found.next_at

    assert waits[0] <= patience.FIRST_WAIT + timedelta(seconds=1)
    assert all(wait <= patience.LONGEST_WAIT + timedelta(seconds=1) for wait in waits)
    assert waits[-1] >= patience.LONGEST_WAIT / 2
    assert len(simulator.asked) == 20


def test_delivery__is_not_asked_before_its_time() -> None:
    simulator, system = one(UNREACHABLE)
    deliver(system_id=system, instruction=told(), now=NOW)

    deliver(system_id=system, instruction=told(), now=NOW + timedelta(seconds=1))

    assert len(simulator.asked) == 1


def test_delivery__spreads_its_retries() -> None:
    assert len({patience.wait_after(12) for _ in range(50)}) > 10


@pytest.mark.when("connector-down")
def test_delivery__is_given_up_to_a_person_after_a_month_and_is_not_done() -> None:
    _, system = one(UNREACHABLE)
    deliver(system_id=system, instruction=told(), now=NOW)

    found = deliver(system_id=system, instruction=told(), now=NOW + patience.KEEP_TRYING)

    assert (found.state, found.trouble) == (State.STALLED, Trouble.GIVEN_UP)
    assert found.outcome == "unknown"
    assert not found.is_done
    assert [called.id for called in calling()] == [found.id]


@pytest.mark.parametrize(
    ("answer", "trouble"),
    [
        (Answer(Outcome.STALLED, trouble=Trouble.UNAUTHORISED), Trouble.UNAUTHORISED),
        (Answer(Outcome.REFUSED, trouble=Trouble.REJECTED), Trouble.REJECTED),
        (Answer(Outcome.CONFIRMED, matched=3, deleted=2, skipped=1, remaining=0), Trouble.SKIPPED),
        (Answer(Outcome.CONFIRMED, matched=3, deleted=2), Trouble.CONTRADICTION),
        (NOTHING, Trouble.EMPTY),
        (GONE, Trouble.EMPTY),
    ],
)
def test_delivery__stalls_and_calls_somebody(answer: Answer, trouble: Trouble) -> None:
    simulator, system = one(answer)

    found = deliver(system_id=system, instruction=told(), now=NOW)
    deliver(system_id=system, instruction=told(), now=NOW + A_DAY)

    assert (found.state, found.trouble, found.is_done) == (State.STALLED, trouble, False)
    assert found.needs_somebody
    assert len(simulator.asked) == 1


def test_delivery__takes_nothing_found_for_done_where_none_is_expected() -> None:
    _, system = one(GONE, NOTHING, expects_data=False)

    first = deliver(system_id=system, instruction=told(), now=NOW)
    second = deliver(system_id=system, instruction=told(key="k/2"), now=NOW)

    assert (first.state, first.outcome) == (State.DONE, "already-gone")
    assert (second.state, second.outcome) == (State.DONE, "confirmed")


@pytest.mark.when("connector-half")
def test_delivery__takes_nothing_found_for_done_when_an_answer_may_have_been_lost() -> None:
    _, system = one(TIMED_OUT, GONE)
    deliver(system_id=system, instruction=told(), now=NOW)

    found = deliver(system_id=system, instruction=told(), now=NOW + A_DAY)

    assert (found.state, found.outcome) == (State.DONE, "already-gone")


def test_delivery__still_finds_it_empty_when_no_attempt_was_heard() -> None:
    _, system = one(UNREACHABLE, GONE)
    deliver(system_id=system, instruction=told(), now=NOW)

    found = deliver(system_id=system, instruction=told(), now=NOW + A_DAY)

    assert (found.state, found.trouble) == (State.STALLED, Trouble.EMPTY)


def test_delivery__still_finds_it_empty_when_it_was_accepted_before() -> None:
    _, system = one(Answer(Outcome.ACCEPTED), NOTHING)
    deliver(system_id=system, instruction=told(), now=NOW)

    found = deliver(system_id=system, instruction=told(), now=NOW + A_DAY)

    assert (found.state, found.trouble) == (State.STALLED, Trouble.EMPTY)


@pytest.mark.when("connector-half")
def test_delivery__asks_again_while_something_remains() -> None:
    half = Answer(Outcome.CONFIRMED, matched=9, deleted=5, remaining=4)
    _, system = one(half, CONFIRMED)

    first = deliver(system_id=system, instruction=told(), now=NOW)
    second = deliver(system_id=system, instruction=told(), now=NOW + A_DAY)

    assert (first.state, first.outcome, first.trouble) == (State.DUE, "unknown", "remaining")
    assert second.state is State.DONE


def test_delivery__polls_what_was_accepted_until_it_is_expected_then_escalates() -> None:
    expected = NOW + timedelta(days=2)
    _, system = one(Answer(Outcome.ACCEPTED, expected_at=expected, tracking="/jobs/1"))
    first = deliver(system_id=system, instruction=told(), now=NOW)
    early = deliver(system_id=system, instruction=told(), now=NOW + A_DAY)

    late = deliver(system_id=system, instruction=told(), now=NOW + 3 * A_DAY)

    assert (first.state, first.needs_somebody) == (State.AWAITING, False)
    assert (early.state, early.needs_somebody) == (State.AWAITING, False)
    assert (late.state, late.trouble) == (State.AWAITING, Trouble.OVERDUE)
    assert late.needs_somebody
    assert late.next_at is not None, "it may still confirm"


def test_delivery__keeps_what_was_accepted_while_the_question_fails() -> None:
    simulator, system = one(Answer(Outcome.ACCEPTED), UNREACHABLE, CONFIRMED)
    deliver(system_id=system, instruction=told(), now=NOW)

    second = deliver(system_id=system, instruction=told(), now=NOW + A_DAY)
    third = deliver(system_id=system, instruction=told(), now=NOW + 2 * A_DAY)

    assert second.state is State.AWAITING
    assert third.state is State.DONE
    assert [what for what, _ in simulator.asked] == ["erase", "poll", "poll"]


def test_delivery__obeys_retry_after_for_everything_the_system_is_told() -> None:
    limited = Answer(
        Outcome.UNKNOWN, trouble=Trouble.RATE_LIMITED, again_at=NOW + timedelta(hours=2)
    )
    simulator, system = one(limited, CONFIRMED)
    found = deliver(system_id=system, instruction=told(), now=NOW)

    deliver(system_id=system, instruction=told(key="k/2"), now=NOW + AN_HOUR)
    assert len(simulator.asked) == 1
    later = deliver(system_id=system, instruction=told(), now=NOW + timedelta(hours=2))

    assert found.next_at == NOW + timedelta(hours=2)
    assert later.state is State.DONE


def test_breaker__opens_after_failures_in_a_row_and_lets_one_attempt_try() -> None:
    simulator, system = one(UNREACHABLE)
    for number in range(patience.FAILURES_UNTIL_CLOSED):
        deliver(system_id=system, instruction=told(key=f"k/{number}"), now=NOW)
    asked = len(simulator.asked)

    held = deliver(system_id=system, instruction=told(key="k/9"), now=NOW)
    assert len(simulator.asked) == asked
    assert held.attempts == 0
    assert rounds.systems_due(now=NOW) == []
    later = NOW + patience.FIRST_PAUSE + timedelta(seconds=5)
    rounds.visit(system_id=system, now=later)

    assert len(simulator.asked) == asked + 1


def test_breaker__closes_with_the_first_answer() -> None:
    simulator, system = one(*[UNREACHABLE] * patience.FAILURES_UNTIL_CLOSED, CONFIRMED)
    for number in range(patience.FAILURES_UNTIL_CLOSED):
        deliver(system_id=system, instruction=told(key=f"k/{number}"), now=NOW)

    rounds.visit(system_id=system, now=NOW + A_DAY)

    assert len(simulator.asked) == 2 * patience.FAILURES_UNTIL_CLOSED
    assert not Delivery.objects.exclude(state=State.DONE).exists()


@pytest.mark.asvs("16.5.2")
@pytest.mark.when("connector-down")
def test_one_system__never_blocks_the_others() -> None:
    dead, well = Simulator([RuntimeError("broken")]), Simulator([CONFIRMED])
    use({"Dead": dead, "Well": well})
    first, second = connected("Dead"), connected("Well")

    broken = deliver(system_id=first.id, instruction=told(), now=NOW)
    done = deliver(system_id=second.id, instruction=told(), now=NOW)

    assert (broken.state, broken.trouble) == (State.DUE, Trouble.CRASHED)
    assert done.state is State.DONE
    assert [one.name for one in targets()] == ["Dead", "Well"]


@pytest.mark.asvs("2.3.4")
@pytest.mark.when("two-workers")
def test_lease__keeps_a_second_process_away_and_ends_by_itself() -> None:
    simulator, system = one(CONFIRMED)
    seen = []
    simulator.while_asked = lambda: seen.append(
        deliver(system_id=system, instruction=told(), now=NOW).attempts
    )

    deliver(system_id=system, instruction=told(), now=NOW)

    assert seen == [1]
    assert len(simulator.asked) == 1


def test_lease__of_a_killed_process_is_taken_over_with_the_same_key() -> None:
    simulator, system = one(GONE)

    def killed() -> None:
        raise KeyboardInterrupt

    simulator.while_asked = killed
    with pytest.raises(KeyboardInterrupt):
        deliver(system_id=system, instruction=told(), now=NOW)
    simulator.while_asked = None

    early = deliver(system_id=system, instruction=told(), now=NOW + timedelta(seconds=1))
    late = deliver(system_id=system, instruction=told(), now=NOW + patience.LEASE)

    assert early.state is State.DUE
    assert (late.state, late.outcome) == (State.DONE, "already-gone")
    assert {key for _, key in simulator.asked} == {"obligation/step/1"}


@pytest.mark.when("worker-stopped")
def test_lost_lease__writes_nothing() -> None:
    simulator, system = one(CONFIRMED)

    def taken_over() -> None:
        Delivery.objects.update(lease=uuid.uuid4())

    simulator.while_asked = taken_over

    found = deliver(system_id=system, instruction=told(), now=NOW)

    assert found.state is State.DUE
    assert attempts(found.id) == []


def test_planned__is_counted_before_the_first_deletion_so_that_a_second_try_is_no_finding() -> None:
    simulator, system = one(NOTHING)
    simulator.planned = Plan((Count("rows", 12),))

    found = deliver(system_id=system, instruction=told(), now=NOW)

    assert (found.state, found.planned) == (State.DONE, 12)
    assert plan(system_id=system, scope=WHOLE, now=NOW).items == 12


@pytest.mark.when("connector-lies")
def test_second_reader__has_to_say_that_nothing_remains() -> None:
    _, system = one(Answer(Outcome.CONFIRMED), Answer(Outcome.CONFIRMED, remaining=2), NOTHING)

    silent = deliver(system_id=system, instruction=told(Act.VERIFY, "v/1"), now=NOW)
    left = deliver(system_id=system, instruction=told(Act.VERIFY, "v/2"), now=NOW)
    clean = deliver(system_id=system, instruction=told(Act.VERIFY, "v/3"), now=NOW)

    assert (silent.state, silent.outcome) == (State.DUE, "unknown")
    assert (left.state, left.trouble) == (State.STALLED, Trouble.REMAINING)
    assert clean.state is State.DONE


def test_delivery__does_not_apply_where_the_system_has_no_such_act() -> None:
    simulator, system = one(CONFIRMED)
    simulator.acts = frozenset({Act.ERASE})

    lock = deliver(system_id=system, instruction=told(Act.LOCK, "l"), now=NOW)
    verify = deliver(system_id=system, instruction=told(Act.VERIFY, "v"), now=NOW)

    assert (lock.state, lock.reason) == (State.NOT_APPLICABLE, "system-has-no-lock")
    assert (verify.state, verify.reason) == (State.NOT_APPLICABLE, "no-second-reader")
    assert simulator.asked == []


def test_disabled_system__stalls_and_goes_on_when_it_is_enabled() -> None:
    simulator, system = one(CONFIRMED)
    change_system(system_id=system, name="Product", settings={}, by="a", now=NOW, enabled=False)

    stalled = deliver(system_id=system, instruction=told(), now=NOW)
    change_system(system_id=system, name="Product", settings={}, by="a", now=NOW)
    done = deliver(system_id=system, instruction=told(), now=NOW)

    assert (stalled.state, stalled.trouble) == (State.STALLED, Trouble.DISABLED)
    assert done.state is State.DONE
    assert len(simulator.asked) == 1


def test_retired_system__has_nothing_to_do_and_leaves_only_when_nothing_is_open() -> None:
    _, system = one(UNREACHABLE, CONFIRMED)
    deliver(system_id=system, instruction=told(), now=NOW)
    with pytest.raises(SystemHasOpenDeliveries):
        retire_system(system_id=system, by="alice", now=NOW)
    deliver(system_id=system, instruction=told(), now=NOW + A_DAY)

    retire_system(system_id=system, by="alice", now=NOW + A_DAY)
    found = deliver(system_id=system, instruction=told(key="k/2"), now=NOW + A_DAY)

    assert (found.state, found.reason) == (State.NOT_APPLICABLE, "system-retired")
    assert targets() == ()


def test_stalled__is_asked_again_when_a_person_has_seen_to_it() -> None:
    _, system = one(Answer(Outcome.STALLED, trouble=Trouble.UNAUTHORISED), CONFIRMED)
    stalled = deliver(system_id=system, instruction=told(), now=NOW)

    try_again(delivery_id=stalled.id, now=NOW + AN_HOUR)
    done = deliver(system_id=system, instruction=told(), now=NOW + AN_HOUR)

    assert done.state is State.DONE


@pytest.mark.when("zero-is-a-finding")
def test_empty__may_be_explained_by_a_person_and_nothing_else() -> None:
    _, system = one(GONE, Answer(Outcome.CONFIRMED, matched=2, skipped=1))
    empty = deliver(system_id=system, instruction=told(), now=NOW)
    skipped = deliver(system_id=system, instruction=told(key="k/2"), now=NOW)

    found = explain(delivery_id=empty.id, by="alice", now=NOW)
    with pytest.raises(NotToBeExplained):
        explain(delivery_id=skipped.id, by="alice", now=NOW)

    assert (found.state, found.reason) == (State.NOT_APPLICABLE, "account-never-used-it")
    assert found.settled_by == "alice"
    assert found.outcome == "unknown", "not done on our word"


def test_identities__rest_sealed_until_the_system_has_confirmed() -> None:
    account = uuid.uuid4()
    installed().create_account_key(account, now=NOW)
    _, system = one(UNREACHABLE, CONFIRMED)
    scope = Scope(account, ScopeKind.PERSON, "m-1", {"email": "bob@example.com"})

    deliver(system_id=system, instruction=told(scope=scope), now=NOW)
    row = Delivery.objects.get()
    assert b"bob@example.com" not in bytes(row.sealed)
    assert instruction_of(row).scope.identities == {"email": "bob@example.com"}
    deliver(system_id=system, instruction=told(scope=scope), now=NOW + A_DAY)

    assert bytes(Delivery.objects.get().sealed) == b""


@pytest.mark.when("connector-down")
def test_overdue__calls_somebody_although_trying_goes_on() -> None:
    _, system = one(UNREACHABLE)
    found = deliver(system_id=system, instruction=told(), now=NOW)

    assert rounds.call_for_overdue(now=found.deadline + AN_HOUR) == 1
    assert rounds.call_for_overdue(now=found.deadline + AN_HOUR) == 0
    assert calling()[0].state is State.DUE


@pytest.mark.when("zero-is-a-finding")
def test_database__refuses_a_done_delivery_that_is_not_confirmed_or_has_a_rest() -> None:
    _, system = one(CONFIRMED)
    deliver(system_id=system, instruction=told(), now=NOW)

    for change in ({"outcome": "unknown"}, {"remaining": 1}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Delivery.objects.update(**change)
