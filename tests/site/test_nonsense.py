"""Nonsense in every place that takes something: it is refused, and nothing breaks."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from itertools import product
from typing import Any

import html5lib
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from tests.console.conftest import SignedIn, staff
from tests.customers import PASSWORD, admitted, customer, member
from tests.published import published
from tests.site.test_crawl import addresses
from trustkeep.accounts.roles import Role

__all__ = ["published", "staff"]

NONSENSE = (
    "\0",
    "9" * 30,
    "{0.__class__}%s%(x)s{{ 7 }}",
    "../../etc/passwd\r\nSet-Cookie: a=\u202eb",
    "9999-99-99",
)
PARAMETERS = ("q", "page", "day", "next", "after", "state", "kind", "from", "to", "thrown", "show")
GAPS = {"int": "9" * 30, "uuid": "00000000-0000-0000-0000-000000000000"}
_ID = re.compile(r"[0-9a-f-]{36}|\d+")
WHO = ("stranger", "staff", "member")


@pytest.fixture
def browsers(staff: SignedIn) -> dict[str, Client]:
    """A stranger, an administrator, and the owner of an account that holds something."""
    harbour = customer()
    admitted(member(harbour, "Alice"))
    alice = Client()
    email = f"alice@{harbour.reference.lower()}.example"
    alice.post("/sign-in/", {"email": email, "password": PASSWORD})
    for content in (b"first", b"second"):
        file = SimpleUploadedFile("a.txt", content)
        alice.post("/app/files/upload/", {"file": file, "folder": ""})
    alice.post("/app/files/folder/", {"name": "Audio", "folder": ""})
    alice.post("/app/records/new/", {"collection": "calls", "values": '{"a": 1}'})
    found = {"stranger": Client(), "staff": staff(Role.ADMINISTRATOR), "member": alice}
    for browser in found.values():
        browser.raise_request_exception = False
    return found


def routes(patterns: Any = None, before: str = "/") -> Iterator[str]:
    """Yield the address of every route, its gaps filled with what cannot be."""
    for one in get_resolver().url_patterns if patterns is None else patterns:
        route = re.sub(r"<(\w*):?\w+>", lambda gap: GAPS.get(gap[1], "%00%252e"), str(one.pattern))
        if isinstance(one, URLResolver):
            yield from routes(one.url_patterns, before + route)
        elif isinstance(one, URLPattern) and "^" not in route:
            yield before + route


def opened(browser: Client) -> Iterator[tuple[str, Any]]:
    """Yield every page that opens, and those that they lead to; one of each kind."""
    waiting, known = addresses(), set(map(shape, addresses()))
    while waiting:
        address = waiting.pop(0)
        answer: Any = browser.get(address)
        if answer.status_code != 200 or not answer["Content-Type"].startswith("text/html"):
            continue
        tree = html5lib.parse(answer.content, namespaceHTMLElements=False)
        yield address, tree
        for link in tree.iter("a"):
            path = str(link.get("href", "")).partition("?")[0].partition("#")[0]
            if path.startswith("/") and shape(path) not in known:
                known.add(shape(path))
                waiting.append(path)


def shape(address: str) -> str:
    return _ID.sub("N", address)


def forms(address: str, tree: Any) -> Iterator[tuple[str, dict[str, str]]]:
    """Yield target and fields of every form of a page that is sent by POST."""
    for form in tree.iter("form"):
        if form.get("method") == "post" and form.get("action") != "/sign-out/":
            kinds = ("input", "select", "textarea", "button")
            fields = [field for kind in kinds for field in form.iter(kind)]
            given = {one.get("name", ""): one.get("value", "") for one in fields}
            yield form.get("action") or address, {k: v for k, v in given.items() if k}


@pytest.mark.asvs("2.2.1", "16.5.1")
@pytest.mark.parametrize("who", WHO)
def test_nonsense__in_queries_and_forms_breaks_no_page(
    browsers: dict[str, Client], who: str
) -> None:
    browser, known = browsers[who], set()
    broken: list[str] = []
    for address, tree in list(opened(browser)):
        broken += [
            f"{address}?{nonsense!r}"
            for nonsense in NONSENSE
            if browser.get(address, dict.fromkeys(PARAMETERS, nonsense)).status_code >= 500
        ]
        for target, given in forms(address, tree):
            if (shape(target), *given) in known:
                continue
            known.add((shape(target), *given))
            broken += [
                f"{target} {name}={nonsense!r}"
                for name, nonsense in product(given, NONSENSE)
                if browser.post(target, {**given, name: nonsense}).status_code >= 500
            ]

    assert known
    assert broken == []


@pytest.mark.asvs("2.2.1", "16.5.1")
def test_nonsense__in_addresses_breaks_no_page(browsers: dict[str, Client]) -> None:
    broken = [
        (who, address)
        for address in routes()
        for who, browser in browsers.items()
        if browser.get(address).status_code >= 500
    ]

    assert broken == []


@pytest.mark.asvs("2.2.1")
@pytest.mark.parametrize(
    "told",
    [
        {"name": "a", "size": 10**30},
        {"name": "a", "size": -1},
        {"name": "a", "size": [1]},
        {"name": {"a": 1}, "size": 1, "folder": "x"},
        {"name": "\ud800", "size": 1},
        ["name"],
        7,
    ],
    ids=["huge", "negative", "list", "object", "half", "array", "number"],
)
def test_nonsense__from_the_script_of_uploads_is_refused(
    browsers: dict[str, Client], told: object
) -> None:
    answer = browsers["member"].post(
        "/app/uploads/", json.dumps(told), content_type="application/json"
    )

    assert 400 <= answer.status_code < 500
