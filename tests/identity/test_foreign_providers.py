"""Providers that keep the standard and differ all the same: each way that is allowed gets in."""

from __future__ import annotations

import base64
from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
)
from cryptography.x509.oid import NameOID
from joserfc import jws
from joserfc.jwk import ECKey, RSAKey

from tests.identity.test_linking import signed_in
from tests.identity.test_provider_sign_in import linked, refusal, who
from tests.worlds.identity_provider import HOME_TENANT, OTHER_TENANT, World, new_key, token
from tests.worlds.visits import Visit, party
from trustkeep.identity import linking
from trustkeep.identity.models import User
from trustkeep.identity.oidc import installed
from trustkeep.identity.oidc.discovery import UNKNOWN_KEY_PAUSE
from trustkeep.identity.oidc.refusals import Reason

pytestmark = pytest.mark.django_db

METHODS = "token_endpoint_auth_methods_supported"
BASIC, POST = "client_secret_basic", "client_secret_post"


@pytest.mark.parametrize("named", [[BASIC], [POST], [BASIC, POST], [POST, BASIC], ["none"], None])
@pytest.mark.parametrize("wanted", [BASIC, POST])
def test_client__is_known_in_whichever_way_the_provider_wants(
    named: list[str] | None, wanted: str, alice: User, world: World
) -> None:
    if named and len(named) == 1 and named[0] in (BASIC, POST):
        wanted = named[0]
    linked(alice, world, "google")
    world.google.wants = wanted
    world.google.bend_metadata = lambda told: (
        {
            one: value
            for one, value in told.items()
            if one != "token_endpoint_auth_methods_supported"
        }
        | ({"token_endpoint_auth_methods_supported": named} if named else {})
    )
    first, second = Visit(world, world.google), Visit(world, world.google)

    first.go()
    second.go()

    assert (who(first), who(second)) == (alice, alice)
    assert len(world.google.asked("/token")) <= 3, "the way that was right is remembered"


def test_client__that_is_unknown_in_every_way_is_refused(alice: User, world: World) -> None:
    linked(alice, world, "google")
    world.google.wants = "something else"
    visit = Visit(world, world.google)

    assert refusal(visit, visit.go) is Reason.CLIENT_REFUSED


def pem_of(key: RSAKey | ECKey) -> str:
    """Return a private key as it stands in a file."""
    return key.as_pem(private=True).decode()


def certified() -> tuple[str, RSAKey, str]:
    """Return a private key with its certificate as PEM, the key, and what Entra finds it by."""
    private = rsa.generate_private_key(65537, 2048)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "trustkeep")])
    at = datetime(2026, 1, 1, tzinfo=UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(private.public_key())
        .serial_number(1)
        .not_valid_before(at)
        .not_valid_after(at + timedelta(days=3650))
        .sign(private, SHA256())
    )
    pem = private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    whole = made.public_bytes(Encoding.PEM).decode() + pem
    return whole, RSAKey.import_key(pem), made.fingerprint(SHA256()).hex()


@pytest.mark.rule("O9")
@pytest.mark.parametrize("kind", ["RSA", "EC"])
def test_client__with_a_key_signs_who_it_is_and_sends_no_secret(
    kind: str, alice: User, world: World
) -> None:
    linked(alice, world, "plain")
    key = world.plain.client_key = new_key(kind)
    installed.install([party(world, world.plain, key=lambda: pem_of(key))])
    visit = Visit(world, world.plain)

    visit.go()

    assert who(visit) == alice
    [asked] = world.plain.asked("/token")
    assert "Authorization" not in asked.headers


@pytest.mark.rule("O9")
def test_client__with_a_certificate_names_it_as_entra_asks(alice: User, world: World) -> None:
    linked(alice, world, "microsoft")
    whole, key, thumbprint = certified()
    world.microsoft.client_key = key
    installed.install([party(world, world.microsoft, key=lambda: whole)])
    visit = Visit(world, world.microsoft)

    visit.go()

    assert who(visit) == alice
    [asked] = world.microsoft.asked("/token")
    header = jws.extract_compact(asked.form["client_assertion"].encode()).headers()
    assert header["alg"] == "PS256"
    assert base64.urlsafe_b64decode(header["x5t#S256"] + "==").hex() == thumbprint


