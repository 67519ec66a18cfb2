"""A member's requests in the rooms: made, followed, taken back; and what the customer decides."""

from __future__ import annotations

import io
import re
import uuid
import zipfile
from datetime import timedelta
from typing import Any

import html5lib
import pytest
from django.test import Client

from tests.customers import PASSWORD
from tests.holdings.conftest import kept
from tests.promises.world import NOW
from tests.requests.asking import DPO, in_progress, kinds_written
from tests.requests.conftest import HOUSE
from tests.workspace.conftest import SignedIn
from trustkeep.accounts import gate
from trustkeep.accounts.customers import AccountShown
from trustkeep.accounts.roles import MemberRole
from trustkeep.identity.authentication import FRESH_FOR
from trustkeep.kernel.clock import frozen
from trustkeep.letters.ports import joined
from trustkeep.lifecycle.request_letters import RequestKind
from trustkeep.lifecycle.requests import collecting, deciding, handling, queries
from trustkeep.lifecycle.requests.kinds import Category, OurRole, Scope
from trustkeep.lifecycle.requests.models import Request
from trustkeep.lifecycle.requests.states import State

OWNER, ADMINISTRATOR, MEMBER = MemberRole
NEW = "/app/requests/new/"
CAROLS = "carol@harbour-1.example"


