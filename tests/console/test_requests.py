"""The room for requests: each one as a story, and letters that are seen before they are sent."""

from __future__ import annotations

import csv
import io
import re
import uuid

import html5lib
import pytest
from django.test import Client

from tests.console.conftest import SignedIn
from tests.customers import customer, member
from tests.lifecycle.requesting import file_of
from tests.promises.world import NOW
from tests.requests.asking import decided, in_progress, kinds_written, letters, read, received
from trustkeep.accounts.roles import GRANTS, Permission, Role
from trustkeep.holdings.queries import FileShown
from trustkeep.letters.ports import joined
from trustkeep.lifecycle.request_letters import RequestKind
from trustkeep.lifecycle.requests import queries
from trustkeep.lifecycle.requests.kinds import Category, Means
from trustkeep.lifecycle.requests.models import Request
from trustkeep.lifecycle.requests.receiving import Received
from trustkeep.lifecycle.requests.states import State

NEW = {
    "channel": "phone",
    "received": "2026-11-20",
    "kinds": ["deletion", "access"],
    "name": "Nora Fink",
    "email": "nora@example.org",
    "text": "Everything about me, then delete it.",
    "language": "fr",
}


@pytest.fixture
def dpo(staff: SignedIn) -> Client:
    return staff(Role.DPO)


def address(made: Received, act: str = "") -> str:
    return f"/console/requests/{made.id}/{act + '/' if act else ''}"


def seen(page: str) -> str:
    found = re.search(r'name="seen" value="([0-9a-f]{64})"', page)
    assert found, page
    return found.group(1)


def test_entering__starts_the_clock_on_the_day_of_receipt(dpo: Client) -> None:
    answer = dpo.post("/console/requests/new/", NEW)

    [one] = queries.requests()
    assert answer["Location"] == f"/console/requests/{one.id}/"
    assert str(one.due_date) == "2026-12-21"
    assert one.channel == "phone"
    assert kinds_written("nora@example.org") == ["request-received"]


def test_entering__says_beside_the_field_what_is_wrong(dpo: Client) -> None:
    answer = dpo.post("/console/requests/new/", {**NEW, "email": "nobody", "kinds": []})

    assert answer.status_code == 200
    assert "Nothing is entered yet" in answer.content.decode()
    assert not Request.objects.exists()


def test_list__is_empty_with_an_invitation(dpo: Client) -> None:
    assert "Nobody has asked yet" in dpo.get("/console/requests/").content.decode()


def test_list__shows_the_nearest_due_first_and_filters_in_the_address(dpo: Client) -> None:
    later = received(email="otto@example.org", name="Otto")
    sooner = received(received_at=NOW.replace(day=3))

    page = dpo.get("/console/requests/").content.decode()
    assert page.index(sooner.reference) < page.index(later.reference)
    only = dpo.get("/console/requests/?q=otto&due=open&state=received").content.decode()
    assert later.reference in only
    assert sooner.reference not in only
    assert "Nothing matches" in dpo.get("/console/requests/?kind=access").content.decode()


def test_export__names_nobody(dpo: Client) -> None:
    made = received()

    text = dpo.get("/console/requests/export.csv").content.decode()

    [row] = csv.DictReader(io.StringIO(text))
    assert row["reference"] == made.reference
    assert row["kinds"] == "deletion"
    assert "Nora" not in text


@pytest.mark.asvs("8.2.1")
def test_room__is_closed_to_who_does_not_handle_requests(staff: SignedIn) -> None:
    made = received()
    browser = staff(Role.SECURITY_LEAD)

    assert browser.get("/console/requests/").status_code == 403
    assert browser.get(address(made)).status_code == 403
    assert "/console/requests/" not in browser.get("/console/").content.decode()


def test_page__says_first_what_is_to_be_done(dpo: Client) -> None:
    made = received()

    page = dpo.get(address(made)).content.decode()

    assert "Check who asks." in page
    assert "Please delete what you hold about me." in page
    assert "23 December 2026" in page


def test_page__takes_no_markup_from_who_asks(dpo: Client) -> None:
    made = received(text="<script>alert(1)</script>", name="<b>Nora</b>")

    page = dpo.get(address(made)).content.decode()

    assert "<script>alert" not in page
    assert "<b>Nora" not in page


