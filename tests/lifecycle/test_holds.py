"""Legal holds: of something that exists, reviewed in time, and told to the customer as they are."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest

from tests.lifecycle.world import A_DAY, JONAS, ended, harbour, turn
from tests.promises.world import NOW, person
from tests.requests.asking import kinds_written, letters
from trustkeep.accounts.actions import change_roles
from trustkeep.accounts.models import Person
from trustkeep.accounts.roles import Role
from trustkeep.lifecycle import holding
from trustkeep.lifecycle.deadlines import DELETE_MARGIN, REMIND_OF_REVIEW
from trustkeep.lifecycle.ends import contract_ends
from trustkeep.lifecycle.holding import (
    Basis,
    NewHold,
    NoSuchStore,
    place_hold,
    release_hold,
    remind_of_reviews,
    review_hold,
    stores_to_hold,
)
from trustkeep.lifecycle.models import Hold, Obligation
from trustkeep.lifecycle.planning import ask_for_deletion
from trustkeep.records.periods import end_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("asked_house")]
ALICE = "alice@harbour-1.example"


def a_hold(review: date | None = None, store: str = "", *, tell: bool = False) -> NewHold:
    review_date = review or (NOW + 90 * A_DAY).date()
    known = Person.objects.filter(name="Mira").first()
    owner = known.id if known else person("Mira").id
    return NewHold(Basis.LITIGATION, "3 O 12/26", owner, review_date, store, tell)


def text_to(email: str, kind: str) -> str:
    [text] = [text for found, _, text in letters(email) if found == kind]
    return " ".join(text.split())


def day(at: datetime) -> str:
    return f"{at.day} {at:%B %Y}"


def test_hold__of_a_store_that_does_not_exist_is_refused() -> None:
    account = harbour()

    with pytest.raises(NoSuchStore):
        place_hold(account_id=account.id, new=a_hold(store="objekts"), by=JONAS, now=NOW)

    assert not Hold.objects.exists()
    for store in stores_to_hold():
        place_hold(account_id=account.id, new=a_hold(store=store), by=JONAS, now=NOW)


def test_hold__of_an_account_that_goes_on_does_not_tell_it_that_it_is_locked() -> None:
    account = harbour()

    place_hold(account_id=account.id, new=a_hold(tell=True), by=JONAS, now=NOW)

    assert "Your access does not change" in text_to(ALICE, "hold-placed-early")
    assert "hold-placed" not in kinds_written(ALICE)


def test_release__of_an_overdue_account_tells_the_days_that_count() -> None:
    account = harbour()
    row = ended(account)
    held = place_hold(account_id=account.id, new=a_hold(), by=JONAS, now=NOW)
    turn(NOW)
    late = row.done_by + 20 * A_DAY

    release_hold(hold_id=held, by=JONAS, now=late)

    text = text_to(ALICE, "hold-released")
    assert day(late) in text
    assert day(late + DELETE_MARGIN) in text
    assert day(row.not_before) not in text


def test_release__of_one_of_two_holds_announces_no_deletion() -> None:
    account = harbour()
    ended(account)
    first = place_hold(account_id=account.id, new=a_hold(), by=JONAS, now=NOW)
    second = place_hold(account_id=account.id, new=a_hold(store="objects"), by=JONAS, now=NOW)

    release_hold(hold_id=first, by=JONAS, now=NOW + A_DAY)
    assert "hold-released" not in kinds_written(ALICE)
    release_hold(hold_id=second, by=JONAS, now=NOW + A_DAY)

    assert "hold-released" in kinds_written(ALICE)


def test_review__is_called_for_twice_before_it_is_due_and_again_after_it_was_moved() -> None:
    change_roles(person_id=person("Dora").id, roles=[Role.DPO], now=NOW)
    account = harbour()
    review = (NOW + 60 * A_DAY).date()
    held = place_hold(account_id=account.id, new=a_hold(review), by=JONAS, now=NOW)
    early, late = (end_of(review) - A_DAY - before for before in REMIND_OF_REVIEW)

    assert remind_of_reviews(now=early - A_DAY) == 0
    # Who answers for it and the DPO.
    assert remind_of_reviews(now=early) == 2
    assert remind_of_reviews(now=early + A_DAY) == 0
    assert remind_of_reviews(now=late) == 2
    review_hold(hold_id=held, review_date=review + 30 * A_DAY, by=JONAS, now=late)
    assert remind_of_reviews(now=late) == 0
    assert remind_of_reviews(now=early + 30 * A_DAY) == 2
    release_hold(hold_id=held, by=JONAS, now=late)
    assert remind_of_reviews(now=late + 60 * A_DAY) == 0


def test_hold__that_nobody_reviewed_keeps_the_data_and_excuses_nothing_more() -> None:
    account = harbour()
    row = ended(account)
    review = (row.done_by + 10 * A_DAY).date()
    held = place_hold(account_id=account.id, new=a_hold(review), by=JONAS, now=NOW)

    [before] = contract_ends(end_of(review) - timedelta(hours=1))
    [after] = contract_ends(end_of(review) + DELETE_MARGIN)

    assert before.held
    assert not after.held
    assert after.done_by == end_of(review) + DELETE_MARGIN
    assert holding.is_held(account.id)
    release_hold(hold_id=held, by=JONAS, now=end_of(review) + 5 * A_DAY)
    [released] = contract_ends(end_of(review) + 5 * A_DAY)
    assert released.done_by == after.done_by


def test_early_deletion__is_told_to_everybody_who_speaks_for_the_customer() -> None:
    account = harbour()
    ended(account)
    turn(NOW)

    ask_for_deletion(account_id=account.id, cause="request-dpo", request="R-1", by=JONAS, now=NOW)

    for who in (ALICE, "privacy@harbour.example"):
        assert "the data protection officer" in text_to(who, "deletion-asked")
    assert "deletion-asked" not in kinds_written("bob@harbour-1.example")
    assert Obligation.objects.get().begun_at is None
