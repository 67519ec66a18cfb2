"""Asking a provider: over TLS, for a bounded time, for a bounded size, and nowhere else."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import trustme

from tests.promises.tls_servers import answering
from trustkeep.connectors.provider_web import LARGEST_BYTES, ProviderClient
from trustkeep.identity.ports import Fault, WebFault

CA = trustme.CA()
HEAD = b"HTTP/1.1 200 OK\r\nConnection: close\r\n"


def context(name: str = "localhost") -> ssl.SSLContext:
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    CA.issue_cert(name).configure_cert(made)
    return made


@pytest.fixture
def client(tmp_path: Path) -> ProviderClient:
    authority = tmp_path / "ca.pem"
    CA.cert_pem.write_to_path(str(authority))
    return ProviderClient(authority, step_seconds=0.3, whole_seconds=0.6)


def fault(client: ProviderClient, url: str) -> Fault:
    with pytest.raises(WebFault) as caught:
        client.get(url, headers={})
    return caught.value.fault


def test_asking__returns_the_whole_answer(client: ProviderClient) -> None:
    with answering(HEAD + b"Content-Length: 2\r\n\r\n{}", context()) as server:
        url = f"https://localhost:{server.port}/"

        assert client.get(url, headers={}).body == b"{}"
        assert client.post(url, form={"a": "b"}, headers={}).status == 200


@pytest.mark.asvs("12.3.3")
@pytest.mark.parametrize("url", ["http://localhost/", "ftp://localhost/", "//localhost/", ""])
def test_asking__is_refused_without_tls(url: str, client: ProviderClient) -> None:
    assert fault(client, url) is Fault.INSECURE


def test_asking__follows_nobody(client: ProviderClient) -> None:
    head = b"HTTP/1.1 302 Found\r\nLocation: https://localhost/\r\nContent-Length: 0\r\n\r\n"
    with answering(head, context()) as server:
        assert fault(client, f"https://localhost:{server.port}/") is Fault.REDIRECTED


def test_asking__believes_no_other_certificate(client: ProviderClient) -> None:
    with answering(HEAD, context("another.example")) as server:
        assert fault(client, f"https://localhost:{server.port}/") is Fault.CERTIFICATE
    with answering(HEAD, context()) as server, pytest.raises(WebFault) as caught:
        ProviderClient().get(f"https://localhost:{server.port}/", headers={})
    assert caught.value.fault is Fault.CERTIFICATE


def test_asking__reads_no_more_than_allowed(client: ProviderClient) -> None:
    with answering(HEAD + b"\r\n" + b" " * (LARGEST_BYTES + 1), context()) as server:
        assert fault(client, f"https://localhost:{server.port}/") is Fault.TOO_LARGE


@pytest.mark.parametrize("answer", [b"nonsense\r\n\r\n", b"", HEAD[:20]])
def test_asking__survives_what_is_no_http(answer: bytes, client: ProviderClient) -> None:
    with answering(answer, context()) as server:
        assert fault(client, f"https://localhost:{server.port}/") is Fault.UNREACHABLE


@pytest.mark.parametrize("url", ["https://localhost:9/", "https://[/", "https://a..b/"])
def test_asking__says_that_nobody_is_there(url: str, client: ProviderClient) -> None:
    assert fault(client, url) is Fault.UNREACHABLE


@contextmanager
def dripping(head: bytes) -> Iterator[int]:
    """Send a byte now and then, each well within the time of one step, and never end."""
    listener = socket.create_server(("127.0.0.1", 0))
    over = threading.Event()

    def serve() -> None:
        connection, _ = listener.accept()
        with connection, context().wrap_socket(connection, server_side=True) as secured:
            secured.recv(65536)
            secured.sendall(head)
            try:
                while not over.wait(0.05):
                    secured.sendall(b"a")
            except OSError:
                return

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    yield listener.getsockname()[1]
    over.set()
    thread.join(timeout=5)
    listener.close()


@pytest.mark.parametrize("head", [b"HTTP/1.1 200 OK\r\nX-Slow: ", HEAD + b"\r\n"])
def test_asking__ends_although_every_single_step_is_quick(
    head: bytes, client: ProviderClient
) -> None:
    with dripping(head) as port:
        assert fault(client, f"https://localhost:{port}/") is Fault.TOO_SLOW
