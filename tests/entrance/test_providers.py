"""The providers' doors as browsers see them: hostile answers, the buttons, and one's own links."""

from __future__ import annotations

import re
import ssl
from datetime import timedelta
from typing import cast
from urllib.parse import urlsplit

import httpx
import pytest
from django.http import HttpResponse
from django.test import Client

from tests.console.conftest import PASSWORD, hired
from tests.customers import PASSWORD as MEMBERS_PASSWORD
from tests.customers import admitted, customer, member
from tests.identity.test_invitations import BY, Link, link
from tests.identity.test_provider_sign_in import linked
from tests.worlds.hostile import HOSTILE
from tests.worlds.hostile_forms import FORMS
from tests.worlds.identity_provider import Played, World
from tests.worlds.visits import SLUGS
from trustkeep.accounts.roles import Role
from trustkeep.identity import linking, throttling
from trustkeep.identity.invitations import invite_member
from trustkeep.identity.models import (
    AccessEvent,
    ProviderSignIn,
    ProviderTransaction,
    Session,
    User,
)
from trustkeep.identity.sign_in_rules import Rule, set_rule
from trustkeep.kernel.clock import frozen, now

__all__ = ["link"]

pytestmark = pytest.mark.django_db

FORBIDDEN, UNAUTHORIZED = 403, 401


@pytest.fixture
def auditor(published: None) -> User:
    """One of the staff, with a password."""
    return User.objects.select_related("person").get(pk=hired(Role.AUDITOR))


@pytest.fixture
def owner(published: None) -> User:
    """A customer's owner, with a password."""
    users = User.objects.select_related("member__account")
    return users.get(pk=admitted(member(customer())))


def signed_in(browser: Client, user: User) -> Client:
    """Sign in by password."""
    password = PASSWORD if user.roles else MEMBERS_PASSWORD
    answer = browser.post("/sign-in/", {"email": user.email, "password": password})
    assert answer.status_code == 302
    return browser


def there_and_back(
    browser: Client, world: World, played: Played, act: str = "start"
) -> tuple[int, str]:
    """Press a button, let the provider answer, come back; return status and where it leads."""
    slug = SLUGS[played.family]
    sent = browser.post(f"/sso/{slug}/{act}")
    return back(browser, world, sent["Location"]) if sent.status_code == 303 else (0, "")


def back(browser: Client, world: World, address: str) -> tuple[int, str]:
    """Let the provider answer at its address, and come back to us; return where that leads."""
    answer = brought(browser, world, address)
    return answer.status_code, answer.get("Location", "")


def brought(browser: Client, world: World, address: str) -> HttpResponse:
    """Let the provider answer at its address, and come back to us."""
    world.keep_time(now())
    context = ssl.create_default_context(cafile=str(world.authority))
    ours = urlsplit(httpx.get(address, verify=context).headers["Location"])
    return cast(HttpResponse, browser.get(f"{ours.path}?{ours.query}"))


def is_signed_in(browser: Client) -> bool:
    """Ask for a page that strangers do not get."""
    return browser.get("/me/").status_code == 200


@pytest.mark.asvs("6.8.2")
@pytest.mark.rule("O5", "O8", "O11", "M1", "M2", "M7", "G1")
@pytest.mark.asvs(
    "9.1.1", "9.1.2", "9.1.3", "9.2.1", "9.2.2", "9.2.3", "10.2.2", "10.5.1", "10.5.3", "10.5.4"
)
@pytest.mark.parametrize("name", [*HOSTILE, *FORMS])
def test_door__refuses_for_its_own_reason_and_never_breaks(
    name: str, auditor: User, world: World
) -> None:
    hostile = {**HOSTILE, **FORMS}[name]
    linked(auditor, world, hostile.family)
    browser, played = Client(), getattr(world, hostile.family)
    hostile.bend(played)

    status, _ = there_and_back(browser, world, played)

    assert status == FORBIDDEN
    assert not is_signed_in(browser)
    assert not Session.objects.filter(user__isnull=False).exists()
    event = AccessEvent.objects.latest("pk")
    assert (event.what, event.detail) == (
        "sso.refused",
        f"{SLUGS[hostile.family]} {hostile.reason}",
    )
    assert event.source_index


@pytest.mark.parametrize("family", sorted(SLUGS))
def test_door__lets_the_linked_account_in(family: str, auditor: User, world: World) -> None:
    linked(auditor, world, family)
    browser = Client()

    status, leads_to = there_and_back(browser, world, getattr(world, family))

    assert (status, leads_to) == (302, "/console/")
    assert is_signed_in(browser)


