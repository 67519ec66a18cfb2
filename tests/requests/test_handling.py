"""Identity first, then the role; questions, more time, and passing on what is not ours."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction

from tests.customers import customer, member
from tests.promises.world import NOW
from tests.requests.asking import DPO, decided, in_progress, kinds_written, letters, read, received
from trustkeep.lifecycle.request_letters import RequestKind
from trustkeep.lifecycle.requests import deciding, handling, story
from trustkeep.lifecycle.requests.handling import (
    ExtendedAlready,
    IdentityUnknown,
    NobodyToForwardTo,
    NoSuchRequest,
    ScopeUnclear,
    TooLateToExtend,
    WordsMissing,
)
from trustkeep.lifecycle.requests.kinds import Category, ExtensionReason, Means, OurRole, Scope
from trustkeep.lifecycle.requests.models import Request
from trustkeep.lifecycle.requests.queries import Next
from trustkeep.lifecycle.requests.receiving import Received
from trustkeep.lifecycle.requests.states import EDGES, OPEN, OUTCOMES, NotNow, State, require_edge
from trustkeep.vault.fields import COMPANY

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("asked")]


def as_processor(made: Received, account_id: object, scope: Scope = Scope.PERSON) -> None:
    handling.assess(
        request_id=made.id,
        role=OurRole.PROCESSOR,
        scope=scope,
        account_id=account_id,  # type: ignore[arg-type]
        by=DPO,
        now=NOW,
    )


def extended(made: Received, now: datetime, months: int = 2) -> None:
    handling.extend(
        request_id=made.id, reason=ExtensionReason.COMPLEXITY, months=months, by=DPO, now=now
    )


@pytest.mark.asvs("2.3.1")
def test_states__lead_from_receipt_to_one_outcome_and_to_closed() -> None:
    assert set(EDGES) == set(State)
    assert all(EDGES[state] == {State.CLOSED} for state in OUTCOMES)
    assert not any(EDGES[state] & {State.CLOSED} for state in OPEN)
    with pytest.raises(NotNow):
        require_edge(State.RECEIVED, State.IN_PROGRESS)


def test_assessing__waits_until_it_is_known_who_asks() -> None:
    made = received()

    with pytest.raises(IdentityUnknown):
        as_processor(made, customer().id)
    with pytest.raises(NotNow):
        decided(made)


def test_identity__is_noted_as_how_it_was_checked_and_nothing_more() -> None:
    made = received()

    handling.check_identity(
        request_id=made.id, means=Means.QUESTIONS, words="Knew her order.", by=DPO, now=NOW
    )

    found = read(made)
    assert found.shown.verified_by == Means.QUESTIONS
    assert found.next is Next.ASSESS
    assert found.story[-1].words == "Knew her order."
    with pytest.raises(NotNow):
        handling.check_identity(
            request_id=in_progress().id, means=Means.SHOWN, words="", by=DPO, now=NOW
        )


def test_assessing__moves_the_words_under_the_key_of_the_account() -> None:
    harbour = customer()
    alice = member(harbour)
    made = in_progress(account=harbour, member=alice)

    row = Request.objects.get(pk=made.id)
    assert row.sealed_for == harbour.id
    assert read(made).content.name == "Nora Fink"


def test_assessing__keeps_the_request_for_a_whole_account_readable_after_it() -> None:
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

    assert Request.objects.get(pk=made.id).sealed_for == COMPANY


@pytest.mark.parametrize(
    ("role", "scope", "subject"),
    [
        (OurRole.PROCESSOR, Scope.PERSON, ""),
        (OurRole.CONTROLLER, Scope.ACCOUNT, ""),
        (OurRole.CONTROLLER, Scope.MEMBER, ""),
        (OurRole.CONTROLLER, Scope.OBJECT, ""),
    ],
)
def test_assessing__asks_what_is_meant(role: OurRole, scope: Scope, subject: str) -> None:
    made = received(means=Means.CALL_BACK)

    with pytest.raises(ScopeUnclear):
        handling.assess(
            request_id=made.id,
            role=role,
            scope=scope,
            account_id=None,
            subject=subject,
            by=DPO,
            now=NOW,
        )
    assert read(made).shown.state is State.IDENTITY_CHECK


def test_assessing__takes_only_members_of_that_account() -> None:
    stranger = member(customer("Pier"), "Mallory")
    made = received(means=Means.CALL_BACK)

    with pytest.raises(ScopeUnclear):
        handling.assess(
            request_id=made.id,
            role=OurRole.CONTROLLER,
            scope=Scope.MEMBER,
            account_id=customer().id,
            subject=str(stranger.id),
            by=DPO,
            now=NOW,
        )


def test_question__waits_for_the_answer_while_the_clock_goes_on() -> None:
    made = in_progress()
    due_at = read(made).shown.due_at

    handling.ask(request_id=made.id, words="Which address did you use?", by=DPO, now=NOW)
    assert read(made).shown.state is State.WAITING
    assert "Which address did you use?" in letters()[-1][2]

    handling.reply(token=made.status_token, words="nora@old.example", now=NOW)
    found = read(made)
    assert (found.shown.state, found.shown.due_at) == (State.IN_PROGRESS, due_at)
    assert (found.story[-1].by, found.story[-1].words) == (story.REQUESTER, "nora@old.example")


def test_question__before_the_assessment_changes_no_state() -> None:
    made = received()

    handling.ask(request_id=made.id, words="Who are you?", by=DPO, now=NOW)

    assert read(made).shown.state is State.RECEIVED
    with pytest.raises(WordsMissing):
        handling.ask(request_id=made.id, words="  ", by=DPO, now=NOW)


def test_answer__by_a_made_up_link_reaches_nothing() -> None:
    received()

    with pytest.raises(NoSuchRequest):
        handling.reply(token="x" * 43, words="me", now=NOW)
    with pytest.raises(NoSuchRequest):
        handling.withdraw(token="", now=NOW)


def test_waiting__can_end_without_an_answer_by_the_link() -> None:
    made = in_progress()
    handling.ask(request_id=made.id, words="Which address?", by=DPO, now=NOW)

    handling.resume(request_id=made.id, words="She called.", by=DPO, now=NOW)

    assert read(made).shown.state is State.IN_PROGRESS


def test_extension__is_told_with_its_reason_and_moves_the_end() -> None:
    made = in_progress(received_at=datetime(2026, 11, 10, 9, tzinfo=UTC))

    extended(made, NOW)

    shown = read(made).shown
    assert str(shown.due_date) == "2027-02-10"
    assert shown.extended_at == NOW
    assert kinds_written().count("request-deletion-extended") == 1
    assert "supervisory authority" in " ".join(letters()[-1][2].split())


def test_extension__is_refused_once_the_first_month_is_over() -> None:
    made = in_progress(received_at=datetime(2026, 10, 20, 9, tzinfo=UTC))
    due_at = read(made).shown.due_at

    with pytest.raises(TooLateToExtend):
        extended(made, due_at)
    extended(made, due_at - timedelta(seconds=1))


def test_extension__is_refused_a_second_time_and_beyond_two_months() -> None:
    made = in_progress()
    with pytest.raises(ValueError, match="two"):
        extended(made, NOW, months=3)
    extended(made, NOW, months=1)

    with pytest.raises(ExtendedAlready):
        extended(made, NOW)


@pytest.mark.asvs("2.2.3")
def test_extension__after_the_month_is_refused_by_the_database_too() -> None:
    made = in_progress()
    row = Request.objects.get(pk=made.id)

    with pytest.raises(IntegrityError), transaction.atomic():
        Request.objects.filter(pk=made.id).update(
            extended_at=row.first_due_at + timedelta(days=1),
            due_at=row.due_at + timedelta(days=9),
        )


def test_forwarding__brings_the_words_to_the_customer_and_answers_nothing() -> None:
    harbour = customer(language="de")
    made = received(means=Means.CALL_BACK)
    as_processor(made, harbour.id)
    assert read(made).next is Next.FORWARD

    handling.forward(request_id=made.id, by=DPO, now=NOW)

    [to_customer] = [one for one in letters() if one[1] == "privacy@harbour.example"]
    assert "nora@example.org" in to_customer[2]
    assert "Please delete what you hold about me." in " ".join(to_customer[2].split())
    [to_nora] = [one for one in letters() if one[0] == "request-deletion-forwarded"]
    assert "Harbour GmbH" in to_nora[2]
    assert read(made).shown.state is State.FORWARDED


def test_forwarding__finds_an_owner_where_no_contact_is_known() -> None:
    harbour = customer(dpo_contact="")
    made = received(means=Means.CALL_BACK)
    as_processor(made, harbour.id)
    with pytest.raises(NobodyToForwardTo):
        handling.forward(request_id=made.id, by=DPO, now=NOW)
    assert read(made).shown.state is State.ASSESSED

    alice = member(harbour)
    handling.forward(request_id=made.id, by=DPO, now=NOW)

    assert kinds_written(alice.email) == ["request-to-controller"]


def test_processor__never_decides_about_a_customers_data() -> None:
    made = received(means=Means.CALL_BACK)
    as_processor(made, customer().id)

    with pytest.raises(NotNow):
        decided(made)
    with pytest.raises(NotNow):
        deciding.conclude(request_id=made.id, words="No.", by=DPO, now=NOW)


def test_controller__never_forwards_what_is_ours() -> None:
    made = in_progress()

    with pytest.raises(NotNow):
        handling.forward(request_id=made.id, by=DPO, now=NOW)


def test_withdrawing__ends_the_request_and_is_confirmed() -> None:
    made = in_progress()

    handling.withdraw(token=made.status_token, now=NOW)

    assert read(made).shown.state is State.WITHDRAWN
    assert "request-withdrawn" in kinds_written()
    with pytest.raises(NotNow):
        decided(made)


def test_closing__follows_an_outcome_only() -> None:
    made = in_progress()
    with pytest.raises(NotNow):
        handling.close(request_id=made.id, by=DPO, now=NOW)
    handling.withdraw(token=made.status_token, now=NOW)

    handling.close(request_id=made.id, by=DPO, now=NOW)

    assert read(made).next is Next.NOTHING
    with pytest.raises(NotNow):
        handling.withdraw(token=made.status_token, now=NOW)


def test_identity__that_stays_unknown_is_a_ground_of_its_own() -> None:
    made = received(means=Means.EMAIL_LINK)
    with pytest.raises(NotNow):
        decided(made, Category.PROFILE, "17-3-e")

    decided(made, Category.PROFILE, "11-2")
    outcome = deciding.conclude(
        request_id=made.id, words="We know nobody of this name.", by=DPO, now=NOW
    )

    assert outcome is State.REFUSED
    assert read(made).shown.kinds == (RequestKind.DELETION,)
