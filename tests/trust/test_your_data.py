"""The public door: a form without an account, the same answer for everybody, and private links."""

from __future__ import annotations

import io
import json
import zipfile
from typing import Any

import html5lib
import pytest
from django.test import Client
from django.urls import reverse
from django.utils.translation import override

from tests.customers import customer, member
from tests.promises.world import NOW
from tests.requests.asking import DPO, decided, in_progress, letters, read, received, token_in
from trustkeep.accounts.customers import AccountShown, MemberShown, account
from trustkeep.lifecycle.request_letters import RequestKind
from trustkeep.lifecycle.requests import collecting, deciding, handling, links, queries
from trustkeep.lifecycle.requests.confirming import MOST_PER_SOURCE
from trustkeep.lifecycle.requests.kinds import Category, OurRole, Scope
from trustkeep.lifecycle.requests.models import Request, Unconfirmed
from trustkeep.lifecycle.requests.receiving import Received
from trustkeep.lifecycle.requests.states import State

FORM = {
    "kinds": ["access"],
    "email": "nora@example.org",
    "name": "Nora Fink",
    "text": "What do you know about me?",
}


def sent(reader: Client, language: str = "en", **changes: Any) -> Any:
    return reader.post(f"/{language}/your-data/", {**FORM, **changes})


def with_data() -> tuple[Received, str]:
    alice = member(customer())
    made = in_progress(RequestKind.ACCESS, member=alice, account=_account(alice), email=alice.email)
    collecting.collect(request_id=made.id, by=DPO, now=NOW)
    collecting.review(request_id=made.id, leave_out=[], by=DPO, now=NOW)
    decided(made, Category.PROFILE)
    deciding.conclude(request_id=made.id, words="", by=DPO, now=NOW)
    return made, token_in(letters()[-1][2])


def _account(one: MemberShown) -> AccountShown:
    return account(one.account_id)


@pytest.mark.parametrize("language", ["de", "en", "fr"])
def test_form__leads_by_mail_to_a_request_in_the_same_language(
    reader: Client, language: str
) -> None:
    page = sent(reader, language)
    assert page.status_code == 200
    assert "nora@example.org" in page.content.decode()
    [(_, to, text)] = letters()
    link = links.confirm_link(language, token_in(text))
    assert to == "nora@example.org"
    assert link in text

    path = "/" + link.split("/", 3)[3]
    assert reader.get(path).status_code == 200
    assert not Request.objects.exists()
    answer = reader.post(path)

    assert answer.status_code == 302
    status = reader.get(answer["Location"])
    assert queries.requests()[0].reference in status.content.decode()
    assert queries.requests()[0].language == language


def test_form__asks_for_no_account_and_sets_no_cookie(reader: Client) -> None:
    answer = sent(reader)

    assert not answer.cookies
    assert answer["Cache-Control"] == "no-store"


def test_form__shows_the_dpo_and_is_linked_from_page_and_promise(reader: Client) -> None:
    assert "dpo@example.com" in reader.get("/en/your-data/").content.decode()
    for place in ("/en/", "/en/promises/deletion-on-request/"):
        assert 'href="/en/your-data/"' in reader.get(place).content.decode()


def test_form__says_beside_the_field_what_is_missing_and_keeps_what_was_typed(
    reader: Client,
) -> None:
    answer = sent(reader, email="nobody", text="Everything, please.")

    assert answer.status_code == 422
    page = answer.content.decode()
    assert "Everything, please." in page
    assert "Nothing is sent yet" in page
    assert not Unconfirmed.objects.exists()


def test_trap__takes_in_programs_with_the_same_answer(reader: Client) -> None:
    honest = sent(reader).content
    trapped = sent(reader, website="https://spam.example").content

    assert honest == trapped
    assert len(letters()) == 1


def test_form__answers_the_same_for_members_and_strangers(reader: Client) -> None:
    alice = member(customer())

    known = sent(reader, email=alice.email).content.decode().replace(alice.email, "…")
    unknown = sent(reader, email="nobody@example.org").content.decode()

    assert known == unknown.replace("nobody@example.org", "…")


@pytest.mark.asvs("2.4.1")
def test_form__has_its_limit_for_one_source(reader: Client) -> None:
    for number in range(MOST_PER_SOURCE):
        assert sent(reader, email=f"n{number}@example.org").status_code == 200

    answer = sent(reader)

    assert answer.status_code == 429
    assert "data protection officer" in answer.content.decode()


def test_links__that_are_made_up_or_used_say_so_and_tell_nothing(reader: Client) -> None:
    token = "x" * 43
    assert reader.get(f"/en/your-data/{token}/").status_code == 404
    assert reader.get(f"/en/your-data/{token}/withdraw/").status_code == 404
    for place in ("confirm", "answer"):
        for method in ("get", "post"):
            answer = getattr(reader, method)(f"/en/your-data/{place}/{token}/")
            assert answer.status_code == 410