@pytest.mark.rule("O8")
def test_door__leads_on_to_nowhere_else(auditor: User, world: World) -> None:
    linked(auditor, world, "google")
    browser = Client()
    for asked, leads_to in (("https://evil.example/", "/console/"), ("/me/", "/me/")):
        sent = browser.post("/sso/google/start", {"next": asked})
        assert back(browser, world, sent["Location"]) == (302, leads_to)


@pytest.mark.asvs("7.6.2")
@pytest.mark.rule("O7", "L3")
def test_door__is_opened_by_a_form_only_and_not_from_elsewhere(
    world: World, published: None
) -> None:
    assert Client().get("/sso/google/start").status_code == 405
    assert Client(enforce_csrf_checks=True).post("/sso/google/start").status_code == FORBIDDEN
    assert Client().post("/sso/google/callback").status_code == 405
    assert Client().post("/sso/nobody/start").status_code == 404
    assert Client().get("/sso/nobody/callback").status_code == 404


@pytest.mark.asvs("7.6.2")
@pytest.mark.rule("O7")
def test_door__refuses_a_browser_that_started_nothing(world: World, published: None) -> None:
    for query in ("", "?code=a&state=b", "?code=a&code=b&state=c", "?error=x&state=%00"):
        assert Client().get(f"/sso/google/callback{query}").status_code == FORBIDDEN


def test_sign_in_page__offers_the_providers_and_lets_its_forms_lead_there(
    world: World, published: None
) -> None:
    page = Client().get("/sign-in/")

    assert "Sign in with Google" in page.content.decode()
    assert f"form-action 'self' {world.google.base}" in page["Content-Security-Policy"]
    other = Client().get("/en/")
    assert world.google.base not in other.get("Content-Security-Policy", "")


def test_sign_in_page__offers_nothing_where_nothing_is_set_up(published: None) -> None:
    assert "/sso/" not in Client().get("/sign-in/").content.decode()


@pytest.mark.rule("O12", "L1")
def test_link__takes_the_password_away_and_keeps_the_browser_in(owner: User, world: World) -> None:
    browser = signed_in(Client(), owner)

    assert there_and_back(browser, world, world.google, "link") == (302, "/me/")

    assert is_signed_in(browser)
    assert "Google" in browser.get("/me/").content.decode()
    refused = Client().post("/sign-in/", {"email": owner.email, "password": MEMBERS_PASSWORD})
    assert refused.status_code == 422
    changed = browser.post("/me/", {"present": MEMBERS_PASSWORD, "new": "Kelp-Orbit-7-Umbra"})
    owner.refresh_from_db()
    assert not owner.has_usable_password()
    assert changed.status_code < 500


@pytest.mark.rule("L2")
def test_link__asks_who_is_there_once_the_session_is_old(auditor: User, world: World) -> None:
    browser = signed_in(Client(), auditor)
    with frozen(now() + timedelta(minutes=11)):
        page = browser.post("/sso/google/link")

    assert page.status_code == UNAUTHORIZED
    assert "Confirm that it is you" in page.content.decode()
    assert not linking.links_of(auditor.pk)


@pytest.mark.rule("L3")
def test_link__of_a_stranger_leads_to_the_door(world: World, published: None) -> None:
    assert Client().post("/sso/google/link")["Location"].startswith("/sign-in/")


@pytest.mark.rule("L6")
def test_unlink__refuses_the_only_way_in_and_takes_the_other(owner: User, world: World) -> None:
    browser = signed_in(Client(), owner)
    there_and_back(browser, world, world.google, "link")
    [only] = linking.links_of(owner.pk)
    assert browser.post(f"/me/links/{only.id}/remove/").status_code == 409

    there_and_back(browser, world, world.plain, "link")
    assert browser.post(f"/me/links/{only.id}/remove/").status_code == 302
    assert is_signed_in(browser)
    assert [one.provider for one in linking.links_of(owner.pk)] == ["company"]


def test_confirm__makes_the_session_fresh_again(auditor: User, world: World) -> None:
    linked(auditor, world, "google")
    browser = Client()
    there_and_back(browser, world, world.google)
    asked = browser.post("/sso/company/link")
    assert asked.status_code == UNAUTHORIZED
    assert "Confirm with Google" in asked.content.decode()
    assert world.google.base in asked["Content-Security-Policy"]

    assert there_and_back(browser, world, world.google, "confirm") == (302, "/me/")

    assert browser.post("/sso/company/link").status_code == 303


