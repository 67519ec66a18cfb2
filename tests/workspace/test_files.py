"""Files and records in the rooms: kept, shown safely, found, thrown away and taken back."""

from __future__ import annotations

import io
import json
import re
from pathlib import Path

import html5lib
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests.customers import customer
from tests.promises.world import NOW
from tests.workspace.conftest import SignedIn
from trustkeep.accounts import gate
from trustkeep.accounts.customers import AccountShown
from trustkeep.accounts.roles import MemberRole
from trustkeep.holdings import collections, files, queries
from trustkeep.holdings.files import NewFile
from trustkeep.ui.bodies import Body

OWNER = MemberRole.OWNER
PICTURE = b"\x89PNG\r\n\x1a\n" + bytes(17)


def sent(
    browser: Client, name: str, content: bytes, kind: str = "text/plain", folder: str = ""
) -> str:
    """Upload through the form; return the address of the file's page."""
    given = {"file": SimpleUploadedFile(name, content, kind), "folder": folder}
    answer = browser.post("/app/files/upload/", given)
    assert answer.status_code == 302, answer.content.decode()
    page = browser.get(answer["Location"]).content.decode()
    found = re.findall(r'href="(/app/files/[0-9a-f-]{36}/)">([^<]+)<', page)
    return str(next(address for address, told in found if told == name))


@pytest.fixture
def browser(browser_of: SignedIn) -> Client:
    return browser_of(OWNER)


def test_upload__is_listed_shown_and_given_back(browser: Client) -> None:
    address = sent(browser, "notes.txt", b"alpha\nbeta\n")
    page = browser.get(address).content.decode()

    assert "alpha\nbeta" in page
    answer = browser.get(f"{address}versions/1/")
    assert b"".join(answer) == b"alpha\nbeta\n"
    assert answer["Content-Disposition"] == 'attachment; filename="notes.txt"'
    part = browser.get(f"{address}versions/1/", headers={"Range": "bytes=6-9"})
    assert (part.status_code, b"".join(part)) == (206, b"beta")


@pytest.mark.asvs("3.2.1", "5.3.1", "5.4.1")
def test_upload__that_could_run_is_only_downloaded(browser: Client) -> None:
    address = sent(browser, "page.html", b"<script>alert(1)</script>", "text/html")

    answer = browser.get(f"{address}versions/1/?show")
    assert answer["Content-Type"] == "application/octet-stream"
    assert answer["Content-Disposition"].startswith("attachment")
    assert "sandbox" in answer["Content-Security-Policy"]
    assert "<script>alert" not in browser.get(address).content.decode()


def test_picture__is_shown_on_its_page(browser: Client) -> None:
    address = sent(browser, "logo.png", PICTURE, "image/png")

    assert f'src="{address}versions/1/?show"' in browser.get(address).content.decode()
    assert browser.get(f"{address}versions/1/?show")["Content-Type"] == "image/png"


SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
PDF = b"%PDF-1.7 "


@pytest.mark.asvs("1.3.4", "3.2.1", "5.2.2")
@pytest.mark.parametrize(
    ("name", "content", "kind"),
    [
        ("logo.svg", SVG, "image/svg+xml"),
        ("logo.png", SVG, "image/png"),
        ("logo.png", b"GIF89a" + PICTURE, "image/png"),
        ("page.html", PICTURE + b"<script>alert(1)</script>", "image/png"),
        ("logo.jpg", PICTURE, "image/jpeg"),
        ("paper.pdf", PICTURE, "application/pdf"),
        ("paper.png", PDF, "application/pdf"),
        ("empty.png", b"", "image/png"),
    ],
    ids=["svg", "svg-as-png", "gif-as-png", "html", "png-as-jpeg", "png-as-pdf", "name", "empty"],
)
def test_upload__that_is_not_what_it_says_is_only_downloaded(
    browser: Client, name: str, content: bytes, kind: str
) -> None:
    address = sent(browser, name, content, kind)

    answer = browser.get(f"{address}versions/1/?show")

    assert answer["Content-Type"] == "application/octet-stream"
    assert answer["Content-Disposition"].startswith("attachment")
    assert "sandbox" in answer["Content-Security-Policy"]


@pytest.mark.parametrize(
    ("name", "content", "kind"),
    [("a.PNG", PICTURE, "image/png"), ("a.pdf", PDF, "application/pdf")],
    ids=["picture", "paper"],
)
def test_upload__that_is_what_it_says_is_shown(
    browser: Client, name: str, content: bytes, kind: str
) -> None:
    answer = browser.get(f"{sent(browser, name, content, kind)}versions/1/?show")

    assert answer["Content-Type"] == kind
    assert answer["Content-Disposition"].startswith("inline")
    assert "default-src 'none'" in answer["Content-Security-Policy"]


