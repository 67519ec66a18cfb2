"""Signing in with Google and Microsoft in the real Chromium, from the invitation to the refusal.

The product runs as it is served, pointed at a provider of the tests by its settings alone.
"""

from __future__ import annotations

import email
import re
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from email import policy
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import enter
from tests.live import Demo, free_ports, sign_ins
from tests.worlds import identity_provider
from tests.worlds.identity_provider import (
    CLIENT_ID,
    CLIENT_SECRET,
    HOME_TENANT,
    OTHER_TENANT,
    Played,
    World,
    new_key,
)

pytestmark = pytest.mark.browser

NEWCOMER = "bob.newcomer@alpenblick.example"
LETTER_WITHIN_S = 60


@dataclass(frozen=True)
class Stage:
    """A demo that is pointed at the played providers."""

    demo: Demo
    world: World

    def member(self, number: int) -> dict[str, str]:
        told: dict[str, str] = sign_ins(self.demo)["members"][number]
        return told


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    folder = tmp_path_factory.mktemp("providers")
    secret = folder / "client-secret"
    secret.write_text(CLIENT_SECRET + "\n")
    with identity_provider.running(folder) as world:
        for played in world.all():
            played.asks_first = True
        settings = {
            "TRUSTKEEP_OIDC_GOOGLE_ISSUER": world.google.url,
            "TRUSTKEEP_OIDC_GOOGLE_CLIENT_ID": CLIENT_ID,
            "TRUSTKEEP_OIDC_GOOGLE_CLIENT_SECRET": CLIENT_SECRET,
            "TRUSTKEEP_OIDC_MICROSOFT_ISSUER": world.microsoft.url,
            "TRUSTKEEP_OIDC_MICROSOFT_CLIENT_ID": CLIENT_ID,
            "TRUSTKEEP_OIDC_MICROSOFT_CLIENT_SECRET_FILE": str(secret),
            "TRUSTKEEP_OIDC_CA_FILE": str(world.authority),
        }
        port, http_port = free_ports(2)
        demo = Demo(folder / "data", port, http_port, settings)
        demo.start()
        yield Stage(demo, world)
        demo.stop()


@pytest.fixture
def open_page(chromium: Browser, stage: Stage) -> Iterator[Callable[[], Page]]:
    """Open browsers of their own; errors of scripts fail the test, refusals do not."""
    contexts, complaints = [], []

    def opened() -> Page:
        context = chromium.new_context(
            base_url=f"https://localhost:{stage.demo.port}", ignore_https_errors=True
        )
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on(
            "console",
            lambda said: complaints.append(said.text) if "Content Security" in said.text else None,
        )
        return page

    yield opened
    for context in contexts:
        context.close()
    assert complaints == []


def by_password(page: Page, who: dict[str, str]) -> None:
    page.goto("/sign-in/")
    page.get_by_label("E-mail address").fill(who["email"])
    page.get_by_label("Password").fill(who["password"])
    page.get_by_role("main").get_by_role("button", name="Sign in", exact=True).click()


def agree(page: Page, played: Played) -> None:
    """Say yes at the provider."""
    expect(page.get_by_role("heading", level=1)).to_have_text(f"Played {played.family}")
    page.get_by_role("button", name="Yes").click()


def by_provider(page: Page, played: Played, name: str) -> None:
    page.goto("/sign-in/")
    page.get_by_role("button", name=f"Sign in with {name}").click()
    agree(page, played)


def invitation_for(address: str, demo: Demo) -> str:
    """Return the link of the invitation once its letter has left the house."""
    until = time.monotonic() + LETTER_WITHIN_S
    while time.monotonic() < until:
        for path in sorted(Path(demo.data, "outbox").glob("*.eml"), reverse=True):
            letter = email.message_from_bytes(path.read_bytes(), policy=policy.default)
            body = letter.get_body(("plain",))
            found = re.search(r"https://\S+/invitation/\S+?/", body.get_content() if body else "")
            if address in str(letter["To"]) and found:
                return found[0]
        time.sleep(0.2)
    raise AssertionError("no invitation left the house")


def heading(page: Page) -> str:
    return page.get_by_role("heading", level=1).inner_text()


@pytest.mark.rule("O1", "O12")
def test_invitation__is_redeemed_at_microsoft_and_there_never_is_a_password(
    open_page: Callable[[], Page], stage: Stage
) -> None:
    microsoft = stage.world.microsoft
    microsoft.subject, microsoft.email = "bob", NEWCOMER
    owner = open_page()
    by_password(owner, stage.member(0))
    owner.goto("/app/members/")
    owner.get_by_label("Name").fill("Bob Newcomer")
    owner.get_by_label("E-mail address").fill(NEWCOMER)
    owner.get_by_role("button", name="Send an invitation").click()
    bob = open_page()
    bob.goto(invitation_for(NEWCOMER, stage.demo))
    bob.get_by_role("button", name="Microsoft").click()
    agree(bob, microsoft)
    bob.wait_for_url("**/app/")

    bob.goto("/me/")
    expect(bob.locator("#links")).to_contain_text(HOME_TENANT)
    bob.get_by_role("button", name="Sign out").first.click()
    by_provider(bob, microsoft, "Microsoft")
    bob.wait_for_url("**/app/")
    owner.goto("/app/members/")
    expect(owner.get_by_role("row", name="Bob Newcomer")).to_contain_text("identity provider")


