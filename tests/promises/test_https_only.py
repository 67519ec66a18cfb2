"""The prober really connects, and notices everything that is plain, old or invalid."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import trustme

from tests.promises.tls_servers import GOOD, answering, old_server_hello
from tests.promises.world import NOW, checked, codes, standing
from trustkeep.connectors.tls_prober import Published, TlsProber
from trustkeep.controls.ports import HostSeen, joined
from trustkeep.controls.promise import Outcome, State
from trustkeep.controls.promises.https_only import CERTIFICATE_WARNING, PROMISE

pytestmark = pytest.mark.django_db

BASE = "https://trust.example.com"
HOST = "trust.example.com"


@dataclass(frozen=True)
class Authority:
    """A certificate authority of the test, and its file."""

    ca: trustme.CA
    file: Path

    def context(self, host: str = HOST, not_after: datetime | None = None) -> ssl.SSLContext:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.ca.issue_cert(host, not_after=not_after).configure_cert(context)
        return context


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    ca = trustme.CA()
    path = tmp_path_factory.mktemp("ca") / "ca.pem"
    ca.cert_pem.write_to_path(str(path))
    return Authority(ca, path)


@pytest.fixture
def redirect() -> Iterator[int]:
    answer = f"HTTP/1.1 308 Permanent Redirect\r\nLocation: {BASE}/\r\nContent-Length: 0\r\n\r\n"
    with answering(answer.encode()) as listening:
        yield listening.port


def published(port: int, plain: int | None) -> Published:
    return Published(HOST, port, plain, BASE, address="127.0.0.1")


def seen(port: int, plain: int | None, authority: Authority) -> HostSeen:
    [found] = TlsProber([published(port, plain)], authority.file).probe()
    return found


@pytest.mark.asvs("12.1.1", "12.2.1")
def test_https_only__is_kept_by_a_good_server(
    authority: Authority, redirect: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    with answering(GOOD, authority.context()) as listening:
        prober = TlsProber([published(listening.port, redirect)], authority.file)
        monkeypatch.setattr(joined, "prober", prober)
        result = checked(PROMISE)

    assert result.outcome is Outcome.HOLDS
    assert result.due_at is not None
    assert standing(PROMISE).state is State.KEPT


@pytest.mark.parametrize(
    ("answer", "fault"),
    [
        (b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", "hsts"),
        (GOOD.replace(b"63072000", b"600"), "hsts"),
        (GOOD.replace(b"; Secure", b""), "cookie"),
    ],
)
def test_https_only__falls_for_what_the_headers_lack(
    authority: Authority, redirect: int, answer: bytes, fault: str
) -> None:
    with answering(answer, authority.context()) as listening:
        assert fault in seen(listening.port, redirect, authority).faults


@pytest.mark.parametrize(
    "answer",
    [
        b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello",
        b"HTTP/1.1 308 Moved\r\nLocation: http://trust.example.com/\r\nContent-Length: 0\r\n\r\n",
        b"HTTP/1.1 308 Moved\r\nLocation: https://evil.example/\r\nContent-Length: 0\r\n\r\n",
        f"HTTP/1.1 308 Moved\r\nLocation: {BASE}/\r\nContent-Length: 2\r\n\r\nhi".encode(),
    ],
)
def test_https_only__falls_for_a_plain_answer(authority: Authority, answer: bytes) -> None:
    with (
        answering(GOOD, authority.context()) as secured,
        answering(answer) as plain,
    ):
        assert seen(secured.port, plain.port, authority).faults == ("plain-answer",)


@pytest.mark.parametrize(("version", "fault"), [(b"\x03\x01", "tls-1-0"), (b"\x03\x02", "tls-1-1")])
def test_https_only__falls_for_an_outdated_version(version: bytes, fault: str) -> None:
    from trustkeep.connectors import tls_prober

    with answering(old_server_hello(version)) as lax:
        assert tls_prober._accepts_old(published(lax.port, None), version)
    assert fault in dict(tls_prober._OLD_VERSIONS)


def test_https_only__takes_the_refusal_of_an_outdated_version_for_one(authority: Authority) -> None:
    with answering(GOOD, authority.context()) as listening:
        assert seen(listening.port, None, authority).faults == ()


def test_https_only__falls_for_an_expired_certificate(authority: Authority) -> None:
    yesterday = datetime.now(UTC) - timedelta(days=1)
    with answering(GOOD, authority.context(not_after=yesterday)) as listening:
        assert seen(listening.port, None, authority).faults == ("certificate-expired",)


def test_https_only__falls_for_a_certificate_of_somebody_else(authority: Authority) -> None:
    with answering(GOOD, authority.context("other.example.com")) as listening:
        assert seen(listening.port, None, authority).faults == ("certificate",)


def test_https_only__is_not_measured_when_a_host_cannot_be_reached(
    authority: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    with answering(GOOD) as gone:
        port = gone.port
    prober = TlsProber([published(port, None)], authority.file)
    monkeypatch.setattr(joined, "prober", prober)

    assert checked(PROMISE).outcome is Outcome.CANNOT_TELL


class Told:
    """A prober that saw what the test says."""

    def __init__(self, until: datetime, *faults: str) -> None:
        self.seen = HostSeen(HOST, reachable=True, certificate_until=until, faults=faults)

    def probe(self) -> list[HostSeen]:
        return [self.seen]


def test_https_only__falls_with_any_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(joined, "prober", Told(NOW + timedelta(days=90), "tls-1-0"))

    result = checked(PROMISE)
    assert result.outcome is Outcome.FAILS
    assert codes(result) == ["tls-1-0"]
    assert standing(PROMISE).state is State.NOT_KEPT


def test_https_only__is_at_risk_near_the_end_of_a_certificate(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(joined, "prober", Told(NOW + CERTIFICATE_WARNING))
    checked(PROMISE)

    assert standing(PROMISE).state is State.AT_RISK
