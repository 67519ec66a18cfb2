"""A request comes in: its clock starts, its words are sealed, and whoever asked is told."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from tests.customers import customer, member
from tests.promises.world import NOW
from tests.requests.asking import kinds_written, letters, new, read, received, token_in
from trustkeep.accounts.gate import AccountClosed
from trustkeep.evidence.queries import entry
from trustkeep.lifecycle.request_letters import RequestKind
from trustkeep.lifecycle.requests import content, queries, receiving
from trustkeep.lifecycle.requests.handling import NoSuchRequest
from trustkeep.lifecycle.requests.kinds import Means
from trustkeep.lifecycle.requests.models import Request
from trustkeep.lifecycle.requests.receiving import MOST_WORDS, RequestInvalid
from trustkeep.lifecycle.requests.states import State
from trustkeep.vault.fields import COMPANY

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("asked")]


def test_receipt__starts_the_clock_on_the_day_it_came_in() -> None:
    made = received(received_at=datetime(2026, 11, 10, 9, tzinfo=UTC))

    shown = read(made).shown
    assert shown.due_at == datetime(2026, 12, 10, 23, tzinfo=UTC)
    assert str(shown.due_date) == "2026-12-10"
    assert shown.state is State.RECEIVED


def test_receipt__counts_the_day_where_the_company_is() -> None:
    # Half past eleven in the evening (UTC) is the next day in Berlin.
    made = received(received_at=datetime(2026, 11, 9, 23, 30, tzinfo=UTC))

    assert str(read(made).shown.due_date) == "2026-12-10"


def test_receipt__is_confirmed_in_the_language_of_who_asked() -> None:
    received(RequestKind.ACCESS, language="fr")

    [(kind, to, text)] = letters()
    assert (kind, to) == ("request-access-received", "nora@example.org")
    assert "Bonjour Nora Fink" in text
    assert queries.by_link(token_in(text)).content.name == "Nora Fink"


def test_receipt__of_several_rights_is_one_letter_that_names_them_all() -> None:
    received(RequestKind.ACCESS, RequestKind.DELETION)

    [(kind, _, text)] = letters()
    assert kind == "request-received"
    told = " ".join(text.split())
    assert "access (Article 15 GDPR), erasure (Article 17 GDPR)" in told


def test_receipt__seals_who_asked_and_in_which_words() -> None:
    made = received()

    row = Request.objects.get(pk=made.id)
    assert row.sealed_for == COMPANY
    assert b"Nora" not in bytes(row.sealed)
    assert content.content_of(row).text == "Please delete what you hold about me."


def test_receipt__leaves_an_entry_that_names_nobody() -> None:
    made = received()

    index = read(made).story[0].entry_index
    leaf = entry(index).leaf.decode()
    assert '"type":"request"' in leaf
    assert "deletion-on-request" in leaf
    assert "Nora" not in leaf


def test_receipt__keeps_no_token_that_opens_the_page() -> None:
    made = received()

    row = Request.objects.get(pk=made.id)
    assert made.status_token not in row.status_digest
    with pytest.raises(NoSuchRequest):
        queries.by_link(row.status_digest)


@pytest.mark.parametrize(
    "wrong",
    [
        {"kinds": ()},
        {"email": "nobody"},
        {"text": "   "},
        {"text": "x" * (MOST_WORDS + 1)},
        {"language": "it"},
        {"name": "x" * 201},
        {"received_at": NOW + timedelta(minutes=1)},
    ],
)
def test_receipt__refuses_what_cannot_be_answered(wrong: dict[str, object]) -> None:
    with pytest.raises(RequestInvalid):
        receiving.receive(new=new(**{"kinds": (RequestKind.ACCESS,), **wrong}), by="x", now=NOW)

    assert letters() == []


def test_member__who_signed_in_is_known_and_asks_for_themselves() -> None:
    alice = member(customer())

    made = receiving.receive_from_member(
        account_id=alice.account_id,
        member_id=alice.id,
        kinds=(RequestKind.ACCESS,),
        text="Everything about me, please.",
        language="en",
        now=NOW,
    )

    shown = read(made).shown
    assert (shown.verified_by, shown.subject) == (Means.SIGNED_IN, str(alice.id))
    assert shown.state is State.IDENTITY_CHECK
    assert Request.objects.get(pk=made.id).sealed_for == alice.account_id
    assert kinds_written(alice.email) == ["request-access-received"]


def test_member__of_a_closed_account_asks_by_the_public_form_instead() -> None:
    alice = member(customer())

    with pytest.raises(AccountClosed):
        receiving.receive_from_member(
            account_id=NOBODY,
            member_id=alice.id,
            kinds=(RequestKind.ACCESS,),
            text="Everything about me, please.",
            language="en",
            now=NOW,
        )


NOBODY = COMPANY
