"""What a client that keeps no rules may send: framing, ciphers, methods, proxies' words."""

from __future__ import annotations

import re
import ssl
from collections.abc import Iterator

import pytest

from tests.live import Demo, free_ports

HEAD = "POST /en/verify/ HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n{fields}\r\n"
HIDDEN = "GET /hidden HTTP/1.1\r\nHost: {host}\r\n\r\n"

AMBIGUOUS = {
    "length-and-chunks": ("Content-Length: 6\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n"),
    "chunks-and-length": ("Transfer-Encoding: chunked\r\nContent-Length: 4\r\n", "0\r\n\r\n"),
    "two-lengths": ("Content-Length: 3\r\nContent-Length: 99\r\n", "a=b"),
    "list-of-lengths": ("Content-Length: 3, 3\r\n", "a=b"),
    "signed-length": ("Content-Length: +3\r\n", "a=b"),
    "space-before-colon": ("Content-Length : 3\r\n", "a=b"),
    "unknown-coding": ("Transfer-Encoding: xchunked\r\nContent-Length: 3\r\n", "a=b"),
    "hidden-coding": ("Transfer-Encoding: \x0bchunked\r\nContent-Length: 3\r\n", "a=b"),
    "two-codings": ("Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n", "0\r\n\r\n"),
    "folded-field": ("X-A: b\r\n c\r\nContent-Length: 3\r\n", "a=b"),
    "bare-return": ("X-A: b\rContent-Length: 9\r\nContent-Length: 3\r\n", "a=b"),
}
"""Requests whose end two readers could find at two places (RFC 9112 sections 5 to 7)."""


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    port, http_port = free_ports(2)
    demo = Demo(tmp_path_factory.mktemp("wire") / "data", port, http_port)
    demo.start()
    yield demo
    demo.stop()


def said(demo: Demo, text: str) -> str:
    """Return everything that comes back until the server ends the connection."""
    answer = b""
    with demo.connected() as connection:
        connection.sendall(text.replace("{host}", f"localhost:{demo.port}").encode("latin-1"))
        while part := connection.recv(65536):
            answer += part
    return answer.decode("utf-8", "replace")


def statuses(answer: str) -> list[int]:
    return [int(status) for status in re.findall(r"^HTTP/1\.1 (\d{3})", answer, re.MULTILINE)]


@pytest.mark.asvs("4.2.1")
@pytest.mark.parametrize("case", AMBIGUOUS)
def test_request__with_two_possible_ends_is_refused_and_hides_no_other(
    demo: Demo, case: str
) -> None:
    fields, body = AMBIGUOUS[case]

    answer = said(demo, HEAD.replace("{fields}", fields) + body + HIDDEN)

    assert len(statuses(answer)) == 1
    assert 400 <= statuses(answer)[0] < 500


@pytest.mark.asvs("4.2.1")
def test_body__that_nobody_asked_for_is_no_second_request(demo: Demo) -> None:
    hidden = HIDDEN.replace("{host}", "localhost")
    first = f"GET /en/ HTTP/1.1\r\nHost: {{host}}\r\nContent-Length: {len(hidden)}\r\n\r\n{hidden}"
    second = "GET /robots.txt HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n"

    answer = said(demo, first + second)

    assert statuses(answer) == [200, 200]
    assert "Sitemap:" in answer


@pytest.mark.parametrize("hosts", ["{host},evil.example", "evil.example,{host}"])
def test_host__that_comes_twice_reaches_nothing_of_its_own(demo: Demo, hosts: str) -> None:
    fields = "".join(f"Host: {host}\r\n" for host in hosts.split(","))

    answer = said(demo, f"GET /sign-in/ HTTP/1.1\r\n{fields}Connection: close\r\n\r\n")

    assert statuses(answer) == [400]


@pytest.mark.asvs("13.4.4")
@pytest.mark.parametrize("method", ["TRACE", "TRACK", "CONNECT", "PROPFIND"])
def test_method__that_nobody_needs_is_refused_and_echoes_nothing(demo: Demo, method: str) -> None:
    asked = f"{method} /en/ HTTP/1.1\r\nHost: {{host}}\r\nCookie: a=secret\r\nConnection: close\r\n"

    answer = said(demo, f"{asked}\r\n")

    assert statuses(answer) == [405]
    assert "secret" not in answer


@pytest.mark.asvs("12.1.1", "12.1.2")
def test_tls__offers_ciphers_with_forward_secrecy_and_authentication_only(demo: Demo) -> None:
    every = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    every.set_ciphers("ALL:COMPLEMENTOFALL:@SECLEVEL=0")
    names = [one["name"] for one in every.get_ciphers() if one["protocol"] != "TLSv1.3"]

    agreed = {name for name in names if _agrees(demo, ssl.TLSVersion.TLSv1_2, name)}

    assert agreed
    for name in agreed:
        assert re.fullmatch(r"ECDHE-(ECDSA|RSA)-(AES(128|256)-GCM-SHA|CHACHA20-POLY1305).*", name)
    assert _agrees(demo, ssl.TLSVersion.TLSv1_3, None)


def _agrees(demo: Demo, version: ssl.TLSVersion, cipher: str | None) -> bool:
    client = ssl.create_default_context(cafile=str(demo.data / "tls" / "ca.pem"))
    client.minimum_version = client.maximum_version = version
    if cipher:
        client.set_ciphers(f"{cipher}:@SECLEVEL=0")
    try:
        with demo.connected(client):
            return True
    except (ssl.SSLError, ConnectionResetError):
        return False


@pytest.mark.asvs("4.1.2", "12.2.1")
@pytest.mark.parametrize(
    ("path", "headers"),
    [
        ("/api/v1/promises", {}),
        ("/scim/v2/Users", {}),
        ("/en/", {"Authorization": "Bearer tk_secret"}),
    ],
    ids=["api", "scim", "token"],
)
def test_program__that_speaks_in_the_clear_is_not_led_on(
    demo: Demo, path: str, headers: dict[str, str]
) -> None:
    answer = demo.get_plainly(path, **headers)

    assert answer.status == 403
    assert "Location" not in answer.headers
