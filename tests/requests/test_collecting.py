"""What we hold about one person, given to that person once, without what is about others."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from tests.customers import admitted, customer, member
from tests.promises.world import NOW, person
from tests.requests.asking import DPO, decided, in_progress, letters, read, token_in
from trustkeep.accounts.roles import MemberRole
from trustkeep.lifecycle.request_letters import RequestKind
from trustkeep.lifecycle.requests import collecting, deciding, readable
from trustkeep.lifecycle.requests.collecting import FORMAT, Collected, DataFetched, NoSuchPart
from trustkeep.lifecycle.requests.deciding import NotDone
from trustkeep.lifecycle.requests.kinds import Category
from trustkeep.lifecycle.requests.links import FETCH_WITHIN
from trustkeep.lifecycle.requests.models import Answer
from trustkeep.lifecycle.requests.queries import Next
from trustkeep.lifecycle.requests.receiving import Received
from trustkeep.lifecycle.requests.states import NotNow

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("asked")]


def collected(made: Received, *leave_out: str) -> None:
    collecting.collect(request_id=made.id, by=DPO, now=NOW)
    collecting.review(request_id=made.id, leave_out=list(leave_out), by=DPO, now=NOW)


def answered(made: Received) -> str:
    decided(made, Category.PROFILE)
    deciding.conclude(request_id=made.id, words="", by=DPO, now=NOW)
    return token_in(letters()[-1][2])


def of_bob() -> Received:
    harbour = customer()
    member(harbour)
    bob = member(harbour, "Bob", MemberRole.MEMBER)
    admitted(bob)
    return in_progress(RequestKind.ACCESS, account=harbour, member=bob, email=bob.email)


def tables(found: Collected) -> list[str]:
    return [part["table"] for part in found.parts]


def test_data__of_a_member_is_all_that_the_parts_hold_and_nothing_of_others() -> None:
    made = of_bob()
    collected(made)

    found = collecting.fetch(token=answered(made), now=NOW)

    assert tables(found) == [
        "accounts_member",
        "identity_user",
        "accounts_accountact",
        "letters_letter",
        "requests_request",
    ]
    told = readable.as_json(found)
    assert "bob@harbour-1.example" in told
    assert "Alice" not in told
    assert "argon2" not in told


def test_data__tells_purposes_recipients_rights_and_how_long() -> None:
    made = of_bob()
    collected(made)

    document = json.loads(readable.as_json(collecting.fetch(token=answered(made), now=NOW)))

    assert document["format"] == FORMAT
    assert document["information"]["controller"] == "Lumen Talk GmbH"
    assert {"purposes", "recipients", "source", "rights", "automated_decisions"} <= set(
        document["information"]
    )
    assert all(part["why"] and part["kept"] for part in document["parts"])


def test_data__of_the_staff_is_found_by_their_address() -> None:
    vera = person("Vera")
    made = in_progress(RequestKind.ACCESS, email=vera.email)
    collected(made)

    found = collecting.fetch(token=answered(made), now=NOW)

    assert found.parts[0]["table"] == "accounts_person"
    assert found.parts[0]["rows"][0]["name"] == "Vera"


@pytest.mark.asvs("6.4.4")
def test_data__is_fetched_once_and_is_gone_then() -> None:
    made = of_bob()
    collected(made)
    token = answered(made)
    assert collecting.is_there(token, now=NOW)

    collecting.fetch(token=token, now=NOW)

    assert not collecting.is_there(token, now=NOW)
    with pytest.raises(DataFetched):
        collecting.fetch(token=token, now=NOW)
    assert bytes(Answer.objects.get().sealed) == b""
    assert read(made).fetched_at == NOW


def test_data__is_gone_when_its_link_ends() -> None:
    made = of_bob()
    collected(made)
    token = answered(made)
    end = NOW + FETCH_WITHIN

    with pytest.raises(DataFetched):
        collecting.fetch(token=token, now=end)
    assert collecting.forget_unfetched(now=end) == 1
    assert bytes(Answer.objects.get().sealed) == b""


def test_data__rests_sealed_and_the_link_as_a_digest() -> None:
    made = of_bob()
    collected(made)
    token = answered(made)

    row = Answer.objects.get()
    assert b"bob" not in bytes(row.sealed)
    assert row.digest != token
    with pytest.raises(DataFetched):
        collecting.fetch(token=row.digest, now=NOW)
    with pytest.raises(DataFetched):
        collecting.fetch(token="", now=NOW)


def test_review__leaves_out_what_is_about_somebody_else() -> None:
    made = of_bob()
    collected(made, "letters_letter/0")

    found = collecting.fetch(token=answered(made), now=NOW)

    [letters_part] = [part for part in found.parts if part["table"] == "letters_letter"]
    assert letters_part["rows"][0] is None
    assert "it is about another person" in readable.as_html(found, "en")


def test_review__comes_before_the_answer() -> None:
    made = of_bob()
    decided(made, Category.PROFILE)
    assert read(made).next is Next.COLLECT
    collecting.collect(request_id=made.id, by=DPO, now=NOW)
    assert read(made).next is Next.REVIEW

    with pytest.raises(NotDone):
        deciding.conclude(request_id=made.id, words="", by=DPO, now=NOW)
    with pytest.raises(NoSuchPart):
        collecting.review(request_id=made.id, leave_out=["letters_letter/9"], by=DPO, now=NOW)


def test_review__of_what_was_collected_before_counts_no_more() -> None:
    made = of_bob()
    collected(made)

    collecting.collect(request_id=made.id, by=DPO, now=NOW + timedelta(minutes=1))

    assert read(made).reviewed_at is None


def test_collecting__serves_only_who_asked_for_data() -> None:
    with pytest.raises(NotNow):
        collecting.collect(request_id=in_progress().id, by=DPO, now=NOW)


def test_readable__takes_no_markup_from_anybody() -> None:
    part = {"table": "t", "why": "w", "kept": "k", "rows": [{"name": "<script>alert(1)</script>"}]}
    found = Collected(FORMAT, "now", {"source": "<b>"}, (part,))

    page = readable.as_html(found, "de")

    assert "<script>" not in page
    assert "&lt;script&gt;" in page
    assert "<h1>Ihre Daten</h1>" in page
