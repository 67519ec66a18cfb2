"""The local authority: what it vouches for, and when it renews."""

from __future__ import annotations

import ssl
from datetime import UTC, datetime
from pathlib import Path

import pytest

from trustkeep.site import certificates
from trustkeep.site.certificates import RENEW_BEFORE, SERVER_LIFETIME, CertificateUnusable

NOW = datetime.now(UTC)


def test_certificate__is_trusted_for_its_names_by_whoever_trusts_the_authority(
    tmp_path: Path,
) -> None:
    certificates.provide(tmp_path, names=["trust.example.com"], now=NOW)

    assert shake_hands(tmp_path, "trust.example.com")
    assert shake_hands(tmp_path, "127.0.0.1")
    assert not shake_hands(tmp_path, "other.example.com")


def test_keys__are_readable_by_their_owner_only(tmp_path: Path) -> None:
    certificates.provide(tmp_path / "tls", names=[], now=NOW)

    for name in ("ca.key", "server.key"):
        assert (tmp_path / "tls" / name).stat().st_mode & 0o777 == 0o600
    assert (tmp_path / "tls").stat().st_mode & 0o777 == 0o700


def test_certificate__stays_until_it_is_near_its_end(tmp_path: Path) -> None:
    certificates.provide(tmp_path, names=[], now=NOW)
    authority = (tmp_path / "ca.pem").read_bytes()
    server = (tmp_path / "server.pem").read_bytes()

    certificates.provide(tmp_path, names=[], now=NOW + SERVER_LIFETIME - RENEW_BEFORE * 1.1)
    assert (tmp_path / "server.pem").read_bytes() == server

    certificates.provide(tmp_path, names=[], now=NOW + SERVER_LIFETIME - RENEW_BEFORE * 0.9)
    assert (tmp_path / "server.pem").read_bytes() != server
    assert (tmp_path / "ca.pem").read_bytes() == authority


def test_authority__is_made_anew_for_a_name_it_may_not_vouch_for(tmp_path: Path) -> None:
    certificates.provide(tmp_path, names=["old.example"], now=NOW)
    authority = (tmp_path / "ca.pem").read_bytes()

    certificates.provide(tmp_path, names=["new.example"], now=NOW)

    assert (tmp_path / "ca.pem").read_bytes() != authority
    assert shake_hands(tmp_path, "new.example")


def test_facts__tell_names_and_times(tmp_path: Path) -> None:
    certificates.provide(tmp_path, names=["trust.example"], now=NOW)

    facts = certificates.facts(tmp_path / "server.pem")

    assert set(facts.names) == {"trust.example", "localhost", "127.0.0.1", "::1"}
    assert facts.not_before <= NOW < facts.not_after
    assert facts.is_for("TRUST.example")
    assert not facts.is_for("www.trust.example")
    assert certificates.facts(tmp_path / "ca.pem").is_self_issued


@pytest.mark.parametrize(("content", "problem"), [(None, "no such file"), ("x", "not a PEM")])
def test_facts__of_something_else_are_refused(
    tmp_path: Path, content: str | None, problem: str
) -> None:
    if content:
        (tmp_path / "a.pem").write_text(content)

    with pytest.raises(CertificateUnusable, match=problem):
        certificates.facts(tmp_path / "a.pem")


def test_pair__of_different_installations_is_refused(tmp_path: Path) -> None:
    certificates.provide(tmp_path / "a", names=[], now=NOW)
    certificates.provide(tmp_path / "b", names=[], now=NOW)

    certificates.check_pair(tmp_path / "a" / "server.pem", tmp_path / "a" / "server.key")
    with pytest.raises(CertificateUnusable, match="another one's"):
        certificates.check_pair(tmp_path / "a" / "server.pem", tmp_path / "b" / "server.key")
    with pytest.raises(CertificateUnusable, match="cannot be read"):
        certificates.check_pair(tmp_path / "a" / "server.pem", tmp_path / "a" / "server.pem")


def shake_hands(tls: Path, host: str) -> bool:
    """Return whether a client that trusts the authority accepts the server as `host`."""
    offering = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    offering.load_cert_chain(tls / "server.pem", tls / "server.key")
    trusting = ssl.create_default_context(cafile=str(tls / "ca.pem"))
    to_server, to_client = ssl.MemoryBIO(), ssl.MemoryBIO()
    client = trusting.wrap_bio(to_client, to_server, server_hostname=host)
    server = offering.wrap_bio(to_server, to_client, server_side=True)
    try:
        for _ in range(4):
            for side in (client, server):
                try:
                    side.do_handshake()
                except ssl.SSLWantReadError:
                    continue
    except ssl.SSLCertVerificationError:
        return False
    return client.getpeercert() is not None