@pytest.mark.asvs("5.4.1", "5.4.2")
@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("a b.txt", 'attachment; filename="a b.txt"'),
        ('q"uo\u201cte.txt', "attachment; filename*=utf-8''q%22uo%E2%80%9Cte.txt"),
        ("na\u00efve \u65e5.txt", "attachment; filename*=utf-8''na%C3%AFve%20%E6%97%A5.txt"),
        ("a;b=c%0d.txt", 'attachment; filename="a;b=c%0d.txt"'),
    ],
    ids=["space", "quotes", "letters", "semicolon"],
)
def test_name__is_written_into_the_header_as_rfc_6266_says(
    browser: Client, harbour: AccountShown, name: str, told: str
) -> None:
    made = files.keep_file(
        passage=gate.require_open(harbour.id, now=NOW),
        new=NewFile(name),
        source=Body(io.BytesIO(b"x")),
        by="alice",
        clock=lambda: NOW,
    )

    answer = browser.get(f"/app/files/{made.id}/versions/1/")

    assert answer["Content-Disposition"] == told


def test_upload__of_the_same_name_is_a_new_version_and_the_old_comes_back(browser: Client) -> None:
    address = sent(browser, "plan.txt", b"first")
    assert sent(browser, "plan.txt", b"second") == address
    assert b"".join(browser.get(f"{address}versions/2/")) == b"second"

    browser.post(f"{address}act/", {"version": "1"})

    assert b"".join(browser.get(f"{address}versions/3/")) == b"first"
    assert browser.post(f"{address}act/", {"version": "third"}).status_code == 409


def test_thrown_away__comes_back_at_one_click(browser: Client) -> None:
    address = sent(browser, "plan.txt", b"first")
    answer = browser.post(f"{address}act/")
    page = browser.get(answer["Location"]).content.decode()
    [back] = re.findall(r'action="(/app/files/trash/[0-9a-f-]{36}/)"', page)

    assert "plan.txt" not in browser.get("/app/files/").content.decode()
    assert "plan.txt" in browser.get("/app/files/trash/").content.decode()
    browser.post(back)
    assert "plan.txt" in browser.get("/app/files/").content.decode()
    browser.post(f"{address}act/")
    browser.post(back, {"for_good": "1"})
    assert browser.get(address).status_code == 409


def test_folders__hold_files_and_are_renamed_moved_and_thrown_away(browser: Client) -> None:
    browser.post("/app/files/folder/", {"name": "Audio", "folder": ""})
    page = browser.get("/app/files/").content.decode()
    [inside] = re.findall(r'href="/app/files/in/([0-9a-f-]{36})/">Audio/', page)
    sent(browser, "call.txt", b"hello", folder=inside)

    browser.post(f"/app/files/folder/{inside}/", {"name": "Calls", "folder": ""})
    assert "Calls/" in browser.get("/app/files/").content.decode()
    itself = browser.post(f"/app/files/folder/{inside}/", {"name": "Calls", "folder": inside})
    assert "valid choice" in itself.content.decode()
    browser.post(f"/app/files/folder/{inside}/", {"throw": "1"})
    assert "Calls/" not in browser.get("/app/files/").content.decode()


@pytest.mark.parametrize(
    ("name", "told"),
    [("a/b", "cannot be a name"), ("Audio", "something named"), ("", "required")],
    ids=["slash", "taken", "empty"],
)
def test_folder__that_cannot_be_made_is_refused_where_its_name_was_typed(
    browser: Client, name: str, told: str
) -> None:
    browser.post("/app/files/folder/", {"name": "Audio", "folder": ""})
    page = browser.get("/app/files/").content.decode()
    [inside] = re.findall(r'href="/app/files/in/([0-9a-f-]{36})/">Audio/', page)
    browser.post("/app/files/folder/", {"name": "Audio", "folder": inside})

    for place in ("", inside):
        answer = browser.post("/app/files/folder/", {"name": name, "folder": place})

        assert answer.status_code == 422
        assert told in answer.content.decode()
        assert f'value="{name}"' in answer.content.decode() or not name
    gone = browser.get(f"/app/files/in/{inside[:-4]}beef/")
    assert "This cannot be shown" in gone.content.decode()


def test_search__finds_names_in_every_folder(browser: Client) -> None:
    sent(browser, "Überblick 2026.txt", b"x")
    sent(browser, "other.txt", b"x")
    page = browser.get("/app/files/?q=uberblick").content.decode()

    assert "Überblick 2026.txt" in page
    assert "other.txt" not in page
    assert "No file has these words" in browser.get("/app/files/?q=nothing").content.decode()


@pytest.mark.asvs("5.3.2", "1.2.1")
@pytest.mark.parametrize(
    "name", ["<b>bold</b>.txt", "naïve 日本.txt", "a" * 180 + ".txt", 'quote".txt']
)
def test_names__of_every_kind_are_text(browser: Client, name: str) -> None:
    browser.post("/app/files/upload/", {"file": SimpleUploadedFile(name, b"x"), "folder": ""})
    page = browser.get("/app/files/")

    assert b"<b>bold" not in page.content
    assert page.content.decode().count("1\xa0byte") == 1, "it is listed"
    html5lib.HTMLParser(strict=True).parse(page.content)