@pytest.fixture(autouse=True)
def _house(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(joined, "house", lambda: HOUSE)


def asked(browser: Client, *kinds: str, text: str = "Everything, please.") -> str:
    """Make a request through the form; return the address of its page."""
    answer = browser.post(NEW, {"kinds": kinds or ("access",), "text": text})
    assert answer.status_code == 302, answer.content.decode()
    return answer["Location"]


def id_of(address: str) -> uuid.UUID:
    return uuid.UUID(address.split("/")[3])


def test_request__is_made_by_who_signed_in_and_followed(browser_of: SignedIn) -> None:
    carol = browser_of(MEMBER)
    with frozen(NOW):
        address = asked(carol, "access", "rectification")
        page, listed = carol.get(address), carol.get("/app/requests/")

    row = Request.objects.get()
    due = queries.request(row.id).shown.due_date
    for shown in (page, listed):
        assert row.reference in shown.content.decode()
        assert due.isoformat() in shown.content.decode()
    assert "Everything, please." in page.content.decode()
    assert row.state == State.IDENTITY_CHECK, "who asks is known"
    assert len(kinds_written(CAROLS)) == 1
    assert page["Cache-Control"] == "no-store"


@pytest.mark.asvs("2.2.1")
@pytest.mark.parametrize(
    "given",
    [{"text": ""}, {"kinds": ["access"], "text": "  "}, {"kinds": ["gold"], "text": "x"},
     {"kinds": ["export"], "text": "x"}, {"kinds": ["access"], "text": "x" * 5001}],
    ids=["nothing", "no-words", "unknown", "export", "too-long"],
)  # fmt: skip
def test_request__that_says_too_little_is_not_made(
    browser_of: SignedIn, given: dict[str, object]
) -> None:
    page = browser_of(MEMBER).post(NEW, given).content.decode()

    assert 'class="errorlist"' in page
    assert not Request.objects.exists()


def test_request__is_taken_back_after_one_more_question(browser_of: SignedIn) -> None:
    carol = browser_of(MEMBER)
    address = asked(carol)

    assert "Take the request back?" in carol.get(f"{address}withdraw/").content.decode()
    assert Request.objects.get().state == State.IDENTITY_CHECK
    assert carol.post(f"{address}withdraw/")["Location"] == address
    assert "taken back" in carol.get(address).content.decode()
    assert carol.post(f"{address}withdraw/").status_code == 409


def test_question__is_answered_on_the_page_and_letters_are_read(browser_of: SignedIn) -> None:
    carol = browser_of(MEMBER)
    address = asked(carol)
    handling.ask(request_id=id_of(address), words="Which year?", by=DPO, now=NOW)

    page = carol.get(address).content.decode()
    assert "Which year?" in page
    assert carol.post(address, {"words": "2026"})["Location"] == address
    assert "2026" in carol.get(address).content.decode()
    assert 'class="errorlist"' in carol.post(address, {"words": ""}).content.decode()
    letter = carol.get(f"{address}letters/2.txt")
    assert "Which year?" in letter.content.decode()
    assert letter["Content-Disposition"].startswith("attachment")
    assert carol.get(f"{address}letters/9.txt").status_code == 404


@pytest.mark.asvs("7.5.3", "8.2.2")
def test_data__is_fetched_once_after_a_fresh_proof(
    browser_of: SignedIn, harbour: AccountShown
) -> None:
    carol = browser_of(MEMBER)
    address = asked(carol)
    row = Request.objects.get()
    told: dict[str, Any] = {"request_id": row.id, "by": DPO, "now": NOW}
    handling.assess(
        role=OurRole.CONTROLLER, scope=Scope.MEMBER, account_id=harbour.id, subject=row.subject,
        **told,
    )  # fmt: skip
    deciding.decide(category=Category.PROFILE, **told)
    collecting.collect(**told)
    assert "Your data is ready" not in carol.get(address).content.decode(), "not read through yet"
    collecting.review(leave_out=[], **told)
    deciding.conclude(words="", **told)

    with frozen(NOW):
        assert "Your data is ready" in carol.get(address).content.decode()
        alice = browser_of(OWNER)
        assert alice.post(f"{address}data/").status_code == 404, "nobody else’s"
        answer = carol.post(f"{address}data/")
        archive = zipfile.ZipFile(io.BytesIO(b"".join(answer)))
        assert "your-data.json" in archive.namelist()
        assert carol.post(f"{address}data/").status_code == 409
        assert "Your data is ready" not in carol.get(address).content.decode()
    with frozen(NOW + FRESH_FOR + timedelta(minutes=1)):
        assert carol.post(f"{address}data/").status_code == 401
        confirmed = carol.post(f"{address}data/", {"confirm_password": PASSWORD})
        assert confirmed.status_code == 409


def test_file__is_asked_to_be_deleted_with_a_receipt(
    browser_of: SignedIn, harbour: AccountShown
) -> None:
    file = kept(gate.require_open(harbour.id, now=NOW))
    carol = browser_of(MEMBER)
    link = f"{NEW}?thing=file:{file.id}"
    assert link in carol.get(f"/app/files/{file.id}/").content.decode()

    page = carol.get(link).content.decode()
    assert "plan.txt" in page
    assert 'name="kinds"' not in page
    address = carol.post(link, {"text": "A caller wants it gone."})["Location"]

    row = Request.objects.get()
    assert (row.things, row.kinds, row.scope) == (
        [f"file:{file.id}"], [RequestKind.DELETION], Scope.OBJECT
    )  # fmt: skip
    assert "plan.txt" in carol.get(address).content.decode()
    assert "A caller wants it gone." in browser_of(OWNER).get(address).content.decode()


@pytest.mark.asvs("8.2.2")
def test_thing__that_is_not_in_the_account_is_refused(browser_of: SignedIn) -> None:
    for thing in (f"file:{uuid.uuid4()}", "file:x", "folder:1"):
        assert browser_of(MEMBER).get(f"{NEW}?thing={thing}").status_code == 409


@pytest.mark.asvs("8.2.1", "8.2.2", "8.3.1")
def test_request__of_a_member_is_nobody_elses_to_read(browser_of: SignedIn) -> None:
    address = asked(browser_of(MEMBER))

    for role in (OWNER, ADMINISTRATOR):
        other = browser_of(role)
        assert "You have asked nothing yet" in other.get("/app/requests/").content.decode()
        for path in ("", "withdraw/", "letters/1.txt"):
            assert other.get(f"{address}{path}").status_code == 404
        assert other.post(address, {"words": "x"}).status_code == 404
        assert other.post(f"{address}withdraw/").status_code == 404
    assert Request.objects.get().state == State.IDENTITY_CHECK


def test_owner__reads_what_the_customer_decides_and_cannot_answer_for_who_asked(
    browser_of: SignedIn, harbour: AccountShown
) -> None:
    made = in_progress(account=harbour, role=OurRole.PROCESSOR, scope=Scope.PERSON)
    address = f"/app/requests/{made.id}/"
    alice = browser_of(OWNER)

    assert made.reference in alice.get("/app/requests/").content.decode()
    assert "We are passing it on to you." in alice.get(address).content.decode()
    handling.forward(request_id=made.id, by=DPO, now=NOW)
    page = alice.get(address).content.decode()
    assert "You decide and answer." in page
    assert "nora@example.org" in page
    assert "<form class=" not in page
    assert alice.get(f"{address}withdraw/").status_code == 404
    assert browser_of(MEMBER).get(address).status_code == 404


@pytest.mark.parametrize("language", ["de", "en", "fr"])
def test_pages__are_sound_html_in_every_language(
    browser_of: SignedIn, harbour: AccountShown, language: str
) -> None:
    alice = browser_of(OWNER)
    alice.post("/language/", {"language": language, "next": "/app/"})
    html5lib.HTMLParser(strict=True).parse(alice.get("/app/requests/").content)
    made = in_progress(account=harbour, role=OurRole.PROCESSOR, scope=Scope.PERSON)
    address = asked(alice)
    file = kept(gate.require_open(harbour.id, now=NOW))

    for page in (
        "/app/requests/", address, f"{address}withdraw/", f"/app/requests/{made.id}/", NEW,
        f"{NEW}?thing=file:{file.id}",
    ):  # fmt: skip
        answer = alice.get(page)
        assert answer.status_code == 200, page
        html5lib.HTMLParser(strict=True).parse(answer.content)
        assert not re.search(r"\{[{%]", answer.content.decode())