def test_course__from_receipt_to_the_answer(dpo: Client) -> None:
    harbour = customer()
    member(harbour)
    made = received(RequestKind.RECTIFICATION)
    dpo.post(address(made, "verify"), {"means": "call-back", "words": ""})
    dpo.post(address(made, "assess"), {"role": "controller", "scope": "person"})
    assert read(made).shown.state is State.IN_PROGRESS
    dpo.post(address(made, "decide"), {"category": "profile", "ground": ""})

    shown = dpo.post(address(made, "conclude"), {"words": "Corrected."}).content.decode()
    assert "This is what goes out" in shown
    assert read(made).shown.state is State.IN_PROGRESS

    answer = dpo.post(address(made, "conclude"), {"words": "Corrected.", "seen": seen(shown)})
    assert answer.status_code == 302
    assert read(made).shown.state is State.FULFILLED
    dpo.post(address(made, "close"))
    assert read(made).shown.state is State.CLOSED


def file_wish() -> tuple[Received, FileShown]:
    """Harbour asks that a file goes."""
    harbour = customer()
    alice = member(harbour)
    file = file_of(harbour, "alice")
    return received(email=alice.email, account_id=harbour.id), file


def settled(dpo: Client, made: Received, file: FileShown) -> None:
    """Settle through the pages that the customer asks for a file."""
    dpo.post(address(made, "verify"), {"means": "call-back", "words": ""})
    told = {"role": "instructed", "scope": "object", "things": f"file:{file.id}"}
    account = str(read(made).shown.account_id)
    dpo.post(address(made, "assess"), {**told, "account": account})
    dpo.post(address(made, "decide"), {"category": "content", "ground": ""})


def digest_on(page: str) -> str:
    found = re.search(r'name="digest" value="([0-9a-f]{64})"', page)
    assert found, page
    return found.group(1)


def test_deletion__is_counted_by_one_and_approved_as_counted_by_another(
    dpo: Client, staff: SignedIn
) -> None:
    made, file = file_wish()
    settled(dpo, made, file)
    assert "Count what is to be deleted." in dpo.get(address(made)).content.decode()

    dpo.post(address(made, "plan"))
    page = dpo.get(address(made)).content.decode()
    assert "Nothing is deleted before the plan is approved" in page
    assert "holdings_fileversion" in page
    same = dpo.post(address(made, "execute"), {"digest": digest_on(execute(dpo, made))})
    assert "Somebody else has to agree" in same.content.decode()

    second = staff(Role.ACCOUNT_MANAGER)
    stale = second.post(address(made, "execute"), {"digest": "0" * 64})
    assert "The plan has changed since" in stale.content.decode()
    second.post(address(made, "execute"), {"digest": digest_on(execute(second, made))})
    assert read(made).shown.executing_at


def execute(client: Client, made: Received) -> str:
    return client.get(address(made, "execute")).content.decode()


def test_roles__that_handle_requests_may_delete_and_end_contracts_anyway() -> None:
    needed = {Permission.DELETE_DATA, Permission.END_CONTRACTS}
    handling = [one for one in GRANTS.values() if Permission.HANDLE_REQUESTS in one]

    assert handling
    assert all(needed <= one for one in handling)


def test_settling__refuses_files_that_are_not_there(dpo: Client) -> None:
    made, file = file_wish()
    dpo.post(address(made, "verify"), {"means": "call-back", "words": ""})
    told = {"role": "instructed", "scope": "object", "account": str(read(made).shown.account_id)}

    for thing, said in ((f"file:{uuid.uuid4()}", "no file or record"), ("x", "names nothing")):
        page = dpo.post(address(made, "assess"), {**told, "things": thing}).content.decode()
        assert said in page
    ours = {**told, "role": "controller", "things": f"file:{file.id}"}
    assert "customer’s to decide" in dpo.post(address(made, "assess"), ours).content.decode()


def test_whole_account__waits_for_the_customers_letter_or_their_page(dpo: Client) -> None:
    harbour = customer()
    made = received(account_id=harbour.id)
    dpo.post(address(made, "verify"), {"means": "call-back", "words": ""})
    told = {"role": "instructed", "scope": "account", "account": str(harbour.id)}
    dpo.post(address(made, "assess"), told)
    dpo.post(address(made, "decide"), {"category": "content", "ground": ""})
    assert dpo.get(address(made, "plan")).status_code == 404

    wrong = dpo.post(address(made, "confirm"), {"typed": "Harbor"}).content.decode()
    assert "That is not “Harbour GmbH”" in wrong
    dpo.post(address(made, "confirm"), {"typed": "Harbour GmbH"})

    assert read(made).shown.confirmed_at
    assert dpo.get(address(made, "plan")).status_code == 200


