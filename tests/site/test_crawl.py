"""One look at every page there is, as a stranger and as each role: what holds for all of them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import html5lib
import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from tests.console.conftest import PASSWORD, SignedIn, hired, published, staff
from trustkeep.accounts.roles import Role
from trustkeep.evidence.models import LogEntry
from trustkeep.identity.models import AccessEvent, User

__all__ = ["published", "staff"]

CHANGING = {"POST", "PUT", "PATCH", "DELETE"}
ELSEWHERE = re.compile(r"""(?:src|href|action)=["'](https?:)?//(?!localhost|trust\.example)""")


def addresses() -> list[str]:
    """Return the address of every route that has no gap to fill."""
    return sorted(set(_walk(get_resolver().url_patterns, "/")))


def _walk(patterns: Any, before: str) -> Iterator[str]:
    for one in patterns:
        route = str(one.pattern)
        if "<" in route or "(?P" in route or "^" in route:
            continue
        if isinstance(one, URLResolver):
            yield from _walk(one.url_patterns, before + route)
        elif isinstance(one, URLPattern):
            yield before + route


def pages(browser: Client) -> Iterator[tuple[str, HttpResponse]]:
    """Yield every page that opens for a browser, as HTML."""
    for address in addresses():
        answer: Any = browser.get(address)
        if answer.status_code == 200 and answer["Content-Type"].startswith("text/html"):
            yield address, answer


@pytest.mark.asvs("14.2.3", "3.6.1")
def test_pages__load_nothing_from_anybody_else(staff: SignedIn) -> None:
    for browser in (Client(), staff(Role.ADMINISTRATOR), staff(Role.DPO)):
        for address, answer in pages(browser):
            loaded = re.findall(r"<(?:script|link|img|iframe|form)[^>]*>", answer.content.decode())
            foreign = [one for one in loaded if ELSEWHERE.search(one) and "rel=" not in one]
            assert foreign == [], address


@pytest.mark.asvs("7.4.4", "14.2.2")
@pytest.mark.parametrize("role", [Role.ADMINISTRATOR, Role.SECURITY_LEAD, Role.AUDITOR])
def test_rooms__are_kept_by_no_cache_and_show_the_way_out(staff: SignedIn, role: Role) -> None:
    seen = 0
    for address, answer in pages(staff(role)):
        if not address.startswith(("/console/", "/app/", "/me/")):
            continue
        seen += 1
        assert "no-store" in answer["Cache-Control"], address
        assert 'action="/sign-out/"' in answer.content.decode(), address
    assert seen > 5


@pytest.mark.asvs("3.5.3")
def test_looking__changes_nothing(staff: SignedIn) -> None:
    browser = staff(Role.ADMINISTRATOR)
    before = _traces()

    for address in addresses():
        browser.get(address)
        browser.head(address)

    assert _traces() == before
    assert browser.get("/console/").status_code == 200, "still signed in"


def _traces() -> tuple[int, int, list[Any]]:
    # That somebody read what is gated, or was refused, is noted; what they looked at stays.
    return (
        LogEntry.objects.count() - AccessEvent.objects.filter(what="read").count(),
        AccessEvent.objects.exclude(what__in=("refused", "read")).count(),
        list(User.objects.order_by("pk").values_list("pk", "epoch", "active", "password")),
    )


@pytest.mark.asvs("3.4.2")
def test_answers__are_for_our_own_origin_only(staff: SignedIn) -> None:
    browser = staff(Role.ADMINISTRATOR)
    for address in addresses():
        answer = browser.get(address, headers={"Origin": "https://evil.example"})
        # What is public anyway may be read from anywhere, and never with anybody's cookies.
        is_public_log = address.startswith("/.well-known/trust-log/")
        assert ("Access-Control-Allow-Origin" in answer) is is_public_log, address
        assert "Access-Control-Allow-Credentials" not in answer, address


