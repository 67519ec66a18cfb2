"""Deleting what was granted, by the engine: nothing of others, nothing unconfirmed or twice."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest

from tests.customers import admitted, customer, member
from tests.lifecycle.requesting import (
    approved,
    carried_out,
    erasure,
    file_of,
    obligation,
    on_disk,
    pair,
    pair_within,
    planned,
    record_of,
    turned,
)
from tests.promises.world import NOW
from tests.requests.asking import DPO, decided, in_progress, letters, read, received
from tests.systems.simulator import CONFIRMED, Simulator, connected, use
from trustkeep.accounts.customers import member as member_of
from trustkeep.accounts.customers import members
from trustkeep.accounts.membership import LastOwner
from trustkeep.accounts.roles import MemberRole
from trustkeep.holdings import queries
from trustkeep.holdings.models import File, Record
from trustkeep.identity.models import AccessEvent, Session, User
from trustkeep.letters.models import Letter
from trustkeep.lifecycle.issuing import all_for
from trustkeep.lifecycle.owing import UnderWayAlready
from trustkeep.lifecycle.planning import PlanChanged
from trustkeep.lifecycle.receipts import Method, SystemState
from trustkeep.lifecycle.request_letters import RequestKind
from trustkeep.lifecycle.requests import deciding, execution, handling
from trustkeep.lifecycle.requests.deciding import NotDone
from trustkeep.lifecycle.requests.execution import NothingToDelete
from trustkeep.lifecycle.requests.handling import NotOursToDecide
from trustkeep.lifecycle.requests.kinds import Category, OurRole
from trustkeep.lifecycle.requests.queries import Next
from trustkeep.lifecycle.requests.states import NotNow, State
from trustkeep.lifecycle.stages import Stage, Trouble
from trustkeep.lifecycle.systems import rounds
from trustkeep.lifecycle.systems.models import Delivery
from trustkeep.lifecycle.systems.ports import Answer, Outcome
from trustkeep.lifecycle.systems.ports import Trouble as SystemTrouble

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("asked_house")]
HARBOUR_NAME = "Harbour GmbH"


def shop(*answers: Answer | Exception) -> Simulator:
    simulator = Simulator(list(answers))
    use({"shop": simulator})
    connected("shop")
    return simulator


def test_deletion__of_a_member_leaves_nothing_of_them_and_all_of_the_others() -> None:
    harbour, alice, bob, _ = pair_within()
    made = in_progress(account=harbour, member=bob, email=bob.email)
    decided(made, Category.PROFILE)
    decided(made, Category.SIGN_IN)

    carried_out(made)

    gone = member_of(harbour.id, bob.id, own=True)
    assert (gone.name, gone.email) == ("–", "")
    assert gone.erased_at
    assert not User.objects.filter(member=bob.id).exists()
    assert User.objects.filter(member=alice.id).exists()
    assert member_of(harbour.id, alice.id).name == "Alice"
    assert not AccessEvent.objects.filter(user__isnull=True).exclude(sealed=b"").exists()
    assert not Session.objects.filter(user__member=bob.id).exists()
    assert deciding.conclude(request_id=made.id, words="", by=DPO, now=NOW) is State.FULFILLED


def test_deletion__begins_only_when_what_was_counted_is_approved() -> None:
    harbour, _, bob, _ = pair_within()
    made = in_progress(account=harbour, member=bob, email=bob.email)
    decided(made, Category.SIGN_IN)

    assert planned(made).waits_for_approval
    turned()

    assert erasure(made).troubles == (Trouble.UNAPPROVED,)
    assert User.objects.filter(member=bob.id).exists()
    assert read(made).next is Next.EXECUTE
    with pytest.raises(PlanChanged):
        execution.approve(request_id=made.id, digest="0" * 64, by=DPO, now=NOW)


def test_deletion__plans_each_store_with_its_count_and_proves_it_by_a_receipt() -> None:
    harbour, _, bob, _ = pair_within()
    made = in_progress(account=harbour, member=bob, email=bob.email)
    decided(made, Category.PROFILE)
    decided(made, Category.CONTRACT, "17-3-b")

    counts = planned(made).plan
    assert counts is not None
    assert counts.counts["identity_user"] == counts.counts["accounts_member"] == 1
    approved(made)
    turned()

    found = erasure(made)
    assert found.is_done
    assert found.verified_at
    assert {one.remaining for one in found.stores} == {0}
    [receipt] = [one.receipt for one in all_for(found.id)]
    assert receipt.complete
    assert (receipt.extent, receipt.trigger.request) == ("member", str(made.id))
    assert [(one.category, one.ground) for one in receipt.refused] == [("contract", "17-3-b")]
    assert "Bob" not in str(receipt)


def test_deletion__spares_the_categories_that_were_refused() -> None:
    harbour, _, bob, _ = pair_within()
    made = in_progress(account=harbour, member=bob, email=bob.email)
    decided(made, Category.SIGN_IN)
    decided(made, Category.PROFILE, "17-3-e")

    carried_out(made)

    assert not User.objects.filter(member=bob.id).exists()
    assert member_of(harbour.id, bob.id).name == "Bob"


def test_deletion__keeps_what_happened_at_the_doors_where_that_was_refused() -> None:
    harbour, _, bob, _ = pair_within()
    made = in_progress(account=harbour, member=bob, email=bob.email)
    decided(made, Category.SIGN_IN)
    decided(made, Category.AUDIT, "17-3-e")
    before = AccessEvent.objects.exclude(sealed=b"").count()

    carried_out(made)

    assert not User.objects.filter(member=bob.id).exists()
    assert AccessEvent.objects.exclude(sealed=b"").count() == before > 0


def test_deletion__of_the_last_owner_is_refused_and_changes_nothing() -> None:
    harbour, alice, _ = pair()
    admitted(alice)
    made = in_progress(account=harbour, member=alice, email=alice.email)
    decided(made, Category.PROFILE)

    with pytest.raises(LastOwner):
        planned(made)

    assert User.objects.filter(member=alice.id).exists()
    assert member_of(harbour.id, alice.id).name == "Alice"


def test_deletion__waits_with_a_sentence_for_another_owner() -> None:
    harbour, alice, bob = pair()
    second = member(harbour, "Cleo")
    made = in_progress(account=harbour, member=alice, email=alice.email)
    decided(made, Category.PROFILE)
    planned(made)
    approved(made)
    leave(second.id)

    turned()
    assert erasure(made).troubles[0] is Trouble.LAST_OWNER
    promote(bob.id)
    turned(NOW + timedelta(minutes=5), minutes=5)

    assert erasure(made).is_done
    assert member_of(harbour.id, alice.id, own=True).name == "–"


def leave(member_id: uuid.UUID) -> None:
    from trustkeep.accounts.models import Member

    Member.objects.filter(pk=member_id).update(left_at=NOW)


def promote(member_id: uuid.UUID) -> None:
    from trustkeep.accounts.models import Member

    Member.objects.filter(pk=member_id).update(role=MemberRole.OWNER)


def test_deletion__of_letters_takes_their_words_and_not_those_of_others() -> None:
    made = in_progress()
    received(email="otto@example.org")
    Letter.objects.update(state=Letter.State.DELIVERED, ended_at=NOW)
    decided(made, Category.LETTERS)

    carried_out(made)

    assert Letter.objects.filter(sealed__isnull=True).count() == 1
    assert Letter.objects.filter(sealed__isnull=False).count() == 1
    assert obligation(made).account is None
    assert erasure(made).is_done


def test_deletion__of_a_member_leaves_their_files_to_the_customer() -> None:
    harbour, _, bob, maker = pair_within()
    kept = file_of(harbour, maker)
    made = in_progress(account=harbour, member=bob, email=bob.email)
    for category in (Category.PROFILE, Category.SIGN_IN, Category.AUDIT):
        decided(made, category)

    carried_out(made)

    assert queries.file(harbour.id, kept.id).name == "plan.txt"
    assert on_disk(harbour) == [kept.version_id]


def test_deletion__of_content_needs_the_customers_word() -> None:
    harbour, _, bob, maker = pair_within()
    file_of(harbour, maker)
    made = in_progress(account=harbour, member=bob, email=bob.email)

    with pytest.raises(NotOursToDecide):
        decided(made, Category.CONTENT)


def test_deletion__of_a_members_content_takes_what_they_made_and_nothing_else() -> None:
    harbour, _, bob, maker = pair_within()
    file_of(harbour, maker, "bob.txt", b"1")
    file_of(harbour, maker, "bob.txt", b"2")
    record_of(harbour, maker, name="Bob’s")
    others = file_of(harbour, "alice", "alice.txt")
    kept = record_of(harbour, "alice", name="Alice’s")
    made = in_progress(account=harbour, member=bob, email=bob.email, role=OurRole.INSTRUCTED)
    for category in (Category.PROFILE, Category.SIGN_IN, Category.CONTENT):
        decided(made, category)

    carried_out(made)

    assert list(File.objects.values_list("pk", flat=True)) == [others.id]
    assert list(Record.objects.values_list("pk", flat=True)) == [kept.id]
    assert on_disk(harbour) == [others.version_id]
    assert not User.objects.filter(member=bob.id).exists()


def test_deletion__in_systems_is_not_done_before_they_confirm() -> None:
    lost = Answer(Outcome.UNKNOWN, trouble=SystemTrouble.TIMEOUT)
    simulator = shop(lost, CONFIRMED)
    harbour, _, bob = pair()
    made = in_progress(account=harbour, member=bob, email=bob.email, role=OurRole.INSTRUCTED)
    decided(made, Category.CONTENT)

    now = carried_out(made)
    visited(now)
    assert read(made).next is Next.WAIT_FOR_SYSTEMS
    [receipt] = [one.receipt for one in all_for(erasure(made).id)]
    assert [one.state for one in receipt.systems] == [SystemState.INSTRUCTED]
    with pytest.raises(NotDone):
        deciding.conclude(request_id=made.id, words="", by=DPO, now=NOW)

    for hours in (7, 8, 9):
        later = NOW + timedelta(hours=hours)
        visited(later)
        turned(later, minutes=2)
    assert read(made).shown.executed_at
    assert {one.scope for one in Delivery.objects.all()} == {"person"}
    assert len({key for what, key in simulator.asked if what == "erase"}) == 1
    followed = all_for(erasure(made).id)[-1]
    assert [one.state for one in followed.receipt.systems] == [SystemState.CONFIRMED]


def visited(now: object) -> None:
    for system in rounds.systems_due(now=now):  # type: ignore[arg-type]
        rounds.visit(system_id=system, now=now)  # type: ignore[arg-type]


def test_deletion__by_hand_waits_until_somebody_says_how() -> None:
    made = in_progress()
    decided(made, Category.STAFF)
    with pytest.raises(NotNow):
        execution.executed_by_hand(request_id=made.id, words="Gone.", by=DPO, now=NOW)
    carried_out(made)
    assert read(made).next is Next.DELETE_BY_HAND
    assert not erasure(made).is_done

    execution.executed_by_hand(request_id=made.id, words="Page torn out.", by=DPO, now=NOW)
    turned(NOW + timedelta(minutes=5))

    said = [one for one in read(made).story if one.what == "by-hand"]
    assert [one.words for one in said] == ["Page torn out."]
    [receipt] = [one.receipt for one in all_for(erasure(made).id)]
    assert Method.BY_HAND in {one.method for one in receipt.stores}
    with pytest.raises(NotNow):
        execution.executed_by_hand(request_id=made.id, words="Again.", by=DPO, now=NOW)


def test_deletion__needs_something_granted_and_asked_for() -> None:
    refused = in_progress()
    decided(refused, Category.CONTRACT, "17-3-b")
    asked_for_access = in_progress(RequestKind.ACCESS)
    decided(asked_for_access, Category.PROFILE)

    for made in (refused, asked_for_access):
        with pytest.raises(NothingToDelete):
            planned(made)


def test_deletion__waits_for_the_second_person_too() -> None:
    made = in_progress()
    decided(made, Category.LETTERS)
    decided(made, Category.CONTRACT, "12-5-excessive")

    with pytest.raises(NothingToDelete):
        planned(made)


def test_deletion__approved_cannot_be_taken_back() -> None:
    made = in_progress()
    decided(made, Category.LETTERS)
    planned(made)
    approved(made)

    with pytest.raises(NotNow):
        handling.withdraw(token=made.status_token, now=NOW)
    with pytest.raises(NotNow):
        planned(made)


def test_deletion__that_was_only_counted_goes_with_the_request() -> None:
    made = in_progress()
    decided(made, Category.LETTERS)
    counted = planned(made)

    handling.withdraw(token=made.status_token, now=NOW)
    turned()

    assert read(made).erasure is None
    from trustkeep.lifecycle.models import Obligation

    assert Obligation.objects.get(pk=counted.id).stage == Stage.CANCELLED


def test_deciding_anew__drops_what_was_counted_before() -> None:
    made = in_progress()
    decided(made, Category.LETTERS)
    planned(made)

    decided(made, Category.LETTERS, "17-3-e")

    assert read(made).erasure is None
    assert read(made).next is Next.CONCLUDE


def test_deletion__of_the_same_member_is_not_taken_on_twice() -> None:
    harbour, _, bob = pair()
    for expected in (None, UnderWayAlready):
        made = in_progress(account=harbour, member=bob, email=bob.email)
        decided(made, Category.PROFILE)
        if expected is None:
            planned(made)
            continue
        with pytest.raises(expected):
            planned(made)


def test_deletion__leaves_other_accounts_as_they_were() -> None:
    harbour, _, bob = pair()
    pier = customer("Pier")
    mallory = member(pier, "Mallory")
    before = members(pier.id)
    made = in_progress(account=harbour, member=bob, email=bob.email)
    decided(made, Category.PROFILE)

    carried_out(made)

    assert members(pier.id) == before == [mallory]
    assert letters(mallory.email) == []
    assert uuid.UUID(read(made).shown.subject) == bob.id


def test_answer__tells_what_was_deleted_and_what_not_and_brings_the_receipt() -> None:
    harbour, _, bob, _ = pair_within()
    made = in_progress(account=harbour, member=bob, email=bob.email)
    decided(made, Category.PROFILE)
    decided(made, Category.CONTRACT, "17-3-b")
    carried_out(made)

    deciding.conclude(request_id=made.id, words="The law has us keep it.", by=DPO, now=NOW)

    told = letters(bob.email)[-1][2]
    [receipt] = all_for(erasure(made).id)
    assert "Members: 1, pseudonymised" in told
    assert "contract and invoices: refused" in told
    assert str(receipt.id) in told
    sent = Letter.objects.exclude(enclosures=None).get()
    assert endings_in(sent) == ["json", "pdf", "tlog-proof"]


def endings_in(letter: Letter) -> list[str]:
    names = letter.enclosures.values_list("name", flat=True)
    return sorted(name.rpartition(".")[2] for name in names)


def test_deletion__begun_before_the_engine_knew_requests_is_taken_over() -> None:
    from trustkeep.lifecycle.requests.models import Request

    harbour, _, bob, _ = pair_within()
    made = in_progress(account=harbour, member=bob, email=bob.email)
    decided(made, Category.SIGN_IN)
    Request.objects.filter(pk=made.id).update(executing_at=NOW)

    turned(minutes=5)

    assert read(made).shown.executed_at
    assert not User.objects.filter(member=bob.id).exists()