def test_link__to_the_data_is_sent_again_after_it_is_seen(dpo: Client) -> None:
    made = in_progress(RequestKind.ACCESS)
    decided(made, Category.PROFILE)
    dpo.post(address(made, "collect"))
    dpo.post(address(made, "review"), {})
    shown = dpo.post(address(made, "conclude"), {"words": ""}).content.decode()
    dpo.post(address(made, "conclude"), {"words": "", "seen": seen(shown)})

    again = dpo.post(address(made, "resend")).content.decode()
    assert "A new link to your data" in again
    dpo.post(address(made, "resend"), {"seen": seen(again)})

    assert letters()[-1][0] == "request-new-link"


def test_letter__that_changed_since_it_was_seen_is_shown_again(dpo: Client) -> None:
    made = in_progress()
    shown = dpo.post(address(made, "ask"), {"words": "Which address?"}).content.decode()

    again = dpo.post(address(made, "ask"), {"words": "Which name?", "seen": seen(shown)})

    assert "Which name?" in again.content.decode()
    assert read(made).shown.state is State.IN_PROGRESS
    assert kinds_written() == ["request-deletion-received"]


def test_letter__is_shown_without_the_link_that_lets_somebody_in(
    dpo: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    # In a demo letters stay here, and whoever runs it may read all of them.
    monkeypatch.setattr(joined, "post", None)
    made = in_progress()
    shown = dpo.post(address(made, "ask"), {"words": "Which address?"}).content.decode()
    dpo.post(address(made, "ask"), {"words": "Which address?", "seen": seen(shown)})

    story = read(made).story[-1]
    page = dpo.get(f"{address(made)}letters/{story.letter}/").content.decode()

    assert "Which address?" in page
    assert made.status_token not in page
    assert made.status_token not in shown
    assert made.status_token in letters()[-1][2]
    assert dpo.get(f"{address(made)}letters/{uuid.uuid4()}/").status_code == 404


def test_acts__that_do_not_fit_are_not_there(dpo: Client) -> None:
    made = received()

    for act in ("conclude", "forward", "close", "nothing"):
        assert dpo.post(address(made, act), {"words": "x"}).status_code == 404
    assert dpo.get(f"/console/requests/{uuid.uuid4()}/").status_code == 404


def test_refusal__of_an_act_stands_on_its_page(dpo: Client) -> None:
    made = in_progress()
    decided(made, Category.LETTERS)

    page = dpo.post(address(made, "conclude"), {"words": ""}).content.decode()

    assert "First do what was decided" in page


def test_review__shows_every_row_and_leaves_out_what_is_ticked(dpo: Client) -> None:
    harbour = customer()
    alice = member(harbour)
    made = in_progress(RequestKind.ACCESS, account=harbour, member=alice, email=alice.email)
    dpo.post(address(made, "collect"))

    page = dpo.get(address(made, "review")).content.decode()
    assert "alice@harbour-1.example" in page
    dpo.post(address(made, "review"), {"leave_out": ["letters_letter/0"]})

    assert read(made).reviewed_at == NOW


def test_forwarding__shows_both_letters(dpo: Client) -> None:
    harbour = customer()
    made = received(means=Means.CALL_BACK)
    told = {"role": "processor", "scope": "person", "account": str(harbour.id)}
    dpo.post(address(made, "assess"), told)

    shown = dpo.post(address(made, "forward")).content.decode()
    assert "privacy@harbour.example" in shown
    assert "nora@example.org" in shown
    dpo.post(address(made, "forward"), {"seen": seen(shown)})

    assert read(made).shown.state is State.FORWARDED


@pytest.mark.parametrize("language", ["de", "en", "fr"])
def test_pages__are_sound_html_in_every_language(dpo: Client, language: str) -> None:
    dpo.post("/language/", {"language": language, "next": "/console/"})
    harbour = customer()
    alice = member(harbour)
    made = in_progress(RequestKind.DELETION, RequestKind.ACCESS, account=harbour, member=alice)
    decided(made, Category.LETTERS, "12-5-excessive")
    fresh = received()
    pages = [address(made), address(fresh), "/console/requests/", "/console/requests/new/"]
    pages += [address(made, act) for act in ("decide", "approve", "collect", "ask", "extend")]
    pages += [address(fresh, act) for act in ("verify",)]
    planned = in_progress()
    decided(planned, Category.LETTERS)
    dpo.post(address(planned, "plan"))
    pages += [address(planned), address(planned, "execute"), address(planned, "recount")]

    for page in pages:
        answer = dpo.get(page)
        assert answer.status_code == 200, page
        html5lib.HTMLParser(strict=True).parse(answer.content)


def test_home__shows_requests_once_half_of_their_time_is_over(dpo: Client) -> None:
    fresh = received()
    old = received(received_at=NOW.replace(day=3))

    page = dpo.get("/console/").content.decode()

    assert old.reference in page
    assert fresh.reference not in page
