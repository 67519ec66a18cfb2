"""Requests and what can happen in the same instant: holds, colleagues, broken-off work."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from tests.customers import customer, member
from tests.lifecycle.requesting import (
    approved,
    carried_out,
    erasure,
    file_of,
    obligation,
    of_things,
    on_disk,
    pair_within,
    planned,
    turned,
)
from tests.lifecycle.test_faults import Killed, believed
from tests.lifecycle.world import JONAS, pass_time
from tests.promises.world import NOW, person
from tests.requests.asking import DPO, SECOND, decided, in_progress, letters, read
from trustkeep.accounts import gate
from trustkeep.accounts.actions import change_roles
from trustkeep.accounts.models import Account
from trustkeep.accounts.roles import Role
from trustkeep.holdings.models import File
from trustkeep.identity.models import User
from trustkeep.lifecycle import holding, stepping
from trustkeep.lifecycle.attempts import LEASE
from trustkeep.lifecycle.edges import enter_purging
from trustkeep.lifecycle.holding import Basis, NewHold, place_hold
from trustkeep.lifecycle.issuing import all_for
from trustkeep.lifecycle.models import Obligation, Step
from trustkeep.lifecycle.planning import NotLockedYet, SecondPersonNeeded
from trustkeep.lifecycle.reinstating import agree_to_reinstate
from trustkeep.lifecycle.requests import execution, handling, timekeeping
from trustkeep.lifecycle.requests.execution import ConfirmationDiffers, NotConfirmed
from trustkeep.lifecycle.requests.kinds import Category, OurRole, Scope
from trustkeep.lifecycle.requests.queries import Next
from trustkeep.lifecycle.requests.receiving import Received
from trustkeep.lifecycle.requests.states import NotNow
from trustkeep.lifecycle.stages import Stage, StepKind, Trouble

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("asked_house")]
NAME = "Harbour GmbH"
LATER = NOW + timedelta(minutes=10)


def hold(store: str = "") -> NewHold:
    review = (NOW + timedelta(days=90)).date()
    return NewHold(Basis.LITIGATION, "3 O 12/26", person("Mira").id, review, store, tell=False)


def one_file() -> tuple[Received, File]:
    harbour, _, _, maker = pair_within()
    gone = file_of(harbour, maker)
    return of_things(harbour, f"file:{gone.id}"), File.objects.get(pk=gone.id)


def test_hold__keeps_a_request_with_a_sentence_and_its_release_lets_it_go_on() -> None:
    made, file = one_file()
    planned(made)
    placed = place_hold(account_id=file.account_id, new=hold(), by=JONAS, now=NOW)
    approved(made)

    turned()
    assert erasure(made).troubles == (Trouble.HELD,)
    assert File.objects.filter(pk=file.pk).exists()

    holding.release_hold(hold_id=placed, by=JONAS, now=LATER)
    turned(LATER)
    assert erasure(made).is_done
    assert not File.objects.filter(pk=file.pk).exists()


def test_hold__that_was_there_before_counts_for_a_request_too() -> None:
    made, file = one_file()
    place_hold(account_id=file.account_id, new=hold(), by=JONAS, now=NOW)

    planned(made)
    approved(made)
    turned()

    assert obligation(made).hold_count == 1
    assert File.objects.filter(pk=file.pk).exists()


@pytest.mark.when("hold-same-instant")
def test_hold_first__keeps_the_deletion_from_beginning_in_the_same_instant() -> None:
    made, file = one_file()
    planned(made)
    approved(made)
    stale = obligation(made)
    place_hold(account_id=file.account_id, new=hold(), by=JONAS, now=NOW)

    assert not enter_purging(stale, now=NOW)


def test_deletion_first__lets_a_hold_of_the_same_instant_stop_before_the_next_step() -> None:
    made, file = one_file()
    planned(made)
    approved(made)
    begin = Step.objects.get(obligation=erasure(made).id, kind=StepKind.BEGIN)
    stepping.run_step(step_id=begin.pk, worker="one", now=NOW)
    place_hold(account_id=file.account_id, new=hold(), by=JONAS, now=NOW)

    turned()

    assert obligation(made).stage == Stage.PURGING
    assert erasure(made).troubles == (Trouble.HELD,)
    assert File.objects.filter(pk=file.pk).exists()


def test_hold__of_one_store_spares_that_store_alone() -> None:
    made, file = one_file()
    planned(made)
    place_hold(account_id=file.account_id, new=hold("objects"), by=JONAS, now=NOW)
    approved(made)

    turned()

    assert Trouble.HELD in erasure(made).troubles
    assert not erasure(made).erased_at


@pytest.mark.when("two-at-once")
def test_two_who_approve_at_once__leave_one_approval_and_one_beginning() -> None:
    made, _ = one_file()
    plan = planned(made).plan
    assert plan is not None
    seen = [read(made).erasure, read(made).erasure]

    assert [one.waits_for_approval for one in seen if one] == [True, True]
    approved(made, by=SECOND)
    with pytest.raises(NotNow):
        execution.approve(request_id=made.id, digest=plan.digest, by="third", now=NOW)

    assert erasure(made).approved_by == (SECOND,)
    assert [one.what for one in read(made).story].count("executing") == 1


@pytest.mark.when("two-at-once")
def test_two_who_plan_at_once__leave_one_deletion(monkeypatch: pytest.MonkeyPatch) -> None:
    made, _ = one_file()
    owe = execution._owe
    other: list[bool] = []

    def and_meanwhile(*rest: Any) -> Any:
        if not other:
            other.append(True)
            execution.plan(request_id=made.id, by=SECOND, now=NOW)
        return owe(*rest)

    monkeypatch.setattr(execution, "_owe", and_meanwhile)
    with pytest.raises(NotNow):
        execution.plan(request_id=made.id, by=DPO, now=NOW)

    assert Obligation.objects.filter(request=str(made.id)).count() == 1


def test_deciding_otherwise_while_it_is_counted__leaves_no_deletion(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    made, file = one_file()
    owe = execution._owe

    def and_then_refused(*rest: Any) -> Any:
        owed = owe(*rest)
        decided(made, Category.CONTENT, "17-3-e")
        decided(made, Category.LETTERS)
        return owed

    monkeypatch.setattr(execution, "_owe", and_then_refused)
    with pytest.raises(NotNow):
        execution.plan(request_id=made.id, by=DPO, now=NOW)
    turned()

    assert Obligation.objects.get(request=str(made.id)).stage == Stage.CANCELLED
    assert File.objects.filter(pk=file.pk).exists()


def test_process_killed_between_planning_and_linking__leaves_one_deletion(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    made, _ = one_file()

    def dying(*_: Any, **__: Any) -> None:
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(execution, "row_of", dying)
        with pytest.raises(Killed):
            execution.plan(request_id=made.id, by=DPO, now=NOW)
    planned(made)

    assert Obligation.objects.filter(request=str(made.id)).count() == 1


@pytest.mark.when("worker-killed")
def test_worker__killed_before_any_step_of_a_request_settles_doubles_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    harbour, _, bob, maker = pair_within()
    file_of(harbour, maker, "1"), file_of(harbour, maker, "2")
    kept = file_of(harbour, "alice", "3")
    made = in_progress(account=harbour, member=bob, email=bob.email, role=OurRole.INSTRUCTED)
    for category in (Category.PROFILE, Category.SIGN_IN, Category.CONTENT):
        decided(made, category)
    planned(made)
    approved(made)
    settle, killed = stepping._settle, set()

    def dying(step: Step, *rest: Any) -> None:
        if step.pk not in killed:
            killed.add(step.pk)
            raise Killed
        settle(step, *rest)

    monkeypatch.setattr(stepping, "_settle", dying)
    now: datetime = NOW
    for _ in range(200):
        try:
            turned(now, minutes=1)
        except Killed:
            continue
        if obligation(made).erased_at:
            break
        now += LEASE
        believed(now)

    assert len(killed) > 15
    [receipt] = [one.receipt for one in all_for(erasure(made).id)]
    counts = {one.name: (one.records, one.remaining) for one in receipt.stores}
    assert counts["holdings_file"] == counts["holdings_fileversion"] == (2, 0)
    assert counts["identity_user"] == counts["accounts_member"] == (1, 0)
    assert on_disk(harbour) == [kept.version_id]
    assert not User.objects.filter(member=bob.id).exists()


@pytest.mark.when("upload-while-deleting")
def test_upload__in_the_instant_of_the_deletion_comes_before_it_or_is_another_file() -> None:
    harbour, _, _, maker = pair_within()
    gone = file_of(harbour, maker)
    made = of_things(harbour, f"file:{gone.id}")
    carried_out(made)

    after = file_of(harbour, maker, body=b"written later under the same name")

    assert after.id != gone.id
    assert on_disk(harbour) == [after.version_id]


def test_plan__that_no_longer_fits_asks_again_however_late_it_is() -> None:
    harbour, _, _, maker = pair_within()
    gone = file_of(harbour, maker)
    made = of_things(harbour, f"file:{gone.id}")
    planned(made)
    for number in range(30):
        file_of(harbour, maker, body=str(number).encode())
    approved(made)

    turned()

    assert Trouble.DRIFTED in erasure(made).troubles
    assert erasure(made).waits_for_approval
    assert read(made).next is Next.EXECUTE
    approved(made)
    turned(LATER)
    assert erasure(made).is_done


def whole() -> Received:
    """Alice, who owns Harbour, asks that everything goes while the contract runs."""
    harbour = customer()
    alice = member(harbour)
    made = in_progress(
        account=harbour, role=OurRole.INSTRUCTED, scope=Scope.ACCOUNT, email=alice.email
    )
    decided(made, Category.CONTENT)
    return made


def test_whole_account__goes_only_when_the_customer_has_typed_its_name() -> None:
    made = whole()
    assert read(made).next is Next.CONFIRM
    with pytest.raises(NotConfirmed):
        execution.plan(request_id=made.id, by=DPO, now=NOW)
    with pytest.raises(ConfirmationDiffers):
        execution.confirm(token=made.status_token, typed="Harbor", now=NOW)

    execution.confirm(token=made.status_token, typed=f" {NAME} ", now=NOW)

    assert read(made).next is Next.PLAN
    assert [to for kind, to, _ in letters() if kind == "request-told-to-others"] == [
        "privacy@harbour.example"
    ]
    with pytest.raises(NotNow):
        execution.confirm(token=made.status_token, typed=NAME, now=NOW)


def test_whole_account__ends_its_contract_and_goes_on_two_peoples_word() -> None:
    made = whole()
    execution.confirm(token=made.status_token, typed=NAME, now=NOW)
    execution.plan(request_id=made.id, by=DPO, now=NOW)
    account = Account.objects.get()
    with pytest.raises(gate.AccountClosed):
        gate.require_open(account.id, now=NOW)
    assert read(made).next is Next.WAIT_FOR_LOCK
    with pytest.raises(NotLockedYet):
        approved_whole(made)

    turned()
    assert read(made).next is Next.EXECUTE
    with pytest.raises(SecondPersonNeeded):
        approved(made, by=DPO, now=LATER)
    approved(made, by=SECOND, now=LATER)
    turned(LATER, minutes=6)

    account.refresh_from_db()
    assert account.state == "purged"
    assert read(made).shown.executed_at
    [receipt] = [one.receipt for one in all_for(erasure(made).id)]
    assert (receipt.extent, receipt.trigger.request) == ("account", str(made.id))


def approved_whole(made: Received) -> None:
    execution.approve(request_id=made.id, digest="0" * 64, by=SECOND, now=NOW)


def test_whole_account__whose_contract_has_ended_joins_the_deletion_under_way() -> None:
    made = whole()
    execution.confirm(token=made.status_token, typed=NAME, now=NOW)
    account = Account.objects.get()
    row = end(account)

    execution.plan(request_id=made.id, by=DPO, now=NOW)

    assert erasure(made).id == row.id


def end(account: Account) -> Obligation:
    from trustkeep.lifecycle.terminating import end_contract

    told = end_contract(account_id=account.id, by=JONAS, now=NOW)
    return Obligation.objects.get(pk=told.obligation)


def test_whole_account__whose_end_was_scheduled_ends_now() -> None:
    from trustkeep.lifecycle.terminating import end_contract

    made = whole()
    execution.confirm(token=made.status_token, typed=NAME, now=NOW)
    account = Account.objects.get()
    end_contract(account_id=account.id, by=JONAS, now=NOW, ends_at=NOW + timedelta(days=200))

    execution.plan(request_id=made.id, by=DPO, now=NOW)

    assert obligation(made).trusted_at == NOW


def test_whole_account__that_was_let_in_again_can_be_asked_to_go_once_more() -> None:
    made = whole()
    execution.confirm(token=made.status_token, typed=NAME, now=NOW)
    execution.plan(request_id=made.id, by=DPO, now=NOW)
    turned()
    first = erasure(made).id
    for who in (DPO, SECOND):
        agree_to_reinstate(account_id=Account.objects.get().id, by=who, now=LATER)
    assert read(made).next is Next.PLAN

    execution.plan(request_id=made.id, by=DPO, now=LATER)

    assert erasure(made).id != first


def test_alarms__of_a_deletion_on_request_follow_the_month_of_the_request() -> None:
    change_roles(person_id=person("Vera").id, roles=[Role.DPO], now=NOW)
    made, _ = one_file()
    planned(made)
    due = read(made).shown.due_at
    alarms = Step.objects.filter(obligation=erasure(made).id, kind=StepKind.ALARM)
    assert [one.next_at for one in alarms.order_by("next_at")] == [
        NOW + (due - NOW) * percent / 100 for percent in (50, 80, 100)
    ]

    pass_time(due + timedelta(hours=1), NOW)
    timekeeping.sound_alarms(now=due)

    kinds = [kind for kind, _, _ in letters() if kind.startswith("deadline-")]
    assert kinds == ["deadline-near", "deadline-near", "deadline-missed"]


def test_extension__gives_the_deletion_the_same_time_as_the_answer() -> None:
    from trustkeep.lifecycle.requests.kinds import ExtensionReason

    made, _ = one_file()
    planned(made)

    handling.extend(
        request_id=made.id, reason=ExtensionReason.COMPLEXITY, months=2, by=DPO, now=NOW
    )

    due = read(made).shown.due_at
    assert obligation(made).done_by == due
    last = Step.objects.get(obligation=erasure(made).id, kind=StepKind.ALARM, target="deletion-100")
    assert last.next_at == due
