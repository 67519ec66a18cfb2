"""Whose address counts, with proxies and with visitors who pretend to be one."""

from __future__ import annotations

import pytest

from trustkeep.site.peers import Peers


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
