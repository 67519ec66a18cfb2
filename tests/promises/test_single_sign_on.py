"""Both providers are configured, reachable and valid."""

from __future__ import annotations

import json
import ssl
from pathlib import Path

import pytest
import trustme

from tests.promises.tls_servers import answering
from tests.promises.world import checked, codes, standing
from trustkeep.connectors.oidc_discovery import OidcDiscovery
from trustkeep.controls.ports import ProviderSeen, joined
from trustkeep.controls.promise import Outcome, State
from trustkeep.controls.promises.single_sign_on import PROMISE

pytestmark = pytest.mark.django_db


class Told:
    """Providers that showed what the test says."""

    def __init__(self, *seen: ProviderSeen) -> None:
        self.seen = list(seen)

    def probe(self) -> list[ProviderSeen]:
        return self.seen


def provider(issuer: str, tmp_path: Path, answer: dict[str, object]) -> tuple[str, ...]:
    """Return the faults that asking a real server with this answer shows."""
    ca = trustme.CA()
    ca.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    ca.issue_cert("localhost").configure_cert(context)
    body = json.dumps(answer).encode()
    head = f"HTTP/1.1 200 OK\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n"
    with answering(head.encode() + body, context) as listening:
        base = f"https://localhost:{listening.port}"
        text = json.dumps(answer).replace("BASE", base).encode()
        head = f"HTTP/1.1 200 OK\r\nContent-Length: {len(text)}\r\nConnection: close\r\n\r\n"
        with answering(head.encode() + text, context) as second:
            url = issuer.replace("BASE", f"https://localhost:{second.port}")
            [seen] = OidcDiscovery({"Google": url}, tmp_path / "ca.pem").probe()
    return seen.faults


COMPLETE: dict[str, object] = {
    "authorization_endpoint": "https://localhost/a",
    "token_endpoint": "https://localhost/t",
    "jwks_uri": "BASE/keys",
    "keys": [{"kid": "1"}],
}


def test_single_sign_on__is_not_measured_until_both_are_configured(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(joined, "identity_providers", None)
    assert checked(PROMISE).outcome is Outcome.CANNOT_TELL

    monkeypatch.setattr(joined, "identity_providers", Told(ProviderSeen("Google")))
    checked(PROMISE)
    assert standing(PROMISE).state is State.NOT_MEASURED


def test_single_sign_on__is_kept_with_both_valid(monkeypatch: pytest.MonkeyPatch) -> None:
    told = Told(ProviderSeen("Google"), ProviderSeen("Microsoft"))
    monkeypatch.setattr(joined, "identity_providers", told)

    assert checked(PROMISE).outcome is Outcome.HOLDS
    assert standing(PROMISE).state is State.KEPT


@pytest.mark.parametrize("fault", ["unreachable", "unreadable", "incomplete", "issuer", "no-keys"])
def test_single_sign_on__falls_with_any_fault(fault: str, monkeypatch: pytest.MonkeyPatch) -> None:
    told = Told(ProviderSeen("Google", (fault,)), ProviderSeen("Microsoft"))
    monkeypatch.setattr(joined, "identity_providers", told)

    result = checked(PROMISE)
    assert result.outcome is Outcome.FAILS
    assert codes(result) == [fault]
    assert standing(PROMISE).state is State.NOT_KEPT


def test_single_sign_on__asks_real_providers_and_sees_what_is_wrong(tmp_path: Path) -> None:
    assert provider("BASE", tmp_path, {}) == ("incomplete",)
    assert provider("BASE", tmp_path, {**COMPLETE, "issuer": "https://evil.test"}) == ("issuer",)


def test_single_sign_on__sees_a_provider_that_is_gone() -> None:
    [seen] = OidcDiscovery({"Google": "https://localhost:9"}).probe()

    assert seen.faults == ("unreachable",)
