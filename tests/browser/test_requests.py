"""Requests about personal data, from the public form to the answer, as both sides see them."""

from __future__ import annotations

import time
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import Open, enter_as_member
from tests.browser.postbox import Postbox, link_in
from tests.live import Demo

pytestmark = pytest.mark.browser

CUSTOMER, FILE, OTHER = "C-1046", "Conversation 2.txt", "Conversation 3.txt"
GONE_WITHIN_S = 30


@dataclass(frozen=True)
class Asked:
    """A request that is under way; ``status`` is the address at which who asked follows it."""

    reference: str
    status: str


@dataclass(frozen=True)
class Language:
    """What is typed and read in one language."""

    code: str
    right: str
    email: str
    text: str
    confirm: str
    answered: str


GERMAN = Language(
    "de",
    "deletion",
    "ingunn@fjordbank.example",
    "Bitte löschen Sie die Aufzeichnung, die wir Ihnen genannt haben.",
    "Ja, sie ist von mir",
    "Beantwortet",
)
ENGLISH = Language(
    "en",
    "objection",
    "olive@post.example",
    "Please write me no more invitations.",
    "Yes, it is mine",
    "Answered",
)
FRENCH = Language(
    "fr",
    "access",
    "bastien@post.example",
    "Quelles données avez-vous sur moi ?",
    "Oui",
    "Réponse donnée",
)


def ask(page: Page, postbox: Postbox, told: Language) -> Asked:
    """Fill in the form, follow the link of the letter, and come to the status page."""
    page.goto(f"/{told.code}/your-data/")
    page.locator(f"[name=kinds][value={told.right}]").check()
    page.locator("input[type=email]").fill(told.email)
    page.locator("textarea").fill(told.text)
    page.locator("main form button[type=submit]").click()
    expect(page.get_by_role("main")).to_contain_text(told.email)
    page.goto(link_in(postbox.letter(told.email, "/your-data/confirm/")))
    expect(page.locator("html")).to_have_attribute("lang", told.code)
    page.get_by_role("button", name=told.confirm).click()
    page.wait_for_url("**/your-data/*/")
    reference = page.get_by_role("heading", level=1).inner_text().split()[-1]
    assert postbox.letter(told.email, urlsplit(page.url).path), "the letter leads there too"
    return Asked(reference, page.url)


def open_request(page: Page, asked: Asked) -> None:
    page.goto("/console/requests/")
    page.get_by_role("link", name=asked.reference).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(asked.reference)


def act(page: Page, title: str, button: str, **fields: str) -> None:
    """Follow an act of the request's page, fill in what it asks, and do it."""
    page.get_by_role("link", name=title).click()
    for name, value in fields.items():
        field = page.locator(f"[name={name}]").first
        if field.evaluate("one => one.tagName") == "SELECT":
            field.select_option(value)
        elif field.get_attribute("type") == "radio":
            page.locator(f"[name={name}][value={value}]").check()
        else:
            field.fill(value)
    page.get_by_role("button", name=button).click()
    expect(page.get_by_role("link", name="Requests", exact=True).first).to_be_visible()


def answer(page: Page) -> None:
    """Write the answer: the letter is there to be read before it goes out."""
    page.get_by_role("link", name="Write the answer").click()
    page.get_by_role("button", name="Show the letter first").click()
    expect(page.get_by_role("heading", name="This is what goes out")).to_be_visible()
    page.get_by_role("button", name="Send the answer").click()
    expect(page.get_by_text("Answered:")).to_be_visible()


