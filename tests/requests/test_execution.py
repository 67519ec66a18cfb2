"""Deleting what was granted: ours at once, the systems' until they confirm, and nothing else."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from datetime import timedelta

import pytest

from tests.customers import admitted, customer, member
from tests.promises.world import NOW
from tests.requests.asking import DPO, decided, in_progress, letters, read, received
from tests.systems.simulator import CONFIRMED, Simulator, connected, use
from trustkeep.accounts.customers import AccountShown, MemberShown, members
from trustkeep.accounts.customers import member as member_of
from trustkeep.accounts.membership import LastOwner
from trustkeep.accounts.models import Account
from trustkeep.accounts.roles import MemberRole
from trustkeep.accounts.states import AccountState
from trustkeep.identity.models import AccessEvent, Session, User
from trustkeep.letters.models import Letter
from trustkeep.lifecycle.request_letters import RequestKind
from trustkeep.lifecycle.requests import deciding, execution, handling
from trustkeep.lifecycle.requests.deciding import NotDone
from trustkeep.lifecycle.requests.execution import AccountNotEmpty, NothingToDelete
from trustkeep.lifecycle.requests.kinds import Category, Means, OurRole, Scope
from trustkeep.lifecycle.requests.queries import Next
from trustkeep.lifecycle.requests.receiving import Received
from trustkeep.lifecycle.requests.states import NotNow, State
from trustkeep.lifecycle.systems import ports, rounds
from trustkeep.lifecycle.systems.models import Delivery
from trustkeep.lifecycle.systems.ports import Answer, Outcome, Trouble

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("asked", "_kinds_are_put_back")]


@pytest.fixture
def _kinds_are_put_back() -> Iterator[None]:
    before = ports.joined.kinds
    yield
    ports.joined.kinds = before


def pair() -> tuple[AccountShown, MemberShown, MemberShown]:
    harbour = customer()
    return harbour, member(harbour), member(harbour, "Bob", MemberRole.MEMBER)


def executed(made: Received) -> None:
    execution.execute(request_id=made.id, by=DPO, now=NOW)


def shop(*answers: Answer | Exception) -> Simulator:
    simulator = Simulator(list(answers))
    use({"shop": simulator})
    connected("shop")
    return simulator


def test_deletion__of_a_member_leaves_nothing_of_them_and_all_of_the_others() -> None:
    harbour, alice, bob = pair()
    admitted(alice)
    admitted(bob)
    made = in_progress(account=harbour, member=bob, email=bob.email)
    decided(made, Category.PROFILE)
    decided(made, Category.SIGN_IN)

    executed(made)

    gone = member_of(harbour.id, bob.id, own=True)
    assert (gone.name, gone.email, gone.erased_at) == ("–", "", NOW)
    assert not User.objects.filter(member=bob.id).exists()
    assert User.objects.filter(member=alice.id).exists()
    assert member_of(harbour.id, alice.id).name == "Alice"
    assert not AccessEvent.objects.filter(user__isnull=True).exclude(sealed=b"").exists()
    assert not Session.objects.filter(user__member=bob.id).exists()
    assert deciding.conclude(request_id=made.id, words="", by=DPO, now=NOW) is State.FULFILLED


def test_deletion__spares_the_categories_that_were_refused() -> None:
    harbour, _, bob = pair()
    admitted(bob)
    made = in_progress(account=harbour, member=bob, email=bob.email)
    decided(made, Category.SIGN_IN)
    decided(made, Category.PROFILE, "17-3-e")

    executed(made)

    assert not User.objects.filter(member=bob.id).exists()
    assert member_of(harbour.id, bob.id).name == "Bob"


def test_deletion__of_the_last_owner_is_refused_and_changes_nothing() -> None:
    harbour, alice, _ = pair()
    admitted(alice)
    made = in_progress(account=harbour, member=alice, email=alice.email)
    decided(made, Category.PROFILE)

    with pytest.raises(LastOwner):
        executed(made)

    assert User.objects.filter(member=alice.id).exists()
    assert member_of(harbour.id, alice.id).name == "Alice"


def test_deletion__of_letters_takes_their_words_and_not_those_of_others() -> None:
    made = in_progress()
    received(email="otto@example.org")
    Letter.objects.update(state=Letter.State.DELIVERED, ended_at=NOW)
    decided(made, Category.LETTERS)

    executed(made)

    assert Letter.objects.filter(sealed__isnull=True).count() == 1
    assert Letter.objects.filter(sealed__isnull=False).count() == 1


def test_deletion__in_systems_is_not_done_before_they_confirm() -> None:
    lost = Answer(Outcome.UNKNOWN, trouble=Trouble.TIMEOUT)
    simulator = shop(lost, CONFIRMED)
    harbour, _, bob = pair()
    made = in_progress(account=harbour, member=bob, email=bob.email)
    decided(made, Category.CONTENT)

    executed(made)
    assert read(made).next is Next.WAIT_FOR_SYSTEMS
    with pytest.raises(NotDone):
        deciding.conclude(request_id=made.id, words="", by=DPO, now=NOW)

    later = NOW + timedelta(hours=7)
    for system in rounds.systems_due(now=later):
        rounds.visit(system_id=system, now=later)
    assert execution.advance_all(now=later) == 1
    assert read(made).shown.executed_at == later
    assert Delivery.objects.get().scope == "person"
    assert len({key for _, key in simulator.asked}) == 1


def test_deletion__that_was_killed_goes_on_where_it_was() -> None:
    shop(RuntimeError("killed"), CONFIRMED)
    harbour, _, bob = pair()
    made = in_progress(account=harbour, member=bob, email=bob.email)
    decided(made, Category.CONTENT)
    decided(made, Category.PROFILE)
    executed(made)

    for hours in (7, 14):
        later = NOW + timedelta(hours=hours)
        for system in rounds.systems_due(now=later):
            rounds.visit(system_id=system, now=later)
        execution.advance_all(now=later)

    found = read(made)
    assert [one.what for one in found.story].count("executed") == 1
    assert Delivery.objects.count() == 1


def test_deletion__of_a_whole_account_is_done_when_the_account_is_empty() -> None:
    harbour = customer()
    made = received(means=Means.CALL_BACK)
    handling.assess(
        request_id=made.id,
        role=OurRole.CONTROLLER,
        scope=Scope.ACCOUNT,
        account_id=harbour.id,
        by=DPO,
        now=NOW,
    )
    decided(made, Category.CONTENT)
    executed(made)
    assert execution.advance_all(now=NOW) == 0
    with pytest.raises(AccountNotEmpty):
        execution.executed_by_hand(request_id=made.id, words="Gone.", by=DPO, now=NOW)

    Account.objects.filter(pk=harbour.id).update(state=AccountState.PURGED, ends_at=NOW)

    assert execution.advance_all(now=NOW) == 1
    assert read(made).shown.executed_at == NOW


def test_deletion__by_hand_says_how() -> None:
    made = in_progress()
    decided(made, Category.STAFF)

    execution.executed_by_hand(request_id=made.id, words="Page torn out.", by=DPO, now=NOW)

    assert read(made).story[-1].words == "Page torn out."
    with pytest.raises(NotNow):
        execution.executed_by_hand(request_id=made.id, words="Again.", by=DPO, now=NOW)


def test_deletion__needs_something_granted_and_asked_for() -> None:
    refused = in_progress()
    decided(refused, Category.CONTRACT, "17-3-b")
    asked_for_access = in_progress(RequestKind.ACCESS)
    decided(asked_for_access, Category.PROFILE)

    for made in (refused, asked_for_access):
        with pytest.raises(NothingToDelete):
            executed(made)


def test_deletion__waits_for_the_second_person_too() -> None:
    made = in_progress()
    decided(made, Category.LETTERS)
    decided(made, Category.CONTRACT, "12-5-excessive")

    with pytest.raises(NothingToDelete):
        executed(made)


def test_deletion__begun_cannot_be_taken_back() -> None:
    shop(Answer(Outcome.UNKNOWN, trouble=Trouble.TIMEOUT))
    harbour, _, bob = pair()
    made = in_progress(account=harbour, member=bob, email=bob.email)
    decided(made, Category.CONTENT)
    executed(made)

    with pytest.raises(NotNow):
        handling.withdraw(token=made.status_token, now=NOW)
    with pytest.raises(NotNow):
        executed(made)


def test_deletion__leaves_other_accounts_as_they_were() -> None:
    harbour, _, bob = pair()
    pier = customer("Pier")
    mallory = member(pier, "Mallory")
    before = members(pier.id)
    made = in_progress(account=harbour, member=bob, email=bob.email)
    decided(made, Category.PROFILE)

    executed(made)

    assert members(pier.id) == before == [mallory]
    assert letters(mallory.email) == []
    assert uuid.UUID(read(made).shown.subject) == bob.id