_BROKEN = "-----BEGIN PRIVATE KEY-----\nx\n-----END PRIVATE KEY-----"


@pytest.mark.parametrize("text", ["no key", _BROKEN], ids=["none", "broken"])
def test_client__whose_key_cannot_be_read_is_refused_and_says_so(
    text: str, alice: User, world: World
) -> None:
    linked(alice, world, "plain")
    installed.install([party(world, world.plain, key=lambda: text)])
    visit = Visit(world, world.plain)

    assert refusal(visit, visit.go) is Reason.SECRET_MISSING


@pytest.mark.parametrize("known", [(), ("login", "none"), ("login", "select_account")])
def test_linking__asks_for_a_choice_only_where_the_provider_knows_that(
    known: tuple[str, ...], owner: User, world: World
) -> None:
    world.google.prompts = known
    world.google.bend_metadata = lambda told: told | {"prompt_values_supported": list(known)}
    visit = signed_in(owner, Visit(world, world.google))

    visit.go()

    assert linking.links_of(owner.pk)
    [asked] = world.google.asked("/authorize")
    assert ("prompt" in asked.query) is ("select_account" in known)


def test_keys__may_change_as_often_as_the_provider_likes(alice: User, world: World) -> None:
    linked(alice, world, "google")
    for _ in range(3):
        world.google.keys = [new_key("EC")]
        visit = Visit(world, world.google)

        visit.go()

        assert who(visit) == alice


def test_keys__may_change_and_keep_their_name(alice: User, world: World) -> None:
    linked(alice, world, "google")
    Visit(world, world.google).go()
    known = str(world.google.keys[0].kid)
    world.google.keys = [RSAKey.generate_key(2048, {"kid": known})]
    visit = Visit(world, world.google)

    visit.go()

    assert who(visit) == alice
    stranger = RSAKey.generate_key(2048, {"kid": known})
    world.google.sign = lambda _, told: token(told, stranger)
    for _ in range(3):
        visit = Visit(world, world.google)
        assert refusal(visit, visit.go) is Reason.SIGNATURE
    assert len(world.google.asked("/keys")) == 3, "a look in vain costs a pause"
    assert timedelta(minutes=1) < UNKNOWN_KEY_PAUSE


@pytest.mark.parametrize("kind", ["RSA", "EC"])
def test_keys__of_both_kinds_stand_side_by_side(kind: str, alice: User, world: World) -> None:
    linked(alice, world, "google")
    world.google.keys = [new_key(kind), new_key("EC"), new_key("RSA")]
    visit = Visit(world, world.google)

    visit.go()

    assert who(visit) == alice


@pytest.mark.rule("M1", "M4")
def test_tenant__that_is_configured_counts_although_metadata_shows_a_template(
    alice: User, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    linked(alice, world, "microsoft")
    monkeypatch.setattr(world.microsoft, "prefix", f"/entra/{OTHER_TENANT}/v2.0")
    installed.install([party(world, world.microsoft)])
    visit = Visit(world, world.microsoft)

    assert world.microsoft.tenant == HOME_TENANT
    assert refusal(visit, visit.go) is Reason.TENANT_MISMATCH


@pytest.mark.rule("O3")
def test_answer__may_name_its_issuer_and_say_more_than_is_asked(alice: User, world: World) -> None:
    linked(alice, world, "plain")
    world.plain.bend_metadata = lambda told: (
        told
        | {
            "authorization_response_iss_parameter_supported": True,
            "x_something": {"of": ["their", "own"]},
        }
    )
    extra = {"iss": world.plain.issuer, "session_state": "more"}
    world.plain.bend_return = lambda told: told | extra
    visit = Visit(world, world.plain)

    visit.go()

    assert who(visit) == alice


@pytest.mark.parametrize("off", [-45, 45])
def test_clock__of_a_provider_may_be_a_little_off(off: int, alice: User, world: World) -> None:
    linked(alice, world, "google")
    world.google.bend = lambda told: (
        told | {one: told[one] + off for one in ("iat", "nbf", "exp", "auth_time")}
    )
    visit = Visit(world, world.google)

    visit.go()

    assert who(visit) == alice