@pytest.mark.asvs("3.3.1", "3.3.2", "3.3.3", "3.3.4")
def test_cookies__are_bound_to_the_host_and_hidden_from_scripts(published: None) -> None:
    hired(Role.DPO)
    browser = Client()
    browser.get("/sign-in/")
    browser.post("/sign-in/", {"email": "dpo@example.com", "password": PASSWORD})
    browser.post("/language/", {"language": "fr", "next": "/me/"})

    assert browser.cookies
    for name, cookie in browser.cookies.items():
        assert name.startswith("__Host-"), name
        assert cookie["secure"], name
        assert cookie["httponly"], name
        assert (cookie["path"], cookie["domain"]) == ("/", ""), name
        assert cookie["samesite"] in ("Lax", "Strict"), name


@pytest.mark.asvs("13.4.1", "13.4.3", "15.2.3")
@pytest.mark.parametrize(
    "address", ["/.git/HEAD", "/.env", "/static/", "/static/../settings.py", "/admin/", "/debug/"]
)
def test_insides__are_not_served(published: None, address: str) -> None:
    assert Client().get(address).status_code in (404, 400)


OPEN = re.compile(
    r"/|/(de|en|fr)/.*|/sign-in/.*|/sign-out/|/language/|/robots\.txt|/sitemap\.xml|/favicon\.ico"
    r"|/trust\.json|/(\.well-known/)?security\.txt|/\.well-known/(trust-log/.+|change-password)"
    r"|/api/v1/openapi\.json|/password/.*|/sso/.*"
)
"""What answers strangers with more than a refusal or the way to the door."""


@pytest.mark.asvs("13.4.5", "8.3.1")
def test_strangers__are_given_what_is_meant_for_them_only(published: None) -> None:
    given = {one for one in addresses() if Client().get(one).status_code < 300}

    assert [one for one in sorted(given) if not OPEN.fullmatch(one)] == []
    assert {"/en/", "/trust.json", "/api/v1/openapi.json"} <= given
    assert not [one for one in given if re.search("health|metrics|status|docs|debug", one)]


@pytest.mark.asvs("1.1.1")
@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("%252e%253Cb%253E", "%2e%3Cb%3E"),
        ("%26lt%3Bb%26gt%3B", "&lt;b&gt;"),
        ("%5Cu003cb", "\\u003cb"),
    ],
    ids=["percent", "entity", "escape"],
)
def test_what_is_typed__is_decoded_once(staff: SignedIn, query: str, shown: str) -> None:
    page = staff(Role.ADMINISTRATOR).get(f"/console/people/?q={query}").content.decode()

    [field] = html5lib.parse(page, namespaceHTMLElements=False).findall(".//input[@name='q']")
    assert field.get("value") == shown


@pytest.mark.asvs("14.2.1")
def test_forms__send_secrets_in_bodies_only(staff: SignedIn) -> None:
    for browser in (Client(), staff(Role.ADMINISTRATOR)):
        for address, answer in pages(browser):
            for form in re.findall(r"<form.*?</form>", answer.content.decode(), re.S):
                if 'type="password"' in form or "csrfmiddlewaretoken" in form:
                    assert 'method="post"' in form, address


@pytest.mark.asvs("6.2.6", "6.2.7")
def test_passwords__may_be_pasted_and_filled_in(published: None) -> None:
    page = Client().get("/sign-in/").content.decode()
    [field] = re.findall(r"<input[^>]*name=\"password\"[^>]*>", page)

    assert 'type="password"' in field
    assert 'autocomplete="current-password"' in field
    assert "onpaste" not in page


@pytest.mark.asvs("1.2.1")
@pytest.mark.parametrize("address", ["/sign-in/?next=", "/console/people/?q=", "/en/?day="])
def test_what_is_typed__comes_back_as_text(staff: SignedIn, address: str) -> None:
    markup = "\"><script>alert('x')</script><b q='"
    answer = staff(Role.ADMINISTRATOR).get(address + markup)

    assert b"<script>alert" not in answer.content
    html5lib.HTMLParser(strict=False).parse(answer.content)