def test_status__is_private_and_tells_state_and_due_date(reader: Client) -> None:
    made = received()

    answer = reader.get(f"/en/your-data/{made.status_token}/")

    page = answer.content.decode()
    assert "23 December 2026" in page
    assert "<strong>received</strong>" in page
    assert (answer["Cache-Control"], answer["X-Robots-Tag"]) == ("no-store", "noindex")
    assert DPO not in page


def test_status__takes_an_answer_to_our_question(reader: Client) -> None:
    made = in_progress()
    handling.ask(request_id=made.id, words="Which address?", by=DPO, now=NOW)
    place = f"/en/your-data/{made.status_token}/"
    assert "Which address?" in reader.get(place).content.decode()

    assert reader.post(place, {"words": "nora@old.example"}).status_code == 302

    assert read(made).shown.state is State.IN_PROGRESS
    assert "nora@old.example" in reader.get(place).content.decode()


def test_status__shows_the_decisions_only_once_it_is_answered(reader: Client) -> None:
    made = in_progress()
    decided(made, Category.CONTRACT, "17-3-b")
    place = f"/de/your-data/{made.status_token}/"
    assert "Vertrag und Rechnungen" not in reader.get(place).content.decode()

    deciding.conclude(request_id=made.id, words="Das Gesetz.", by=DPO, now=NOW)

    page = reader.get(place).content.decode()
    assert "ein Gesetz verpflichtet uns" in page
    assert "Das Gesetz." in page


def test_withdrawing__asks_once_more_first(reader: Client) -> None:
    made = in_progress()
    place = f"/en/your-data/{made.status_token}/withdraw/"
    assert "Take the request back?" in reader.get(place).content.decode()
    assert read(made).shown.is_open

    reader.post(place)

    assert read(made).shown.state is State.WITHDRAWN
    assert "cannot be done" in reader.post(place).content.decode()


def test_everything__goes_only_on_the_typed_name_of_the_customer(reader: Client) -> None:
    harbour = customer()
    made = in_progress(account=harbour, role=OurRole.INSTRUCTED, scope=Scope.ACCOUNT)
    place = f"/en/your-data/{made.status_token}/everything/"
    assert place in reader.get(f"/en/your-data/{made.status_token}/").content.decode()
    assert "Delete everything?" in reader.get(place).content.decode()

    wrong = reader.post(place, {"typed": "Harbor"}).content.decode()

    assert "That is not “Harbour GmbH”" in wrong
    assert read(made).shown.confirmed_at is None
    assert reader.post(place, {"typed": "Harbour GmbH"}).status_code == 302
    assert read(made).shown.confirmed_at
    assert reader.get(place).status_code == 404


def test_everything__is_asked_for_no_smaller_request(reader: Client) -> None:
    made = in_progress()

    assert reader.get(f"/en/your-data/{made.status_token}/everything/").status_code == 404


def test_letters__can_be_downloaded_without_their_links(reader: Client) -> None:
    made = received()
    place = f"/en/your-data/{made.status_token}/letters"

    answer = reader.get(f"{place}/1.txt")

    assert answer["Content-Type"] == "text/plain; charset=utf-8"
    assert "We answer by" in answer.content.decode()
    assert reader.get(f"{place}/2.txt").status_code == 404
    assert reader.get(f"{place}/0.txt").status_code == 404


def test_data__comes_as_an_archive_and_once(reader: Client) -> None:
    _, token = with_data()
    place = f"/en/your-data/answer/{token}/"
    assert reader.get(place).status_code == 200

    answer = reader.post(place)

    content = b"".join(answer.streaming_content)  # type: ignore[attr-defined]
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert archive.namelist() == ["your-data.json", "your-data.html"]
        document = json.loads(archive.read("your-data.json"))
    assert document["parts"][0]["rows"][0]["name"] == "Alice"
    assert answer["Cache-Control"] == "no-store"
    assert reader.post(place).status_code == 410


@pytest.mark.parametrize("language", ["de", "en", "fr"])
def test_pages__are_sound_html(reader: Client, language: str) -> None:
    made = in_progress()
    _, data = with_data()
    sent(reader)
    [text] = [text for kind, _, text in letters() if kind.endswith("identity")]
    token = made.status_token
    places = [
        "",
        f"{token}/",
        f"{token}/withdraw/",
        f"confirm/{token_in(text)}/",
        f"answer/{data}/",
        "answer/x/",
    ]

    for place in places:
        answer = reader.get(f"/{language}/your-data/{place}")
        html5lib.HTMLParser(strict=True).parse(answer.content)
    html5lib.HTMLParser(strict=True).parse(sent(reader, language).content)


def test_links__in_letters_lead_where_the_pages_are(reader: Client) -> None:
    for name, link in (
        ("your-data-confirm", links.confirm_link),
        ("your-data-status", links.status_link),
        ("your-data-answer", links.answer_link),
    ):
        with override("en"):
            path = reverse(f"trust:{name}", kwargs={"token": "t"})
        assert link("en", "t").endswith(path), name