@pytest.mark.rule("O12", "S6", "S7")
def test_link__takes_the_password_away_and_the_provider_confirms(
    open_page: Callable[[], Page], stage: Stage
) -> None:
    google, who = stage.world.google, stage.member(1)
    google.subject, google.email = "daan", who["email"]
    page = open_page()
    by_password(page, who)
    page.goto("/me/")
    page.get_by_role("button", name="Link Google").click()
    agree(page, google)
    page.wait_for_url("**/me/")
    page.get_by_role("button", name="Sign out").first.click()
    by_password(page, who)
    expect(page.get_by_role("alert")).to_contain_text("Address or password are not right")

    google.keys = [new_key("EC")]
    by_provider(page, google, "Google")
    page.wait_for_url("**/app/")
    page.goto("/me/")
    page.get_by_role("button", name="Link Microsoft").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Confirm that it is you")
    page.get_by_role("button", name="Confirm with Google").click()
    asked = google.asked("/authorize")[-1].query
    assert (asked["prompt"], asked["max_age"]) == ("login", "0")
    agree(page, google)
    stage.world.microsoft.subject = "daan"
    page.get_by_role("button", name="Go on").click()
    agree(page, stage.world.microsoft)
    page.wait_for_url("**/me/")
    expect(page.locator("#links")).to_contain_text("Microsoft")


@pytest.mark.rule("M4", "M8", "G6")
def test_rule__asks_for_a_factor_and_refuses_another_tenant(
    open_page: Callable[[], Page], stage: Stage
) -> None:
    microsoft, who = stage.world.microsoft, stage.member(2)
    microsoft.subject, microsoft.tenant = "claire", OTHER_TENANT
    page = open_page()
    by_password(page, who)
    page.goto("/me/")
    page.locator("form[action='/sso/microsoft/link'] button").click()
    agree(page, microsoft)
    page.wait_for_url("**/me/")
    page.context.clear_cookies()

    administrator = open_page()
    enter(administrator, stage.demo, "administrator")
    administrator.goto("/console/providers/rules/")
    administrator.get_by_role("link", name="Cabinet Morel").click()
    administrator.get_by_label("A second factor is demanded").check()
    administrator.get_by_role("button", name="Set the rule").click()
    by_provider(page, microsoft, "Microsoft")
    page.wait_for_url("**/me/authenticator/**")

    administrator.get_by_role("link", name="Cabinet Morel").click()
    administrator.get_by_label("Microsoft tenants").fill(HOME_TENANT)
    administrator.get_by_role("button", name="Set the rule").click()
    page.context.clear_cookies()
    by_provider(page, microsoft, "Microsoft")
    assert heading(page) == "Not signed in"
    microsoft.tenant = HOME_TENANT
    administrator.goto("/console/audit/?what=sso.refused")
    expect(administrator.locator("tbody")).to_contain_text("microsoft tenant-refused")


@pytest.mark.rule("G6")
def test_google__proves_a_second_factor_and_nothing_else_is_asked(
    open_page: Callable[[], Page], stage: Stage
) -> None:
    google = stage.world.google
    google.subject, google.bend = "petra", lambda told: told | {"amr": ["pwd", "mfa"]}
    page = open_page()
    by_password(page, stage.member(3))
    page.goto("/me/")
    page.locator("form[action='/sso/google/link'] button").click()
    agree(page, google)
    page.wait_for_url("**/me/")
    page.context.clear_cookies()

    by_provider(page, google, "Google")

    page.wait_for_url("**/app/")


def test_hostile_answer__leaves_everybody_outside_and_says_so(
    open_page: Callable[[], Page], stage: Stage
) -> None:
    google = stage.world.google
    google.bend = lambda told: told | {"nonce": "another"}
    page = open_page()

    by_provider(page, google, "Google")

    assert heading(page) == "Not signed in"
    page.goto("/app/")
    assert "/sign-in/" in page.url
    google.bend = lambda told: told


@pytest.mark.rule("O3")
def test_provider_page__shows_what_to_enter_there_and_tries_a_sign_in(
    open_page: Callable[[], Page], stage: Stage
) -> None:
    google = stage.world.google
    google.subject = "somebody"
    page = open_page()
    enter(page, stage.demo, "administrator")
    page.goto("/console/providers/")
    expect(page.get_by_text(f"{page.url.split('/console')[0]}/sso/google/callback")).to_be_visible()
    page.get_by_role("button", name="Ask Google again").click()
    expect(page.get_by_role("status")).to_contain_text("answers validly and knows us")
    page.get_by_role("button", name="Try a sign-in with Google").click()
    agree(page, google)

    expect(page.get_by_role("status")).to_contain_text("passed our checks")
    expect(page.get_by_role("row", name="sub somebody")).to_be_visible()
    assert heading(page) == "Test sign-in with Google"
