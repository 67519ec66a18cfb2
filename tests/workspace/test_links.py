"""Links in the rooms: made from a file's page, shown once, listed for who manages, ended."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

import html5lib
import pytest
from django.test import Client

from tests.customers import customer
from tests.holdings.conftest import kept
from tests.promises.world import NOW
from tests.workspace.conftest import SignedIn
from tests.workspace.test_files import sent
from trustkeep.accounts import gate
from trustkeep.accounts.customers import AccountShown
from trustkeep.accounts.roles import MemberRole
from trustkeep.holdings.sharing import LIVES, MOST_OF_A_FILE

OWNER, ADMINISTRATOR, MEMBER = MemberRole
ADDRESS = re.compile(r'translate="no">(https://[^<]+/shared/[^<]+)<')
END = re.compile(r'action="(/app/links/[0-9a-f-]{36}/end/)"')


@pytest.fixture
def browser(browser_of: SignedIn) -> Client:
    return browser_of(OWNER)


def made(browser: Client, file: str, **given: str) -> str:
    """Make a link through the form; return its path."""
    page = browser.post(f"{file}links/", {"days": str(LIVES.days), **given}).content.decode()
    [address] = ADDRESS.findall(page)
    return str(urlsplit(address).path)


def test_link__is_shown_once_and_opens_to_a_stranger(browser: Client) -> None:
    file = sent(browser, "offer.txt", b"four boats")
    path = made(browser, file, most_downloads="3")

    assert b"".join(Client().get(f"{path}file")) == b"four boats"
    page = browser.get(f"{file}links/").content.decode()
    assert path not in page
    assert "Alice" in page
    assert "1 of 3" in page
    assert "127.0.0.1" in page, "where it was used from"
    assert "1 link opens it" in browser.get(file).content.decode()


def test_link__is_ended_from_the_page_of_its_file(browser: Client) -> None:
    file = sent(browser, "offer.txt", b"four boats")
    path = made(browser, file)
    [end] = END.findall(browser.get(f"{file}links/").content.decode())

    answer = browser.post(end, {"file": file.split("/")[3]})

    assert answer["Location"] == f"{file}links/"
    assert Client().get(path).status_code == 404
    assert END.findall(browser.get(f"{file}links/").content.decode()) == []
    assert browser.post(end).status_code == 409


@pytest.mark.asvs("2.2.1")
@pytest.mark.parametrize(
    "given",
    [{"days": "5"}, {"days": ""}, {"days": "7", "most_downloads": "0"},
     {"days": "7", "most_downloads": "many"}, {"days": "7", "most_downloads": "1001"}],
    ids=["days", "none", "zero", "words", "too-many"],
)  # fmt: skip
def test_link__with_a_field_that_is_none_is_not_made(
    browser: Client, given: dict[str, str]
) -> None:
    page = browser.post(f"{sent(browser, 'offer.txt', b'x')}links/", given).content.decode()

    assert 'class="errorlist"' in page
    assert ADDRESS.findall(page) == []


def test_links__too_many_of_a_file_are_refused_on_the_form(browser: Client) -> None:
    file = sent(browser, "offer.txt", b"x")
    for _ in range(MOST_OF_A_FILE):
        made(browser, file)

    page = browser.post(f"{file}links/", {"days": "7"}).content.decode()

    assert f"{MOST_OF_A_FILE} links open this file already" in page


@pytest.mark.asvs("8.2.1", "8.2.2")
def test_list__shows_managers_all_links_and_members_their_own(browser_of: SignedIn) -> None:
    alice, carol = browser_of(OWNER), browser_of(MEMBER)
    made(alice, sent(alice, "hers.txt", b"x"))
    made(carol, sent(carol, "own.txt", b"x"))

    for browser, names in ((alice, {"hers", "own"}), (browser_of(ADMINISTRATOR), {"hers", "own"}),
                           (carol, {"own"})):  # fmt: skip
        page = browser.get("/app/links/").content.decode()
        assert {name for name in ("hers", "own") if f"{name}.txt" in page} == names
    found = alice.get("/app/links/?q=hers").content.decode()
    assert "hers.txt" in found
    assert "own.txt" not in found
    assert "No file with these words" in alice.get("/app/links/?q=nothing").content.decode()


def test_list__tells_ended_links_on_demand(browser: Client) -> None:
    made(browser, sent(browser, "offer.txt", b"x"))
    [end] = END.findall(browser.get("/app/links/").content.decode())
    assert browser.post(end)["Location"] == "/app/links/"

    assert "No link is open" in browser.get("/app/links/").content.decode()
    assert "offer.txt" in browser.get("/app/links/?state=all").content.decode()


def test_file__in_the_trash_is_not_shared(browser: Client) -> None:
    file = sent(browser, "offer.txt", b"x")
    path = made(browser, file)
    browser.post(f"{file}act/")

    page = browser.get(f"{file}links/").content.decode()

    assert "It is in the trash" in page
    assert "Make the link" not in page
    assert Client().get(path).status_code == 404
    refused = browser.post(f"{file}links/", {"days": "7"}).content.decode()
    assert ADDRESS.findall(refused) == []


@pytest.mark.asvs("8.2.2")
def test_links__of_another_account_are_unknown(browser: Client, harbour: AccountShown) -> None:
    quarry = customer("Quarry")
    foreign = kept(gate.require_open(quarry.id, now=NOW))

    assert browser.get(f"/app/files/{foreign.id}/links/").status_code == 409
    assert browser.post(f"/app/files/{foreign.id}/links/", {"days": "7"}).status_code == 409


@pytest.mark.parametrize("language", ["de", "en", "fr"])
def test_pages__are_sound_html_in_every_language(browser: Client, language: str) -> None:
    browser.post("/language/", {"language": language, "next": "/app/"})
    file = sent(browser, "offer.txt", b"x")
    made(browser, file)

    for page in ("/app/links/", f"{file}links/", file, "/app/links/?q=none"):
        html5lib.HTMLParser(strict=True).parse(browser.get(page).content)
