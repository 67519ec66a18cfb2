"""Whose address counts, with proxies and with visitors who pretend to be one."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client

from tests.published import published
from trustkeep.identity.trail import Wanted, events
from trustkeep.site.edge import Edge
from trustkeep.site.peers import Peers

__all__ = ["published"]


def asked(peer: str, forwarded: str | None = None, *trusted: str) -> dict[str, str]:
    environ = {"REMOTE_ADDR": peer, "HTTP_X_FORWARDED_HOST": "evil", "HTTP_X_REAL_IP": "1.1.1.1"}
    if forwarded is not None:
        environ["HTTP_X_FORWARDED_FOR"] = forwarded
    Peers(trusted).clean(environ)
    return environ


@pytest.mark.asvs("4.1.3")
def test_peers__believe_nobody_by_default() -> None:
    environ = asked("192.0.2.7:4711", "203.0.113.9")

    assert environ == {"REMOTE_ADDR": "192.0.2.7"}


@pytest.mark.asvs("4.1.3")
@pytest.mark.parametrize(
    ("peer", "forwarded", "address"),
    [
        ("10.0.0.1", "203.0.113.9", "203.0.113.9"),
        ("10.0.0.1", "198.51.100.1, 203.0.113.9", "203.0.113.9"),
        ("10.0.0.1", "203.0.113.9, 10.0.0.2", "203.0.113.9"),
        ("192.0.2.7", "203.0.113.9", "192.0.2.7"),
        ("10.0.0.1", "nonsense", ""),
        ("[2001:db8::1]:443", None, "2001:db8::1"),
        ("2001:db8::1", None, "2001:db8::1"),
        ("", None, ""),
    ],
)
def test_peers__are_believed_as_far_as_trusted_proxies_reach(
    peer: str, forwarded: str | None, address: str
) -> None:
    assert asked(peer, forwarded, "10.0.0.0/8")["REMOTE_ADDR"] == address


@pytest.mark.asvs("15.3.4", "2.4.1")
def test_limits_and_trail__count_the_reader_and_not_the_proxy(published: None) -> None:
    behind_proxy = Edge(
        application=_BehindProxy(Client()),
        hosts=frozenset(),
        generation=SimpleNamespace(mark=lambda: b""),
        assets=SimpleNamespace(prepared=lambda _path: None),  # type: ignore[arg-type]
        peers=Peers(("10.0.0.0/8",)),
    )

    def statuses(count: int, forwarded: str) -> list[str]:
        environ = {
            "REQUEST_METHOD": "POST",
            "PATH_INFO": "/sign-in/",
            "REMOTE_ADDR": "10.0.0.1:4711",
            "HTTP_X_FORWARDED_FOR": forwarded,
        }
        seen: list[str] = []
        for number in range(count):
            body = {"email": f"{number}@example.com", "password": "wrong"}
            behind_proxy(environ | {"form": body}, lambda status, *_: seen.append(status[:3]))
        return seen

    guesses = statuses(25, "1.2.3.4, 203.0.113.9")

    assert guesses[0] == "422"
    assert guesses[-1] == "429", "a source is slowed down"
    assert statuses(1, "198.51.100.7") == ["422"], "and nobody else"
    assert {one.source for one in events(Wanted())} == {"203.0.113.9", "198.51.100.7"}


@pytest.mark.asvs("2.4.1", "6.3.1")
def test_limits__hold_for_whoever_changes_addresses_within_a_network(published: None) -> None:
    statuses = [
        Client()
        .post(
            "/sign-in/",
            {"email": f"{number}@example.com", "password": "wrong"},
            REMOTE_ADDR=f"2001:db8:1:2::{number:x}",
        )
        .status_code
        for number in range(1, 31)
    ]

    assert (statuses[0], statuses[-1]) == (422, 429)
    noted = [one for one in events(Wanted()) if one.what == "throttled"]
    assert len(noted) == 1, "and the trail is not filled"
    elsewhere = Client().post(
        "/sign-in/", {"email": "a@example.com", "password": "wrong"}, REMOTE_ADDR="2001:db8:1:3::1"
    )
    assert elsewhere.status_code == 422


class _BehindProxy:
    """Django behind the edge, as far as this needs it: the form goes on with the address."""

    def __init__(self, browser: Client) -> None:
        self.browser = browser

    def __call__(self, environ: dict[str, Any], start_response: Any) -> list[bytes]:
        answer = self.browser.post(
            environ["PATH_INFO"], environ["form"], REMOTE_ADDR=environ["REMOTE_ADDR"]
        )
        start_response(f"{answer.status_code} ", list(answer.headers.items()))
        return [answer.content]
