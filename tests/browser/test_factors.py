"""Passkeys and authenticator apps in the real Chromium, with an authenticator of its own."""

from __future__ import annotations

import pyotp
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.browser.conftest import Open, enter
from tests.live import Demo, sign_ins

pytestmark = pytest.mark.browser

ROLE, OTHER = "trainer", "account-manager"


def with_authenticator(page: Page) -> None:
    """Give the browser a device that makes passkeys and knows its owner by the finger."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    session.send("WebAuthn.addVirtualAuthenticator", {"options": options})


def faults(page: Page) -> list[str]:
    found = Axe().run(page).response["violations"]
    return [f"{one['id']}: {one['nodes'][0]['html'][:120]}" for one in found]


def test_demo__asks_one_role_for_the_code_that_it_tells(window: Open, demo: Demo) -> None:
    [known] = [one for one in sign_ins(demo)["staff"] if one["asks_for_code"]]
    with window() as page:
        page.goto("/sign-in/")
        page.get_by_label("E-mail address").fill(known["email"])
        page.get_by_label("Password").fill(known["password"])
        page.get_by_role("main").get_by_role("button", name="Sign in", exact=True).click()
        page.get_by_label("Code").fill(pyotp.TOTP(known["totp_secret"]).now())
        page.get_by_role("button", name="Go on").click()
        page.wait_for_url("**/console/")
        page.goto("/me/")
        expect(page.get_by_text("Authenticator app", exact=True)).to_be_visible()
        expect(page.get_by_text("10 recovery codes are left")).to_be_visible()


def test_passkey__is_made_and_signs_in_alone_and_steps_up(window: Open, demo: Demo) -> None:
    with window() as page:
        with_authenticator(page)
        enter(page, demo, ROLE)
        page.goto("/me/")
        page.get_by_role("link", name="Add a second factor").click()
        assert faults(page) == []
        page.get_by_label("Name of the device").fill("Laptop")
        page.get_by_role("button", name="Make a passkey").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Recovery codes")
        assert page.locator(".codes li").count() == 10
        assert faults(page) == []
        with page.expect_download() as saving:
            page.get_by_role("button", name="Save as a file").click()
        assert len(saving.value.path().read_text().split()) >= 10
        page.get_by_role("link", name="I have kept them").click()
        expect(page.get_by_text("Passkey: Laptop")).to_be_visible()
        assert faults(page) == []

        page.get_by_role("button", name="Sign out").click()
        page.get_by_role("button", name="Sign in with a passkey").click()
        page.wait_for_url("**/console/")

        page.goto("/me/")
        page.get_by_role("button", name="Sign out").click()
        [known] = [one for one in sign_ins(demo)["staff"] if one["role"] == ROLE]
        page.get_by_label("E-mail address").fill(known["email"])
        page.get_by_label("Password").fill(known["password"])
        page.get_by_role("main").get_by_role("button", name="Sign in", exact=True).click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Second step")
        assert faults(page) == []
        page.get_by_role("button", name="Use a passkey").click()
        page.wait_for_url("**/console/")


def test_authenticator__works_without_any_script(window: Open, demo: Demo) -> None:
    [known] = [one for one in sign_ins(demo)["staff"] if one["role"] == OTHER]
    with window(java_script_enabled=False, viewport={"width": 320, "height": 700}) as page:
        enter(page, demo, OTHER)
        page.goto("/me/authenticator/")
        expect(page.get_by_role("button", name="Make a passkey")).to_have_count(0)
        secret = page.locator("code.key").inner_text().replace(" ", "")
        assert secret == known["totp_secret"], "the demo tells programs the same"
        page.get_by_label("Code", exact=True).fill(pyotp.TOTP(secret).now())
        page.get_by_role("button", name="Add the app").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Recovery codes")
        code = page.locator(".codes code").first.inner_text()
        page.get_by_role("link", name="I have kept them").click()
        page.get_by_role("button", name="Sign out").click()

        page.get_by_label("E-mail address").fill(known["email"])
        page.get_by_label("Password").fill(known["password"])
        page.get_by_role("main").get_by_role("button", name="Sign in", exact=True).click()
        page.get_by_label("Code", exact=True).fill(code)
        page.get_by_role("button", name="Go on").click()
        page.wait_for_url("**/console/")