def test_invitation__is_redeemed_with_an_account_at_a_provider(world: World, link: Link) -> None:
    bob = member(customer(), "Bob")
    invite_member(member_id=bob.id, by=BY, link=link, now=now())
    browser = Client()
    page = browser.get(f"/invitation/{link.secret}/")
    assert "/sso/microsoft/invited" in page.content.decode()
    assert world.microsoft.base in page["Content-Security-Policy"]

    sent = browser.post("/sso/microsoft/invited", {"invitation": link.secret})
    assert back(browser, world, sent["Location"])[0] == 302
    assert is_signed_in(browser)

    again = Client().post("/sso/microsoft/invited", {"invitation": link.secret})
    assert again.status_code == 410


def test_factor__is_asked_for_where_the_provider_proved_none_and_the_account_wants_one(
    published: None, world: World
) -> None:
    account = customer()
    bob = User.objects.get(pk=admitted(member(account, "Bob")))
    linked(bob, world, "google")
    set_rule(account_id=account.id, rule=Rule(factor_demanded=True), by="alice", now=now())
    world.google.bend = lambda told: told | {"amr": ["pwd"]}

    assert there_and_back(Client(), world, world.google)[1] == "/me/authenticator/"
    row = ProviderSignIn.objects.get()
    assert (row.factor_demanded, row.factor_proved, row.admitted) == (True, False, False)

    world.google.bend = lambda told: told
    browser = Client()
    there_and_back(browser, world, world.google)
    assert is_signed_in(browser)


def hidden(page: str) -> dict[str, str]:
    """Return the hidden fields of the form on a page that goes on."""
    form = page.split("<main", 1)[1]
    return dict(re.findall(r'type="hidden" name="([\w-]+)" value="([^"]*)"', form))


@pytest.mark.asvs("7.6.1")
@pytest.mark.rule("S6")
def test_confirm__at_the_provider_loses_nothing_that_was_typed(auditor: User, world: World) -> None:
    linked(auditor, world, "google")
    browser = Client()
    there_and_back(browser, world, world.google)
    person = auditor.person
    assert person
    person.roles = [Role.ADMINISTRATOR]
    person.save()
    typed = {"name": "Nightly report", "scopes": "read", "days": "30"}
    asked = browser.post("/console/tokens/", typed)
    assert asked.status_code == UNAUTHORIZED
    sent = hidden(asked.content.decode())
    assert sent["target"] == "/console/tokens/"
    world.google.bend = lambda told: told | {"auth_time": int(told["iat"]) - 3600}
    left = browser.post("/sso/google/confirm", sent)
    refused = brought(browser, world, left["Location"])
    assert refused.status_code == FORBIDDEN
    sent = hidden(refused.content.decode())

    world.google.bend = lambda told: told
    left = browser.post("/sso/google/confirm", sent)
    page = brought(browser, world, left["Location"])

    assert page.status_code == 200
    kept = hidden(page.content.decode())
    assert {one: kept[one] for one in typed} == typed
    assert 'action="/console/tokens/"' in page.content.decode()
    asked_there = world.google.asked("/authorize")[-1].query
    assert (asked_there["prompt"], asked_there["max_age"]) == ("login", "0")
    done = browser.post("/console/tokens/", kept)
    assert "tk_" in done.content.decode()
    assert "Nightly" not in str(list(ProviderTransaction.objects.values_list("sealed")))


@pytest.mark.parametrize("target", ["https://evil.example/", "//evil.example/", "javascript:x", ""])
def test_confirm__goes_on_to_nobody_else(target: str, auditor: User, world: World) -> None:
    linked(auditor, world, "google")
    browser = Client()
    there_and_back(browser, world, world.google)
    left = browser.post("/sso/google/confirm", {"target": target, "kept_a": "b"})

    page = brought(browser, world, left["Location"])

    assert (page.status_code, page["Location"]) == (302, "/me/")


def test_start__says_when_to_try_again(
    world: World, published: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(throttling, "STARTS_A_MINUTE", 1)
    browser = Client()
    assert browser.post("/sso/google/start").status_code == 303

    page = browser.post("/sso/google/start")

    assert page.status_code == 429
    assert "Too many attempts" in page.content.decode()
    assert ProviderTransaction.objects.count() == 1