@pytest.fixture(scope="module")
def instructed(
    chromium: Browser, demo: Demo, postbox: Postbox, sessions: Callable[[str], Any]
) -> Asked:
    """A customer asks for one file to go: counted by the DPO, approved by somebody else."""

    def window(role: str = "") -> Page:
        kept = {"storage_state": sessions(role)} if role else {}
        base = f"https://localhost:{demo.port}"
        return chromium.new_context(base_url=base, ignore_https_errors=True, **kept).new_page()

    customer = window()
    asked = ask(customer, postbox, GERMAN)
    enter_as_member(customer, demo, CUSTOMER)
    customer.goto("/app/files/")
    file = customer.get_by_role("link", name=FILE).get_attribute("href")
    assert file
    desk = window("dpo")
    open_request(desk, asked)
    act(desk, "Check who asks", "Identity is clear", means="known-contact")
    desk.get_by_role("link", name="Settle who decides").click()
    desk.locator("[name=role][value=instructed]").check()
    desk.locator("[name=scope]").select_option("object")
    desk.locator("[name=account]").select_option(label="Fjordbank ASA")
    desk.locator("[name=things]").fill("file:" + file.rstrip("/").rpartition("/")[2])
    desk.get_by_role("button", name="Settle").click()
    act(desk, "Decide about data", "Decide", category="content")
    act(desk, "Count what is to be deleted", "Count")
    expect(desk.get_by_role("main")).to_contain_text("Conversation archive (example)")
    desk.get_by_role("link", name="Approve the plan").click()
    desk.get_by_role("button", name="Delete for good").click()
    expect(desk.get_by_role("alert").first).to_contain_text("Somebody else has to agree")
    second = window("account-manager")
    open_request(second, asked)
    act(second, "Approve the plan", "Delete for good")
    for page in (customer, desk, second):
        page.context.close()
    return asked


def test_deletion_of_a_file__waits_for_a_second_person(window: Open, instructed: Asked) -> None:
    with window() as page:
        page.goto(instructed.status)
        expect(page.locator("html")).to_have_attribute("lang", "de")
        expect(page.get_by_role("heading", level=1)).to_contain_text(instructed.reference)
        expect(page.locator(".story li")).not_to_have_count(0)


def test_objection__is_decided_and_answered(
    window: Open, postbox: Postbox, sessions: Callable[[str], Any]
) -> None:
    with window() as requester, window(storage_state=sessions("dpo")) as desk:
        asked = ask(requester, postbox, ENGLISH)
        open_request(desk, asked)
        act(desk, "Settle who decides", "Settle", role="controller", scope="person")
        act(desk, "Decide about data", "Decide", category="letters")
        answer(desk)
        assert postbox.letter(ENGLISH.email, "Done: objection")
        requester.reload()
        expect(requester.get_by_text("done as you asked")).to_be_visible()
        expect(requester.get_by_text(ENGLISH.answered, exact=True).last).to_be_visible()


def test_access__gives_the_data_once(
    window: Open, postbox: Postbox, sessions: Callable[[str], Any]
) -> None:
    with window() as requester, window(storage_state=sessions("dpo")) as desk:
        asked = ask(requester, postbox, FRENCH)
        open_request(desk, asked)
        act(desk, "Settle who decides", "Settle", role="controller", scope="person")
        act(desk, "Decide about data", "Decide", category="letters")
        act(desk, "Collect the data", "Collect")
        act(desk, "Read the data before it goes out", "I have read it")
        answer(desk)
        requester.goto(link_in(postbox.letter(FRENCH.email, "/your-data/answer/")))
        with requester.expect_download() as fetching:
            requester.get_by_role("main").get_by_role("button").click()
        with zipfile.ZipFile(fetching.value.path()) as given:
            assert given.testzip() is None
            assert any(FRENCH.text in given.read(one).decode() for one in given.namelist())
        address = requester.url
    with window() as late:
        # The address answers 410, which the browser tells in its console.
        assert late.request.get(address).status == 410


def test_file__that_was_to_go_is_gone_for_the_customer(
    window: Open, demo: Demo, instructed: Asked
) -> None:
    with window() as page:
        enter_as_member(page, demo, CUSTOMER)
        page.goto("/app/files/")
        until = time.monotonic() + GONE_WITHIN_S
        while page.get_by_role("link", name=FILE).count():
            assert time.monotonic() < until, instructed.reference
            time.sleep(0.5)
            page.reload()
        expect(page.get_by_role("link", name=OTHER)).to_be_visible()
