"""The product in a real browser: one demo and one Chromium for all that is clicked here."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, sync_playwright

from tests.browser.postbox import Postbox, receiving
from tests.live import Demo, free_ports, sign_ins

_QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)

type Open = Callable[..., Any]
type SignIn = Callable[[str], BrowserContext]


@pytest.fixture(scope="session")
def postbox() -> Iterator[Postbox]:
    with receiving() as box:
        yield box


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory, postbox: Postbox) -> Iterator[Demo]:
    port, http_port = free_ports(2)
    settings = {
        "TRUSTKEEP_SMTP_HOST": "127.0.0.1",
        "TRUSTKEEP_SMTP_PORT": str(postbox.port),
        "TRUSTKEEP_SMTP_SECURITY": "none",
    }
    demo = Demo(tmp_path_factory.mktemp("browsed") / "data", port, http_port, settings)
    demo.start()
    yield demo
    demo.stop()


# Playwright keeps an event loop running in its thread; Django elsewhere refuses to work beside one.
@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    program = shutil.which("chromium") or shutil.which("chromium-browser")
    assert program, "the tests need chromium: scripts/setup-system chromium"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=list(_QUIET))
        yield browser
        browser.close()


def _heed(said: ConsoleMessage, complaints: list[str]) -> None:
    # Chromium also tells there what went well, such as data cleared at a sign-out.
    if said.type != "info":
        complaints.append(said.text)


@pytest.fixture
def window(chromium: Browser, demo: Demo) -> Open:
    """Open windows that fail the test on any error in the browser's console."""

    @contextmanager
    def opened(**options: Any) -> Iterator[Page]:
        context = chromium.new_context(
            base_url=f"https://localhost:{demo.port}", ignore_https_errors=True, **options
        )
        page = context.new_page()
        complaints: list[str] = []
        page.on("console", lambda said: _heed(said, complaints))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        yield page
        context.close()
        assert complaints == []

    return opened


@pytest.fixture(scope="module")
def sessions(chromium: Browser, demo: Demo) -> Callable[[str], Any]:
    """Sign in as a role, through the door, once; return what the browser keeps of it."""
    kept: dict[str, Any] = {}

    def of(role: str) -> Any:
        if role not in kept:
            context = chromium.new_context(
                base_url=f"https://localhost:{demo.port}", ignore_https_errors=True
            )
            enter(context.new_page(), demo, role)
            kept[role] = context.storage_state()
            context.close()
        return kept[role]

    return of


def enter(page: Page, demo: Demo, role: str) -> None:
    """Type address and password of a role at the door, as a person does."""
    told = sign_ins(demo)
    known, *_ = [one for one in (*told["staff"], *told["members"]) if one["role"] == role]
    by_password(page, known)
    page.wait_for_url("**/app/" if role == "owner" else "**/console/")


def enter_as_member(page: Page, demo: Demo, account: str) -> dict[str, Any]:
    """Sign in as the owner of an account; returns what the demo tells of them."""
    [known] = [one for one in sign_ins(demo)["members"] if one["account"] == account]
    by_password(page, known)
    page.wait_for_url("**/app/")
    return dict(known)


def by_password(page: Page, known: dict[str, Any]) -> None:
    page.goto("/sign-in/")
    # The words of the door are the reader's; what the fields are named is not.
    page.locator("main input[type=email]").fill(known["email"])
    page.locator("main input[type=password]").fill(known["password"])
    page.locator("main form:has(input[type=password]) button[type=submit]").first.click()
