"""Vendors that speak OpenDSR: asked, polled, and believed only what they can show."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.x509.oid import NameOID

from tests.systems.product import Fault, Product
from tests.systems.simulator import told
from trustkeep.connectors import kinds
from trustkeep.connectors.checking import AuthorityInvalid
from trustkeep.connectors.opendsr import request_id_of
from trustkeep.connectors.outgoing import Reach
from trustkeep.lifecycle.systems import ports
from trustkeep.lifecycle.systems.actions import (
    NoSecretOfOurs,
    add_system,
    rotate_secrets,
    try_system,
)
from trustkeep.lifecycle.systems.delivery import deliver
from trustkeep.lifecycle.systems.judging import State
from trustkeep.lifecycle.systems.ports import (
    Act,
    Instruction,
    Scope,
    ScopeKind,
    SystemKind,
    Trouble,
)
from trustkeep.lifecycle.systems.queries import DeliveryShown
from trustkeep.lifecycle.systems.rounds import ask_earlier
from trustkeep.vault.signatures import is_certificate, is_signed

pytestmark = pytest.mark.django_db

TODAY = datetime.now(UTC)
A_DAY = timedelta(days=1)
CALLS = "https://trust.example.com/calls"

type Connect = Callable[..., uuid.UUID]


@pytest.fixture
def connect(product: Product) -> Connect:
    near = Reach.of(("127.0.0.0/8",))
    ports.joined.kinds = {SystemKind.OPENDSR: kinds.opendsr(near, lambda _: CALLS)}

    def connected(**changes: str) -> uuid.UUID:
        settings = {
            "url": f"{product.url}/v2/opendsr_requests",
            "token": "vendor-token",
            "authority": product.authority,
            **changes,
        }
        added = add_system(name="Vendor", kind="opendsr", settings=settings, by="a", now=TODAY)
        assert added.issued == {}
        return added.system.id

    return connected


def asked(system: uuid.UUID, instruction: Instruction, days: int = 0) -> DeliveryShown:
    return deliver(system_id=system, instruction=instruction, now=TODAY + days * A_DAY)


def erase() -> Instruction:
    return told(Act.ERASE, "obligation/step/1")


def test_vendor__receives_a_request_and_is_polled_until_it_has_completed(
    product: Product, connect: Connect
) -> None:
    system, instruction = connect(), erase()

    first = asked(system, instruction)
    second = asked(system, instruction, days=1)
    request_id = request_id_of(instruction.key)
    product.requests[request_id]["status"] = "completed"
    third = asked(system, instruction, days=2)

    assert [one.state for one in (first, second, third)] == [
        State.AWAITING,
        State.AWAITING,
        State.DONE,
    ]
    assert first.expected_at is not None
    assert first.proof.startswith("sha256:")
    assert third.proof == f"request {request_id}"
    sent = product.requests[request_id]["told"]
    assert sent["subject_request_type"] == "erasure"
    assert sent["regulation"] == "gdpr"
    assert sent["status_callback_urls"] == [CALLS]
    assert sent["subject_identities"] == [
        {
            "identity_type": "controller_customer_id",
            "identity_value": str(instruction.scope.account),
            "identity_format": "raw",
        }
    ]
    assert product.seen[0][2]["authorization"] == "Bearer vendor-token"


def test_request_id__is_a_lower_case_uuid_4_made_from_the_key() -> None:
    made = request_id_of("a/b/1")

    assert (uuid.UUID(made).version, made) == (4, made.lower())
    assert made == request_id_of("a/b/1")
    assert made != request_id_of("a/b/2")


def test_person__is_named_by_what_the_vendor_knows(product: Product, connect: Connect) -> None:
    system = connect()
    scope = Scope(uuid.uuid4(), ScopeKind.PERSON, "m-7")

    asked(system, told(Act.ERASE, "p/1", scope=scope))
    found = asked(system, told(Act.ERASE, "o/1", scope=Scope(uuid.uuid4(), ScopeKind.OBJECT, "f")))

    sent = product.requests[request_id_of("p/1")]["told"]
    assert sent["subject_identities"][0]["identity_value"] == "m-7"
    assert (found.state, found.trouble) == (State.STALLED, Trouble.UNSUPPORTED)


def test_lost_answer__is_found_again_by_asking_for_the_status(
    product: Product, connect: Connect
) -> None:
    system, instruction = connect(), erase()
    product.faults = [Fault(drop=True, after_acting=True)]

    first = asked(system, instruction)
    second = asked(system, instruction, days=1)

    assert (first.state, first.trouble) == (State.DUE, Trouble.TIMEOUT)
    assert second.state is State.AWAITING
    assert len(product.requests) == 1


@pytest.mark.parametrize(
    ("fault", "state", "trouble"),
    [
        (Fault(400, b'{"error":{"code":400}}'), State.STALLED, Trouble.REJECTED),
        (Fault(401), State.STALLED, Trouble.UNAUTHORISED),
        (Fault(404), State.STALLED, Trouble.SETTINGS),
        (Fault(500), State.DUE, Trouble.FAILING),
        (Fault(201, b"{}"), State.DUE, Trouble.CONTRADICTION),
        (Fault(201, b"not json"), State.DUE, Trouble.CONTRADICTION),
    ],
)
def test_vendor__that_refuses_or_repeats_something_else_is_not_believed(
    product: Product, connect: Connect, fault: Fault, state: State, trouble: Trouble
) -> None:
    system = connect()
    product.faults = [fault]

    found = asked(system, erase())

    assert (found.state, found.trouble, found.is_done) == (state, trouble, False)


def test_vendor__that_repeats_other_bytes_than_ours_is_not_believed(
    product: Product, connect: Connect
) -> None:
    system, instruction = connect(), erase()
    other = {"subject_request_id": request_id_of(instruction.key), "encoded_request": "e30="}
    product.faults = [Fault(201, json.dumps(other).encode())]

    found = asked(system, instruction)

    assert (found.state, found.trouble) == (State.DUE, Trouble.CONTRADICTION)


def test_vendor__that_cancels_or_forgets_needs_a_person_or_another_try(
    product: Product, connect: Connect
) -> None:
    system, instruction = connect(), erase()
    asked(system, instruction)
    known = product.requests.copy()

    product.requests.clear()
    forgotten = asked(system, instruction, days=1)
    product.requests.update(known)
    product.requests[request_id_of(instruction.key)]["status"] = "cancelled"
    cancelled = asked(system, instruction, days=2)

    assert (forgotten.state, forgotten.outcome) == (State.AWAITING, "unknown")
    assert (cancelled.state, cancelled.trouble) == (State.STALLED, Trouble.REJECTED)


def test_status_call__only_makes_us_ask_earlier(product: Product, connect: Connect) -> None:
    system, instruction = connect(), erase()
    first = asked(system, instruction)
    assert first.next_at is not None
    later = TODAY + timedelta(minutes=5)
    assert first.next_at > later

    assert ask_earlier(system_id=system, tracking="unknown", now=later) is False
    assert ask_earlier(system_id=system, tracking=request_id_of(instruction.key), now=later)
    found = deliver(system_id=system, instruction=instruction, now=later)

    assert found.state is State.AWAITING, "the call itself says nothing"
    assert found.attempts == 2


def test_vendor__cannot_be_told_to_lock_and_has_no_second_reader(connect: Connect) -> None:
    system = connect()

    lock = asked(system, told(Act.LOCK, "l"))
    verify = asked(system, told(Act.VERIFY, "v"))

    assert lock.reason == "system-has-no-lock"
    assert verify.reason == "no-second-reader"


def test_trial__reads_the_discovery_document(product: Product, connect: Connect) -> None:
    system = connect()

    well = try_system(system_id=system, now=TODAY)
    product.faults = [Fault(200, b'{"supported_subject_request_types":["access"]}')]
    ill = try_system(system_id=system, now=TODAY)
    product.faults = [Fault(404)]
    missing = try_system(system_id=system, now=TODAY)

    assert (well.faults, len(well.seen)) == ((), 1)
    assert len(ill.faults) == 2
    assert len(missing.faults) == 1


def test_rotation__is_the_vendors_affair(connect: Connect) -> None:
    with pytest.raises(NoSecretOfOurs):
        rotate_secrets(system_id=connect(), by="a", now=TODAY)


def certificate_of(key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey) -> str:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "vendor.example")])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(7)
        .not_valid_before(TODAY - A_DAY)
        .not_valid_after(TODAY + A_DAY)
        .sign(key, SHA256())
    )
    return made.public_bytes(serialization.Encoding.PEM).decode()


@pytest.mark.asvs("4.1.5")
def test_pinned_certificate__makes_unsigned_and_wrongly_signed_answers_worthless(
    product: Product, connect: Connect
) -> None:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    system = connect(certificate=certificate_of(key))

    unsigned = asked(system, erase())
    product.signer = lambda body: b"x" * 256
    wrong = asked(system, erase(), days=1)
    product.signer = lambda body: key.sign(body, padding.PKCS1v15(), SHA256())
    signed = asked(system, erase(), days=2)

    assert (unsigned.state, unsigned.detail) == (State.DUE, "signature")
    assert wrong.state is State.DUE
    assert signed.state is State.AWAITING


def test_certificate__that_is_none_is_refused(connect: Connect) -> None:
    with pytest.raises(AuthorityInvalid):
        connect(certificate="nothing")


def test_signatures__are_verified_by_curve_too_and_weak_keys_are_none() -> None:
    curve = ec.generate_private_key(ec.SECP256R1())
    weak = rsa.generate_private_key(public_exponent=65537, key_size=1024)
    pem = certificate_of(curve)
    signature = curve.sign(b"told", ec.ECDSA(SHA256()))

    assert is_signed(pem, signature, b"told")
    assert not is_signed(pem, signature, b"other")
    assert not is_certificate(certificate_of(weak))
    assert not is_signed(certificate_of(weak), b"", b"")
