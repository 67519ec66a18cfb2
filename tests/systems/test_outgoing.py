"""Asking others: only where we may, only what is signed for, and never for ever."""

from __future__ import annotations

import ipaddress
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import pytest
import trustme

from tests.systems.product import Fault, Product
from trustkeep.connectors import outgoing
from trustkeep.connectors.outgoing import LARGEST, NotAsked, Reach, address_of, ask
from trustkeep.lifecycle.systems.ports import Trouble

NEAR = Reach.of(("127.0.0.0/8", "::1/128"))
NOWHERE = Reach()


def asked(product: Product, path: str = "/", reach: Reach = NEAR) -> outgoing.Reply:
    return ask("GET", product.url + path, reach=reach, headers={}, authority=product.authority)


def trouble_of(url: str, reach: Reach = NEAR, authority: str = "") -> Trouble:
    with pytest.raises(NotAsked) as refused:
        ask("GET", url, reach=reach, headers={}, authority=authority)
    return refused.value.trouble


def test_asking__brings_back_what_the_server_says(product: Product) -> None:
    product.faults = [Fault(418, b"tea", {"X-Pot": "yes"})]

    reply = asked(product, "/pot?x=1")

    assert (reply.status, reply.body, reply.headers["x-pot"]) == (418, b"tea", "yes")
    assert product.seen[0][1] == "/pot?x=1"


@pytest.mark.asvs("1.3.6", "13.2.4")
@pytest.mark.parametrize(
    "url",
    [
        "https://127.0.0.1/",
        "https://[::1]/",
        "https://2130706433/",
        "https://0x7f.1/",
        "https://localhost/",
        "https://10.0.0.8/",
        "https://192.168.1.1/",
        "https://169.254.169.254/latest/meta-data/",
        "https://[::ffff:127.0.0.1]/",
        "https://[fe80::1]/",
        "https://0.0.0.0/",
        "https://100.64.0.1/",
    ],
)
def test_address__that_is_not_public_is_refused(url: str) -> None:
    assert trouble_of(url, NOWHERE) is Trouble.ADDRESS_REFUSED


@pytest.mark.asvs("1.3.6")
def test_address__of_the_clouds_credentials_is_refused_even_where_it_is_listed() -> None:
    listed = Reach.of(("169.254.0.0/16", "0.0.0.0/0"))

    assert trouble_of("https://169.254.169.254/", listed) is Trouble.ADDRESS_REFUSED
    assert not listed.allows(ipaddress.ip_address("224.0.0.1"))
    assert listed.allows(ipaddress.ip_address("10.1.2.3"))


@pytest.mark.asvs("1.3.6")
def test_name__with_one_private_address_among_public_ones_is_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def resolved(*_: object, **__: object) -> list[tuple[object, ...]]:
        return [(2, 1, 6, "", (address, 443)) for address in ("93.184.216.34", "10.0.0.1")]

    monkeypatch.setattr(socket, "getaddrinfo", resolved)

    with pytest.raises(NotAsked) as refused:
        address_of("mixed.example", 443, NOWHERE)

    assert refused.value.trouble is Trouble.ADDRESS_REFUSED


@pytest.mark.asvs("1.3.6")
def test_name__is_looked_up_once_so_that_it_cannot_change_its_mind(
    product: Product, monkeypatch: pytest.MonkeyPatch
) -> None:
    port = product.url.rpartition(":")[2]
    answers = iter(["127.0.0.1", "10.0.0.1"])
    looked_up = []

    def resolved(host: str, *_: object, **__: object) -> list[tuple[object, ...]]:
        looked_up.append(host)
        return [(2, 1, 6, "", (next(answers), int(port)))]

    genuine = socket.create_connection

    def connected(address: tuple[str, int], timeout: float) -> socket.socket:
        monkeypatch.undo()
        return genuine(address, timeout)

    monkeypatch.setattr(socket, "getaddrinfo", resolved)
    monkeypatch.setattr(socket, "create_connection", connected)

    ask(
        "GET",
        f"https://localhost:{port}/",
        reach=NEAR,
        headers={},
        authority=product.authority,
    )

    assert looked_up == ["localhost"]


