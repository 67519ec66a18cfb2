"""The customers' workspace as its members live in it, up to the end of the contract."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import Open, by_password, enter_as_member
from tests.browser.postbox import Postbox
from tests.live import Demo

pytestmark = pytest.mark.browser

LIVING, LEAVING, LEAVING_NAME = "C-1042", "C-1047", "Gerlach Maschinenbau KG"
FIRST, SECOND = b"First words.\n" * 9, "Second words: größer.\n".encode() * 9


def upload(page: Page, name: str, content: bytes) -> None:
    """Choose a file and send it; the script shows how far it is and then the list anew."""
    chosen = {"name": name, "mimeType": "text/plain", "buffer": content}
    page.locator("input[type=file]").set_input_files(chosen)  # type: ignore[arg-type]
    with page.expect_event("load"):
        page.get_by_role("button", name="Upload").click()
    expect(page.get_by_role("link", name=name)).to_be_visible()


def test_files__are_kept_shown_moved_thrown_away_and_taken_back(window: Open, demo: Demo) -> None:
    with window() as page:
        enter_as_member(page, demo, LIVING)
        page.get_by_role("link", name="Files").click()
        upload(page, "Notes.txt", FIRST)
        upload(page, "Notes.txt", SECOND)
        page.get_by_label("Name", exact=True).fill("Talks <b>🎧")
        page.get_by_role("button", name="Make the folder").click()
        expect(page.get_by_role("link", name="Talks <b>🎧/")).to_be_visible()
        page.get_by_role("link", name="Notes.txt").click()
        expect(page.locator("pre.preview")).to_contain_text("Second words: größer.")
        expect(page.locator("main tbody tr")).to_have_count(2)
        page.get_by_role("button", name="Make it the current one").click()
        expect(page.locator("pre.preview")).to_contain_text("First words.")
        page.get_by_label("Name", exact=True).fill("Minutes.txt")
        page.get_by_label("Folder").select_option(label="Talks <b>🎧")
        page.get_by_role("button", name="Rename or move").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Minutes.txt")
        page.get_by_role("button", name="Throw away").click()
        page.get_by_role("button", name="Put it back").click()
        page.goto("/app/files/?q=minutes")
        page.get_by_role("link", name="Minutes.txt").click()
        with page.expect_download() as saving:
            page.get_by_role("link", name="Download").first.click()
        assert saving.value.path().read_bytes() == FIRST


def test_export__opens_and_holds_what_was_kept(window: Open, demo: Demo, tmp_path: Path) -> None:
    with window() as page:
        enter_as_member(page, demo, LIVING)
        page.goto("/app/export/")
        with page.expect_download() as saving:
            page.get_by_role("button", name="Export everything").click()
        saving.value.save_as(tmp_path / "everything.zip")
    with zipfile.ZipFile(tmp_path / "everything.zip") as archive:
        assert archive.testzip() is None
        names = archive.namelist()
        assert any("Conversation 1.txt" in name for name in names)
        for name in names:
            if name.endswith(".json"):
                json.loads(archive.read(name))


def test_contract__ends_by_the_owners_word_and_shuts_the_account(
    demo: Demo, postbox: Postbox, chromium: Browser
) -> None:
    base = f"https://localhost:{demo.port}"
    # No window that minds the console: what is refused answers 401 and 422, which it tells.
    context = chromium.new_context(base_url=base, ignore_https_errors=True)
    page = context.new_page()
    owner = enter_as_member(page, demo, LEAVING)
    let_ten_minutes_pass(demo)
    page.goto("/app/contract/")
    page.get_by_role("link", name="End the contract").click()
    expect(page.get_by_text("What would happen if it ended now")).to_be_visible()
    end(page, "Gerlach")
    expect(page.get_by_role("heading", level=1)).to_have_text("Confirm that it is you")
    page.get_by_label("Password").fill(owner["password"])
    page.get_by_role("button", name="Confirm and go on").click()
    expect(page.get_by_text("This is not the name as it stands there.")).to_be_visible()
    end(page, LEAVING_NAME)
    expect(page.get_by_role("heading", level=1)).to_have_text("The contract has ended")
    page.goto("/app/files/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")
    by_password(page, owner)
    expect(page.get_by_role("alert")).to_contain_text("not right")
    context.close()
    assert postbox.letter(owner["email"], "Vertrag")


def end(page: Page, name: str) -> None:
    """Type a name as the word that all of it goes."""
    page.locator("[name=name]").fill(name)
    page.get_by_role("main").get_by_role("button", name="End the contract").click()


def let_ten_minutes_pass(demo: Demo) -> None:
    """Have everybody's last proof lie so long ago that sensitive acts ask again."""
    code = (
        "from django.db.models import F; from datetime import timedelta;"
        "from trustkeep.identity.authentication import FRESH_FOR;"
        "from trustkeep.identity.models import Session;"
        "Session.objects.update(auth_time=F('auth_time') - FRESH_FOR - timedelta(seconds=1))"
    )
    environment = {"PATH": os.environ["PATH"], "TRUSTKEEP_DATA": str(demo.data)}
    command = [sys.executable, "-m", "trustkeep.cli.main", "manage", "shell", "-c", code]
    subprocess.run(command, env=environment, check=True, capture_output=True)
