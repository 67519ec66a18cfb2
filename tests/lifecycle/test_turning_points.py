"""Ending, calling off, reinstating, holding: each edge with the guard that shuts it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from tests.customers import admitted, customer, member
from tests.lifecycle.world import (
    A_DAY,
    A_MINUTE,
    AN_HOUR,
    JONAS,
    MIRA,
    believe,
    ended,
    harbour,
    house,
    some_id,
    stage,
    state,
    step_of,
    turn,
)
from tests.promises.world import NOW, person
from trustkeep.accounts import gate
from trustkeep.accounts.models import Account
from trustkeep.identity import resets, tokens
from trustkeep.identity.models import PasswordReset, User
from trustkeep.identity.scopes import Scope
from trustkeep.lifecycle import clocks, holding, planning, schedule
from trustkeep.lifecycle.deadlines import REVIEW_HOLDS_WITHIN
from trustkeep.lifecycle.edges import EdgeRefused, NothingUnderWay, enter_purging, move
from trustkeep.lifecycle.holding import Basis, HoldInvalid, NewHold, place_hold, release_hold
from trustkeep.lifecycle.models import Approval, Obligation, Step
from trustkeep.lifecycle.planning import (
    NotLockedYet,
    PlanChanged,
    SecondPersonNeeded,
    approve,
    ask_for_deletion,
    make_plan,
)
from trustkeep.lifecycle.receipts import ReceiptNamesPerson
from trustkeep.lifecycle.reinstating import NotLocked, TooLateToReinstate, agree_to_reinstate
from trustkeep.lifecycle.stages import Stage, StepKind, StepState, Trouble
from trustkeep.lifecycle.terminating import (
    AlreadyEnding,
    EndHasCome,
    EndInvalid,
    call_off,
    end_contract,
)
from trustkeep.vault.keys import installed
from trustkeep.vault.keystore import KeyState

pytestmark = pytest.mark.django_db


def a_hold(**told: object) -> NewHold:
    values = {
        "basis": Basis.LITIGATION,
        "reason": "Court of Hamburg, 3 O 12/26",
        "owner_id": person("Mira").id,
        "review_date": (NOW + 90 * A_DAY).date(),
        "tell": False,
    }
    return NewHold(**{**values, **told})  # type: ignore[arg-type]


def pending() -> Obligation:
    """An obligation that has reached its floor, with its plan."""
    row = ended(harbour())
    turn(NOW)
    row.refresh_from_db()
    move(row, Stage.PURGE_PENDING, by="test", now=row.not_before)
    believe(row.not_before)
    return row


def test_end__that_is_scheduled_leaves_the_account_open_until_then() -> None:
    account = harbour()
    end_contract(account_id=account.id, by=JONAS, now=NOW, ends_at=NOW + A_DAY)

    turn(NOW + A_DAY - A_MINUTE)

    assert state(account) == "terminating"
    assert gate.passage(account.id, now=NOW + A_DAY - A_MINUTE).is_open
    assert not gate.passage(account.id, now=NOW + A_DAY).is_open


def test_end__refuses_the_past_the_far_future_and_a_second_end() -> None:
    account = harbour()
    for at in (NOW - A_MINUTE, NOW + 20_000 * A_DAY):
        with pytest.raises(EndInvalid):
            end_contract(account_id=account.id, by=JONAS, now=NOW, ends_at=at)
    ended(account)

    with pytest.raises(AlreadyEnding):
        ended(account)


def test_calling_off__opens_the_account_again_and_drops_every_step() -> None:
    account = harbour()
    end_contract(account_id=account.id, by=JONAS, now=NOW, ends_at=NOW + A_DAY)

    call_off(account_id=account.id, by=JONAS, now=NOW + AN_HOUR)

    assert (stage(account), state(account)) == ("cancelled", "active")
    assert Account.objects.get(pk=account.id).ends_at is None
    assert not Step.objects.filter(state=StepState.DUE, kind=StepKind.LOCK).exists()
    with pytest.raises(NothingUnderWay):
        call_off(account_id=account.id, by=JONAS, now=NOW)


def test_calling_off__comes_too_late_once_the_end_has_come() -> None:
    account = harbour()
    end_contract(account_id=account.id, by=JONAS, now=NOW, ends_at=NOW + A_DAY)

    with pytest.raises(EndHasCome):
        call_off(account_id=account.id, by=JONAS, now=NOW + A_DAY)


@pytest.mark.when("back-in-time")
def test_reinstatement__needs_two_people_and_gives_access_but_no_old_session() -> None:
    house()
    account = harbour()
    ended(account)
    turn(NOW)
    generation = Account.objects.get(pk=account.id).generation

    assert not agree_to_reinstate(account_id=account.id, by=JONAS, now=NOW + A_DAY)
    with pytest.raises(SecondPersonNeeded):
        agree_to_reinstate(account_id=account.id, by=JONAS, now=NOW + A_DAY)
    assert state(account) == "locked"
    assert agree_to_reinstate(account_id=account.id, by=MIRA, now=NOW + A_DAY)

    assert (stage(account), state(account)) == ("reinstated", "active")
    assert gate.passage(account.id, now=NOW + A_DAY).is_open
    assert Account.objects.get(pk=account.id).generation == generation == 2


def test_reinstatement__brings_no_old_token_and_no_old_link_back() -> None:
    account = customer()
    alice = User.objects.get(pk=admitted(member(account)))
    wanted = tokens.NewToken(name="nightly", scopes=(Scope.FILES_READ,), account_id=account.id)
    _, token = tokens.issue(new=wanted, by=str(alice.pk), now=NOW)
    asked = PasswordReset(asked_at=NOW, handled_at=NOW, sealed=b"")
    link = resets.issued(asked, alice, now=NOW)
    asked.save()
    ended(account)
    turn(NOW)

    for who in (JONAS, MIRA):
        agree_to_reinstate(account_id=account.id, by=who, now=NOW + A_MINUTE)

    assert gate.passage(account.id, now=NOW + 2 * A_MINUTE).is_open
    with pytest.raises(tokens.TokenRefused):
        tokens.bearer(token, now=NOW + 2 * A_MINUTE)
    with pytest.raises(resets.ResetRefused):
        resets.user_of(link, now=NOW + 2 * A_MINUTE)
    assert step_of(Obligation.objects.get(), StepKind.LOCK).told["tokens"] == 1


@pytest.mark.when("back-in-time")
def test_reinstatement__lets_a_later_end_count_anew() -> None:
    account = harbour()
    first = ended(account)
    turn(NOW)
    for who in (JONAS, MIRA):
        agree_to_reinstate(account_id=account.id, by=who, now=NOW + A_DAY)

    second = ended(account, NOW + 2 * A_DAY)

    assert second.generation == first.generation + 1
    assert second.not_before == first.not_before + 2 * A_DAY


@pytest.mark.when("back-in-time")
def test_reinstatement__is_refused_before_the_lock_and_after_the_first_destruction() -> None:
    account = harbour()
    end_contract(account_id=account.id, by=JONAS, now=NOW, ends_at=NOW + A_DAY)
    with pytest.raises(NotLocked):
        agree_to_reinstate(account_id=account.id, by=JONAS, now=NOW)

    row = pending_of(account)
    assert enter_purging(row, now=row.not_before)
    with pytest.raises(TooLateToReinstate):
        agree_to_reinstate(account_id=account.id, by=JONAS, now=row.not_before)


def pending_of(account: object) -> Obligation:
    row = Obligation.objects.get(account=account.id)  # type: ignore[attr-defined]
    turn(NOW + A_DAY)
    row.refresh_from_db()
    move(row, Stage.PURGE_PENDING, by="test", now=row.not_before)
    return row


@pytest.mark.asvs("2.3.4")
@pytest.mark.when("two-at-once")
def test_point_of_no_return__is_passed_once() -> None:
    row = pending()
    stale = Obligation.objects.get(pk=row.pk)

    assert enter_purging(row, now=row.not_before)
    assert not enter_purging(stale, now=row.not_before)


@pytest.mark.when("no-return")
def test_point_of_no_return__is_not_passed_before_the_floor_or_with_another_plan() -> None:
    row = pending()

    assert not enter_purging(row, now=row.not_before - A_MINUTE)
    row.plan_digest = "other"
    assert not enter_purging(row, now=row.not_before)


@pytest.mark.when("hold-same-instant")
def test_hold_first__keeps_the_purge_from_beginning_in_the_same_instant() -> None:
    row = pending()
    stale = Obligation.objects.get(pk=row.pk)
    place_hold(account_id=row.customer.id, new=a_hold(), by=JONAS, now=row.not_before)

    assert not enter_purging(stale, now=row.not_before)


@pytest.mark.when("hold-same-instant")
def test_purge_first__lets_a_hold_of_the_same_instant_stop_before_the_next_step() -> None:
    row = pending()
    turn_begin(row)
    place_hold(account_id=row.customer.id, new=a_hold(), by=JONAS, now=row.not_before)

    turn(row.not_before)

    rows = Step.objects.filter(obligation=row, kind=StepKind.ROWS)
    assert {step.trouble for step in rows} == {Trouble.HELD}
    assert all(step.deleted is None for step in rows)


def turn_begin(row: Obligation) -> None:

    assert enter_purging(row, now=row.not_before)
    Step.objects.filter(obligation=row, kind=StepKind.BEGIN).update(state=StepState.DONE)
    schedule.on_purging(row, row.not_before)


@pytest.mark.when("holds")
def test_hold__blocks_destruction_and_never_the_lock() -> None:
    house()
    account = harbour()
    place_hold(account_id=account.id, new=a_hold(), by=JONAS, now=NOW)
    row = ended(account)

    turn(NOW)
    believe(row.not_before)
    turn(row.not_before)

    assert state(account) == "purge-pending"
    assert step_of(row, StepKind.BEGIN).trouble == Trouble.HELD


@pytest.mark.when("holds")
def test_hold__released_lets_what_waited_run_at_once() -> None:
    row = pending()
    hold = place_hold(account_id=row.customer.id, new=a_hold(), by=JONAS, now=NOW)
    late = row.done_by + A_DAY
    believe(late)
    turn(late)

    release_hold(hold_id=hold, by=MIRA, now=late)
    turn(late)

    row.refresh_from_db()
    assert row.stage == Stage.PURGING
    with pytest.raises(holding.NoSuchHold):
        release_hold(hold_id=hold, by=MIRA, now=late)


@pytest.mark.when("holds")
def test_hold__of_one_store_leaves_the_others_to_be_erased_in_time() -> None:
    row = pending()
    new = a_hold(store="accounts_accountact")
    place_hold(account_id=row.customer.id, new=new, by=JONAS, now=NOW)

    turn(row.not_before)

    assert step_of(row, StepKind.ROWS, "accounts_accountact").trouble == Trouble.HELD
    assert step_of(row, StepKind.ROWS, "identity_user").state == StepState.DONE
    assert step_of(row, StepKind.VERIFY).state == StepState.DUE


@pytest.mark.parametrize(
    "wrong",
    [
        {"reason": " "},
        {"review_date": NOW.date()},
        {"review_date": (NOW + REVIEW_HOLDS_WITHIN + 2 * A_DAY).date()},
    ],
)
def test_hold__needs_a_reason_and_a_day_of_review(wrong: dict[str, object]) -> None:
    account = harbour()

    with pytest.raises(HoldInvalid):
        place_hold(account_id=account.id, new=a_hold(**wrong), by=JONAS, now=NOW)


@pytest.mark.when("plan-binds")
def test_deletion_on_request__needs_a_second_person_and_the_present_plan() -> None:
    house()
    account = harbour()
    row = ended(account)
    turn(NOW)
    later = NOW + 2 * A_DAY
    believe(later)
    plan = ask_for_deletion(
        account_id=account.id, cause="request-dpo", request="r-1", by=JONAS, now=later
    )

    with pytest.raises(SecondPersonNeeded):
        approve(account_id=account.id, digest=plan.digest, by=JONAS, now=later)
    with pytest.raises(PlanChanged):
        approve(account_id=account.id, digest="0" * 64, by=MIRA, now=later)
    turn(later)
    assert state(account) == "locked"
    approve(account_id=account.id, digest=plan.digest, by=MIRA, now=later)
    turn(later)

    row.refresh_from_db()
    assert row.stage == Stage.PURGING
    assert row.cause == "request-dpo"
    assert plan.keys == 1


@pytest.mark.parametrize("request_", ["asked by alice", "alice@harbour-1.example", "x@y"])
def test_deletion_on_request__carries_a_number_and_nobodys_name(request_: str) -> None:
    account = harbour()
    ended(account)
    turn(NOW)

    with pytest.raises(ReceiptNamesPerson):
        ask_for_deletion(
            account_id=account.id, cause="request-dpo", request=request_, by=JONAS, now=NOW
        )


def test_deletion_on_request__waits_for_the_lock() -> None:
    account = harbour()
    end_contract(account_id=account.id, by=JONAS, now=NOW, ends_at=NOW + A_DAY)

    with pytest.raises(NotLockedYet):
        ask_for_deletion(account_id=account.id, cause="request-dpo", request="", by=JONAS, now=NOW)


@pytest.mark.asvs("16.5.3")
@pytest.mark.when("plan-binds")
def test_plan__that_no_longer_fits_stops_and_asks_until_somebody_agrees(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    house()
    row = pending()
    counted = planning.counted(row)
    more = {**counted, "stores": {**counted["stores"], "objects": 500}}
    monkeypatch.setattr(planning, "counted", lambda _row: more)

    turn(row.not_before)

    assert step_of(row, StepKind.BEGIN).trouble == Trouble.DRIFTED
    row.refresh_from_db()
    approve(account_id=row.customer.id, digest=row.plan_digest, by=MIRA, now=row.not_before)
    turn(row.not_before + A_MINUTE)
    row.refresh_from_db()
    assert row.stage == Stage.PURGING


def test_plan__counts_and_changes_nothing() -> None:
    account = harbour()
    ended(account)
    turn(NOW)

    first = make_plan(account_id=account.id, by=JONAS, now=NOW)

    assert first.counts["accounts_member"] == 2
    assert first.records > 5
    assert make_plan(account_id=account.id, by=JONAS, now=NOW).counts["accounts_member"] == 2


@pytest.mark.asvs("2.3.1")
def test_edges__that_are_not_drawn_are_refused() -> None:
    row = ended(harbour())

    with pytest.raises(EdgeRefused):
        move(row, Stage.PURGED, by="test", now=NOW)


@pytest.mark.asvs("2.2.3")
def test_database__itself_refuses_what_may_never_be() -> None:
    row = ended(harbour())
    step = step_of(row, StepKind.LOCK)
    wrong = (
        lambda: Step.objects.filter(pk=step.pk).update(state=StepState.DONE, remaining=1),
        lambda: Step.objects.filter(pk=step.pk).update(state=StepState.NOT_APPLICABLE),
        lambda: Obligation.objects.filter(pk=row.pk).update(stage=Stage.PURGED),
        lambda: Obligation.objects.filter(pk=row.pk).update(not_before=NOW - A_DAY),
        lambda: Obligation.objects.create(
            account_id=row.customer.id,
            generation=9,
            trusted_at=NOW,
            not_before=NOW,
            done_by=NOW + A_DAY,
            stage=Stage.LOCKED,
            stage_at=NOW,
            made_at=NOW,
            commitment=b"",
            cause="contract-end",
        ),
    )

    for act in wrong:
        with pytest.raises(IntegrityError), transaction.atomic():
            act()


@pytest.mark.when("two-at-once")
def test_approvals__of_one_person_count_once() -> None:
    row = ended(harbour())
    Approval.objects.create(obligation=row, what="plan", digest="d", by=JONAS, at=NOW)

    with pytest.raises(IntegrityError), transaction.atomic():
        Approval.objects.create(obligation=row, what="plan", digest="d", by=JONAS, at=NOW)


@pytest.mark.when("clock-ahead")
def test_clock__that_jumps_ahead_freezes_destruction_and_not_the_lock() -> None:
    house()
    account, other = harbour(), harbour("Lagoon")
    row = ended(account)
    end_contract(account_id=other.id, by=JONAS, now=NOW, ends_at=NOW + 40 * A_DAY)
    turn(NOW)

    turn(NOW + 60 * A_DAY)

    assert (state(account), state(other)) == ("locked", "locked")
    assert step_of(row, StepKind.BEGIN).trouble == Trouble.CLOCK
    believe(NOW + 60 * A_DAY)
    turn(NOW + 60 * A_DAY + A_MINUTE)
    assert state(account) == "purging"


def test_clock__that_a_second_one_agrees_with_is_believed(monkeypatch: pytest.MonkeyPatch) -> None:
    clocks.look(NOW)
    monkeypatch.setattr(clocks.joined, "second", lambda: NOW + 60 * A_DAY)

    assert clocks.look(NOW + 60 * A_DAY)
    assert not clocks.look(NOW + 120 * A_DAY)


@pytest.mark.when("clock-behind")
def test_clock__that_goes_back_is_refused() -> None:
    clocks.look(NOW)
    clocks.look(NOW + A_DAY)

    assert not clocks.look(NOW)
    with pytest.raises(clocks.ClockDoubted):
        clocks.require_believed(NOW)
    assert clocks.shown().highest_at == NOW + A_DAY


def test_strangers__find_no_hold() -> None:
    with pytest.raises(holding.NoSuchHold):
        holding.review_hold(
            hold_id=some_id(), review_date=(NOW + timedelta(days=9)).date(), by=JONAS, now=NOW
        )


@pytest.mark.when("holds")
def test_hold__of_one_store_keeps_the_key_that_opens_it() -> None:
    row = pending()
    hold = place_hold(
        account_id=row.customer.id, new=a_hold(store="accounts_member"), by=JONAS, now=NOW
    )
    turn(row.not_before)
    late = row.done_by + AN_HOUR
    believe(late)

    turn(late)

    assert step_of(row, StepKind.CEILING).trouble == Trouble.HELD
    assert set(installed().versions(row.customer.id).values()) == {KeyState.CURRENT}
    release_hold(hold_id=hold, by=MIRA, now=late)
    turn(late + A_MINUTE)
    assert set(installed().versions(row.customer.id).values()) == {KeyState.DESTROYED}