@pytest.mark.parametrize(
    "url",
    [
        "http://example.com/",
        "http://localhost/",
        "ftp://example.com/",
        "https://user:secret@example.com/",
        "https:///path",
        "https://example.com:99999/",
        "https://example.com/#part",
        "https://exam\nple.com/",
        "file:///etc/passwd",
    ],
)
def test_address__other_than_https_is_refused(url: str) -> None:
    assert trouble_of(url) is Trouble.SETTINGS


@pytest.mark.asvs("12.3.3")
def test_plain_http__goes_to_this_machine_only_and_only_where_that_is_listed() -> None:
    with answering(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok") as port:
        url = f"http://127.0.0.1:{port}/"

        assert ask("GET", url, reach=NEAR, headers={}).body == b"ok"
        assert trouble_of(url, NOWHERE) is Trouble.SETTINGS


@pytest.mark.asvs("12.3.2")
def test_certificate__of_a_stranger_or_for_another_name_is_refused(product: Product) -> None:
    other = trustme.CA().cert_pem.bytes().decode()

    assert trouble_of(product.url, authority=other) is Trouble.CERTIFICATE
    assert trouble_of(product.url) is Trouble.CERTIFICATE
    assert trouble_of(product.url, authority="no pem") is Trouble.SETTINGS
    named = product.url.replace("127.0.0.1", "127.0.0.2")
    assert trouble_of(named, authority=product.authority) in (
        Trouble.CERTIFICATE,
        Trouble.UNREACHABLE,
    )


@pytest.mark.asvs("1.3.6")
def test_redirects__are_handed_back_and_never_followed(product: Product) -> None:
    product.faults = [Fault(302, b"", {"Location": "https://169.254.169.254/"})]

    assert asked(product).status == 302
    assert len(product.seen) == 1


def test_answer__that_is_too_large_is_refused(product: Product) -> None:
    product.faults = [Fault(200, b"x" * (LARGEST + 1))]

    with pytest.raises(NotAsked) as refused:
        asked(product)

    assert refused.value.trouble is Trouble.UNREADABLE


def test_silence__ends_with_the_timeout(product: Product, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outgoing, "TIMEOUT_S", 0.2)
    product.faults = [Fault(hang_s=3)]

    with pytest.raises(NotAsked) as refused:
        asked(product)

    assert refused.value.trouble is Trouble.TIMEOUT


def test_trickle__ends_with_the_whole_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outgoing, "TOTAL_S", 0.3)
    with answering(b"HTTP/1.1 200 OK\r\n", trickle=b"X-A: b\r\n") as port:
        assert trouble_of(f"http://127.0.0.1:{port}/") is Trouble.TIMEOUT


def test_connection__that_breaks_off_may_have_been_heard(product: Product) -> None:
    product.faults = [Fault(drop=True)]

    with pytest.raises(NotAsked) as refused:
        asked(product)

    assert refused.value.trouble is Trouble.TIMEOUT


def test_answer__that_is_shorter_than_it_says_is_no_answer(product: Product) -> None:
    product.faults = [Fault(200, b'{"status":', {"Content-Length": "5000"})]

    with pytest.raises(NotAsked) as refused:
        asked(product)

    assert refused.value.trouble is Trouble.TIMEOUT


def test_nobody__at_the_port_is_unreachable() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]

    assert trouble_of(f"https://127.0.0.1:{port}/") is Trouble.UNREACHABLE
    assert trouble_of("https://no-such-name.invalid/") is Trouble.UNREACHABLE


@contextmanager
def answering(start: bytes, trickle: bytes = b"") -> Iterator[int]:
    """Answer over plain HTTP, and go on trickling for as long as the client listens."""
    listener = socket.create_server(("127.0.0.1", 0))
    stopped = threading.Event()

    def serve() -> None:
        with suppress(OSError):
            while True:
                connection, _ = listener.accept()
                with connection, suppress(OSError):
                    connection.recv(4096)
                    connection.sendall(start)
                    while trickle and not stopped.wait(0.02):
                        connection.sendall(trickle)

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield listener.getsockname()[1]
    finally:
        stopped.set()
        with suppress(OSError):
            listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join(5)
