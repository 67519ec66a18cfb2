"""The staff's work, clicked through from end to end over the real server."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Open, enter
from tests.live import Demo

pytestmark = pytest.mark.browser

SLUG = "security-lead"


def test_staff__come_in_and_go_out(window: Open, demo: Demo) -> None:
    with window() as page:
        page.goto("/console/records/")
        expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")
        enter(page, demo, "auditor")
        expect(page.get_by_role("heading", level=1)).to_have_text("Today")
        page.get_by_role("button", name="Sign out").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")
        page.goto("/console/")
        expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")


def test_wording__is_drafted_by_one_approved_by_another_and_public_at_once(
    window: Open, sessions: Callable[[str], Any]
) -> None:
    new = {
        "Deutsch": "Jemand ist für Informationssicherheit benannt.",
        "English": "Somebody has been appointed to lead information security.",
        "Français": "Une personne est nommée responsable de la sécurité de l’information.",
        "Why it changes": "Clearer.",
    }
    with window() as reader:
        reader.goto("/en/")
        assert new["English"] not in reader.content()
    with window(storage_state=sessions("security-lead")) as page:
        page.goto(f"/console/promises/{SLUG}/")
        page.get_by_role("link", name="New wording").click()
        for label, text in new.items():
            page.get_by_label(label).fill(text)
        page.get_by_role("button", name="Keep the draft").click()
        expect(page.get_by_text("You wrote it")).to_be_visible()
        expect(page.get_by_role("button", name="Approve and publish")).to_have_count(0)
    with window(storage_state=sessions("dpo")) as page:
        page.goto("/console/")
        page.get_by_role("link", name="New wording: Security lead").click()
        page.get_by_role("button", name="Approve and publish").click()
        expect(page.get_by_text(new["English"]).first).to_be_visible()
    with window() as reader:
        reader.goto("/en/")
        expect(reader.get_by_role("heading", name=new["English"])).to_be_visible()
        reader.goto("/fr/")
        expect(reader.get_by_role("heading", name=new["Français"])).to_be_visible()


def test_record__mends_a_broken_promise_in_public(
    window: Open, sessions: Callable[[str], Any]
) -> None:
    with window(storage_state=sessions("security-lead")) as page:
        page.goto("/console/promises/security-policies/")
        page.get_by_role("link", name="Business continuity").click()
        page.get_by_label("Last reviewed on").fill("2001-01-01")
        page.get_by_label("Approver").fill("")
        page.get_by_role("button", name="Record the change").click()
        expect(page.get_by_role("alert")).to_contain_text("Nothing is recorded yet")
        expect(page.get_by_label("Last reviewed on")).to_have_value("2001-01-01")
        page.get_by_label("Approver").fill("Clara Hoffmann")
        page.get_by_label("Last reviewed on").fill(
            page.evaluate("new Date().toISOString().slice(0, 10)")
        )
        page.get_by_role("button", name="Record the change").click()
        expect(page.get_by_text("Version 2")).to_be_visible()
    with window() as reader:
        reader.goto("/en/promises/security-policies/")
        expect(reader.locator(".facts .state").first).not_to_have_text("Not kept")


def test_language__of_the_console_is_the_readers_choice(
    window: Open, sessions: Callable[[str], Any]
) -> None:
    with window(storage_state=sessions("auditor")) as page:
        page.goto("/console/records/")
        page.get_by_role("button", name="Deutsch").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Angaben")
        expect(page.locator("html")).to_have_attribute("lang", "de")
