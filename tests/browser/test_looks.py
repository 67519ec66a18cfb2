"""Every kind of page in the real Chromium: accessible, in both lights, from 320 px on."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.browser.conftest import Open
from tests.live import Demo, sign_ins

pytestmark = pytest.mark.browser

PUBLIC = (
    "/en/",
    "/de/",
    "/fr/",
    "/en/promises/security-policies/",
    "/en/changes/",
    "/en/evidence/",
    "/en/evidence/3/",
    "/en/verify/",
    "/en/on/",
    "/en/your-data/",
    "/sign-in/",
    "/password/forgotten/",
)
ROOMS = {
    "security-lead": (
        "/console/",
        "/console/promises/",
        "/console/promises/security-policies/",
        "/console/promises/locked-after-contract-end/wording/",
        "/console/promises/security-policies/note/",
        "/console/drafts/",
        "/console/records/",
        "/console/records/policy/",
        "/console/records/policy/new/",
        "/console/evidence/",
        "/console/accounts/",
        "/console/systems/",
        "/me/",
    ),
    "dpo": ("/console/requests/", "/console/accounts/"),
    "owner": (
        "/app/",
        "/app/files/",
        "/app/links/",
        "/app/files/trash/",
        "/app/records/",
        "/app/members/",
        "/app/looked/",
        "/app/requests/",
        "/app/requests/new/",
        "/app/export/",
        "/app/programs/",
        "/app/contract/",
        "/app/contract/end/",
    ),
    "administrator": (
        "/console/people/",
        "/console/people/new/",
        "/console/letters/",
        "/console/tokens/",
        "/console/audit/",
        "/console/providers/",
        "/console/providers/attestations/",
        "/console/providers/rules/",
        "/me/authenticator/",
        "/console/accounts/new/",
    ),
}
LIGHTS = ("light", "dark")
NARROW, WIDE = {"width": 320, "height": 640}, {"width": 1280, "height": 900}


def faults(page: Page) -> list[str]:
    """Return what axe-core finds, best practices included, and what runs over the edge."""
    found = Axe().run(page).response["violations"]
    told = [f"{one['id']}: {one['nodes'][0]['html'][:120]}" for one in found]
    wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    return [*told, *([f"{wide} px too wide"] if wide > 0 else [])]


@pytest.mark.parametrize("light", LIGHTS)
@pytest.mark.parametrize("size", [NARROW, WIDE], ids=["narrow", "wide"])
def test_public_pages__have_no_fault(
    window: Open, demo: Demo, light: str, size: dict[str, int]
) -> None:
    found = {}
    with window(color_scheme=light, viewport=size) as page:
        for path in (*PUBLIC, sign_ins(demo)["shared_path"]):
            page.goto(path)
            found[path] = faults(page)

    assert {path: told for path, told in found.items() if told} == {}


@pytest.mark.parametrize("light", LIGHTS)
@pytest.mark.parametrize("size", [NARROW, WIDE], ids=["narrow", "wide"])
@pytest.mark.parametrize("role", sorted(ROOMS))
def test_rooms__have_no_fault(
    window: Open, sessions: Callable[[str], Any], role: str, light: str, size: dict[str, int]
) -> None:
    found = {}
    with window(color_scheme=light, viewport=size, storage_state=sessions(role)) as page:
        for path in ROOMS[role]:
            page.goto(path)
            assert page.url.endswith(path), "signed in"
            found[path] = faults(page)

    assert {path: told for path, told in found.items() if told} == {}


@pytest.mark.parametrize("light", LIGHTS)
def test_what_a_customer_opens__has_no_fault(
    window: Open, sessions: Callable[[str], Any], light: str
) -> None:
    found = {}
    with window(color_scheme=light, viewport=NARROW, storage_state=sessions("owner")) as page:
        for path in ("/app/files/", "/app/links/", "/app/requests/"):
            page.goto(path)
            page.get_by_role("main").get_by_role("table").get_by_role("link").last.click()
            page.wait_for_url(lambda url, path=path: not url.endswith(path))
            found[path] = faults(page)

    assert {path: told for path, told in found.items() if told} == {}


def test_pages__can_be_walked_with_the_keyboard(window: Open) -> None:
    with window(viewport=WIDE) as page:
        page.goto("/en/")
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.textContent") == "Skip to content"
        page.keyboard.press("Enter")
        assert page.url.endswith("#main")


def test_pages__ask_no_other_host_and_run_no_script(window: Open) -> None:
    asked: list[str] = []
    with window(viewport=WIDE) as page:
        page.on("request", lambda request: asked.append(request.url))
        page.goto("/en/")
        base = page.url.removesuffix("/en/")
        scripts = page.locator("script:not([type='application/ld+json'])").count()

    assert {url for url in asked if not url.startswith(base)} == set()
    assert scripts == 0