@pytest.mark.asvs("14.2.4", "5.3.1")
def test_upload__leaves_no_plain_byte_in_the_data_directory(
    browser: Client, data_directory: Path
) -> None:
    marker = b"CANARY-OF-AN-UPLOAD-7f3a" * 200_000

    sent(browser, "large.bin", marker)

    for path in data_directory.rglob("*"):
        if path.is_file():
            assert b"CANARY-OF-AN-UPLOAD-7f3a" not in path.read_bytes(), path


@pytest.mark.asvs("3.5.1")
def test_upload__of_another_site_is_refused(browser: Client) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.cookies.update(browser.cookies)

    answer = strict.post("/app/files/upload/", {"file": SimpleUploadedFile("a.txt", b"x")})

    assert answer.status_code == 403


def test_long_file__arrives_in_pieces(browser: Client) -> None:
    about = {"name": "long.bin", "size": 10, "type": "application/octet-stream", "folder": ""}
    begun = browser.post("/app/uploads/", json.dumps(about), content_type="application/json")
    address = f"/app/uploads/{begun.json()['id']}/"

    def piece(offset: int, body: bytes) -> int:
        return browser.patch(
            address, body, content_type="application/octet-stream",
            headers={"Upload-Offset": str(offset)},
        ).status_code  # fmt: skip

    assert piece(0, b"01234") == 200
    assert piece(0, b"01234") == 409, "a piece counts once"
    assert browser.get(address).json()["arrived"] == 5
    early = browser.post(f"{address}finish/")
    assert (early.status_code, early.json()["detail"][:9]) == (409, "5 of 10 b")
    assert piece(5, b"56789") == 200
    assert browser.post(f"{address}finish/").status_code == 201
    assert "long.bin" in browser.get("/app/files/").content.decode()
    assert browser.post("/app/uploads/", "no", content_type="application/json").status_code == 400


@pytest.mark.asvs("8.2.2", "8.4.1")
def test_files__of_another_account_are_as_unknown_as_invented_ones(
    browser: Client, harbour: AccountShown
) -> None:
    quarry = customer("Quarry")
    foreign = files.keep_file(
        passage=gate.require_open(quarry.id, now=NOW),
        new=NewFile("secret.txt"),
        source=Body(io.BytesIO(b"theirs")),
        by="mallory",
        clock=lambda: NOW,
    )

    for address in (f"/app/files/{foreign.id}/", f"/app/files/{foreign.id}/versions/1/"):
        assert browser.get(address).status_code == 409
    assert browser.post(f"/app/files/{foreign.id}/act/").status_code == 409
    assert queries.file(quarry.id, foreign.id).trashed_at is None


def test_records__are_entered_found_changed_and_taken_back(
    browser: Client, harbour: AccountShown
) -> None:
    given = {"collection": "calls", "values": '{"with": "Zoë", "minutes": 12}'}
    place = browser.post("/app/records/new/", given)["Location"]
    assert "with: Zoë, minutes: 12" in browser.get(place).content.decode()
    assert "Zoë" in browser.get(f"{place}&q=zoe").content.decode()
    assert "No record has these words" in browser.get(f"{place}&q=nobody").content.decode()
    [one] = collections.records(harbour.id, "calls")

    changed = {"values": '{"with": "Zoë", "minutes": 13}', "number": str(one.number)}
    browser.post(f"/app/records/{one.id}/", changed)
    stale = browser.post(f"/app/records/{one.id}/", changed).content.decode()
    assert "minutes&quot;: 13" in stale, "nothing typed is lost"
    assert 'class="errorlist"' in stale
    browser.post(f"/app/records/{one.id}/throw/")
    assert collections.records(harbour.id, "calls") == []
    browser.post(f"/app/records/{one.id}/throw/", {"take_back": "1"})
    assert [one.values["minutes"] for one in collections.records(harbour.id, "calls")] == [13]


@pytest.mark.parametrize(
    ("values", "told"), [("{oops", "This is no JSON: line 1"), ("[1]", "A record is an object")]
)
def test_record__that_is_none_is_refused_where_it_was_typed(
    browser: Client, values: str, told: str
) -> None:
    page = browser.post("/app/records/new/", {"collection": "calls", "values": values})

    assert told in page.content.decode()
    assert values.replace('"', "&quot;") in page.content.decode()


@pytest.mark.parametrize("language", ["de", "en", "fr"])
def test_pages__are_sound_html_in_every_language(browser: Client, language: str) -> None:
    browser.post("/language/", {"language": language, "next": "/app/"})
    address = sent(browser, "notes.txt", b"x")
    browser.post("/app/records/new/", {"collection": "calls", "values": "{}"})

    for page in (
        "/app/files/", "/app/files/trash/", address, "/app/records/", "/app/records/new/",
        "/app/records/?collection=calls",
    ):  # fmt: skip
        answer = browser.get(page)
        assert answer["Cache-Control"] == "no-store", page
        html5lib.HTMLParser(strict=True).parse(answer.content)
