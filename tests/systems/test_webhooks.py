"""The company's product behind signed webhooks, over real TLS: well, lying, lost, strict, slow."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta

import pytest

from tests.systems.product import TOKEN, Fault, Product
from tests.systems.simulator import told
from trustkeep.connectors import kinds
from trustkeep.connectors.checking import AddressInvalid, AuthorityInvalid, CredentialMissing
from trustkeep.connectors.outgoing import Reach
from trustkeep.lifecycle.systems import confirmations, ports, webhook_secrets
from trustkeep.lifecycle.systems.actions import add_system, rotate_secrets, try_system
from trustkeep.lifecycle.systems.confirmations import (
    ConfirmationUnknown,
    ConfirmationUnreadable,
    receive,
)
from trustkeep.lifecycle.systems.delivery import deliver, plan
from trustkeep.lifecycle.systems.judging import State
from trustkeep.lifecycle.systems.ports import Act, Scope, SettingInvalid, SystemKind, Trouble
from trustkeep.lifecycle.systems.queries import DeliveryShown, attempts, open_settings
from trustkeep.lifecycle.systems.signing import SignatureRefused, new_secret, signed

pytestmark = pytest.mark.django_db

NEAR = Reach.of(("127.0.0.0/8",))
HERE = "https://trust.example.com/api/v1/systems/confirmations"
A_DAY = timedelta(days=1)
# Receivers compare the time of a message with their own clocks, so these tests live today.
TODAY = datetime.now(UTC)

type Connect = Callable[..., uuid.UUID]


@pytest.fixture
def connect(product: Product) -> Connect:
    """Connect the product, with a second reader unless told otherwise."""
    ports.joined.kinds = {SystemKind.WEBHOOK: kinds.webhook(NEAR, lambda _: HERE)}

    def connected(**changes: str) -> uuid.UUID:
        settings = {
            "url": f"{product.url}/hook",
            "verify_url": f"{product.url}/count?account={{account}}",
            "verify_token": TOKEN,
            "authority": product.authority,
            **changes,
        }
        added = add_system(name="Product", kind="webhook", settings=settings, by="alice", now=TODAY)
        product.secret = added.issued["secret"]
        return added.system.id

    return connected


def account_with(product: Product, rows: int) -> Scope:
    """Put rows of a new account into the product, beside those of another."""
    scope = Scope(uuid.uuid4())
    product.rows[str(scope.account)] = rows
    product.rows["another"] = 7
    return scope


def erased(system: uuid.UUID, scope: Scope, days: int = 0, key: str = "k/1") -> DeliveryShown:
    instruction = told(Act.ERASE, key, scope=scope)
    # Later visits are signed with the time of now: the receiver has no other clock.
    return deliver(system_id=system, instruction=instruction, now=TODAY + days * A_DAY)


def test_product__is_told_signed_once_and_confirms(product: Product, connect: Connect) -> None:
    system, scope = connect(), account_with(product, 12)

    found = erased(system, scope)

    assert (found.state, found.matched, found.deleted, found.remaining) == (State.DONE, 12, 12, 0)
    assert found.planned == 12
    assert found.proof == "job 1"
    assert product.rows == {"another": 7}
    sent = next(one for one in product.seen if one[1] == "/hook")
    body = json.loads(sent[3])
    assert body["type"] == "account.erase"
    assert body["data"]["account"] == str(scope.account)
    assert body["data"]["confirm_url"] == HERE
    assert sent[2]["idempotency-key"] == sent[2]["webhook-id"]


def test_product__locks_and_unlocks(product: Product, connect: Connect) -> None:
    system, scope = connect(), account_with(product, 1)

    lock = deliver(system_id=system, instruction=told(Act.LOCK, "l", scope=scope), now=TODAY)
    assert product.locked == {str(scope.account)}
    unlock = deliver(system_id=system, instruction=told(Act.UNLOCK, "u", scope=scope), now=TODAY)

    assert (lock.state, unlock.state) == (State.DONE, State.DONE)
    assert product.locked == set()


@pytest.mark.when("connector-lies")
def test_second_reader__sees_what_the_product_did_not_say(
    product: Product, connect: Connect
) -> None:
    system, scope = connect(), account_with(product, 5)
    product.hidden[str(scope.account)] = 2

    erase = erased(system, scope)
    verify = deliver(system_id=system, instruction=told(Act.VERIFY, "v", scope=scope), now=TODAY)

    assert erase.state is State.DONE
    assert (verify.state, verify.trouble, verify.remaining) == (
        State.STALLED,
        Trouble.REMAINING,
        2,
    )


@pytest.mark.asvs("13.2.2")
def test_second_reader__confirms_absence_with_its_own_credential(
    product: Product, connect: Connect
) -> None:
    system, scope = connect(), account_with(product, 5)
    erased(system, scope)

    verify = deliver(system_id=system, instruction=told(Act.VERIFY, "v", scope=scope), now=TODAY)

    assert (verify.state, verify.remaining) == (State.DONE, 0)
    asked = product.seen[-1]
    assert (asked[0], asked[2]["authorization"]) == ("GET", f"Bearer {TOKEN}")


@pytest.mark.when("connector-half")
def test_lost_answer__is_asked_for_again_and_nothing_is_done_twice(
    product: Product, connect: Connect
) -> None:
    system, scope = connect(verify_url="", verify_token=""), account_with(product, 5)
    product.faults = [Fault(drop=True, after_acting=True)]

    first = erased(system, scope)
    product.rows[str(scope.account)] = 3
    second = _again(system, scope)

    assert (first.state, first.outcome, first.trouble) == (State.DUE, "unknown", Trouble.TIMEOUT)
    assert (second.state, second.deleted) == (State.DONE, 5)
    assert product.rows[str(scope.account)] == 3, "the same message was not done twice"
    ids = {one[2]["webhook-id"] for one in product.seen if one[1] == "/hook"}
    assert len(ids) == 1


def _again(system: uuid.UUID, scope: Scope) -> DeliveryShown:
    """Deliver again as soon as the first wait is over, within what receivers tolerate."""
    instruction = told(Act.ERASE, "k/1", scope=scope)
    later = TODAY + timedelta(minutes=2)
    return deliver(system_id=system, instruction=instruction, now=later)


@pytest.mark.asvs("16.5.3")
@pytest.mark.parametrize(
    ("fault", "state", "trouble"),
    [
        (Fault(500), State.DUE, Trouble.FAILING),
        (Fault(503), State.DUE, Trouble.FAILING),
        (Fault(401), State.STALLED, Trouble.UNAUTHORISED),
        (Fault(403), State.STALLED, Trouble.UNAUTHORISED),
        (Fault(422), State.STALLED, Trouble.REJECTED),
        (Fault(410), State.STALLED, Trouble.REJECTED),
        (Fault(308, headers={"Location": "https://example.com"}), State.STALLED, Trouble.REJECTED),
        (Fault(429, headers={"Retry-After": "90"}), State.DUE, Trouble.RATE_LIMITED),
        (Fault(404), State.STALLED, Trouble.EMPTY),
        (Fault(200, b'{"status":"refused","reason":"frozen"}'), State.STALLED, Trouble.REJECTED),
        (Fault(200, b'{"status":"done","matched":0}'), State.STALLED, Trouble.EMPTY),
        (
            Fault(200, b'{"status":"done","matched":5,"deleted":4,"skipped":1}'),
            State.STALLED,
            Trouble.SKIPPED,
        ),
        (
            Fault(200, b'{"status":"done","matched":5,"deleted":3,"remaining":2}'),
            State.DUE,
            Trouble.REMAINING,
        ),
        (
            Fault(200, b'{"status":"done","account":"another"}'),
            State.DUE,
            Trouble.CONTRADICTION,
        ),
    ],
)
@pytest.mark.when("connector-lies")
def test_product__that_fails_refuses_or_lies_is_never_done(
    product: Product, connect: Connect, fault: Fault, state: State, trouble: Trouble
) -> None:
    system, scope = connect(verify_url="", verify_token=""), account_with(product, 5)
    product.faults = [fault]

    found = erased(system, scope)

    assert (found.state, found.trouble) == (state, trouble)
    assert not found.is_done
    assert product.rows == {str(scope.account): 5, "another": 7}
    assert attempts(found.id)[0].trouble


@pytest.mark.parametrize(
    "body", [b"", b"ok", b"[]", b'{"status":"fine"}', b'{"status":"done","matched":-1}', b"\xff"]
)
def test_product__that_only_says_yes_has_accepted_and_still_has_to_confirm(
    product: Product, connect: Connect, body: bytes
) -> None:
    system, scope = connect(verify_url="", verify_token=""), account_with(product, 5)
    product.faults = [Fault(200, body)]

    found = erased(system, scope)

    assert (found.state, found.outcome, found.is_done) == (State.AWAITING, "accepted", False)


def test_retry_after__is_obeyed(product: Product, connect: Connect) -> None:
    system, scope = connect(verify_url="", verify_token=""), account_with(product, 5)
    product.faults = [Fault(429, headers={"Retry-After": "7200"})]

    found = erased(system, scope)

    assert found.next_at is not None
    assert found.next_at >= TODAY + timedelta(hours=2)


def test_accepted__is_polled_at_the_products_own_address(
    product: Product, connect: Connect
) -> None:
    system, scope = connect(verify_url="", verify_token=""), account_with(product, 5)
    product.asynchronous = True

    first = erased(system, scope)
    second = _again(system, scope)

    assert first.state is State.AWAITING
    assert (second.state, second.deleted) == (State.DONE, 5)
    assert product.seen[-1][1].startswith("/status/msg_")


@pytest.mark.asvs("1.3.6")
def test_status_address__elsewhere_is_refused(product: Product, connect: Connect) -> None:
    system, scope = connect(verify_url="", verify_token=""), account_with(product, 5)
    elsewhere = b'{"status":"accepted","status_url":"https://169.254.169.254/x"}'
    product.faults = [Fault(202, elsewhere)]
    erased(system, scope)

    found = _again(system, scope)

    assert (found.state, found.trouble) == (State.STALLED, Trouble.ADDRESS_REFUSED)


def confirmation(
    secret: str, body: Mapping[str, object], at: datetime = TODAY
) -> tuple[dict[str, str], bytes]:
    raw = json.dumps(body).encode()
    return signed([secret], f"msg_{uuid.uuid4().hex}", raw, at), raw


def awaiting(product: Product, connect: Connect) -> tuple[uuid.UUID, Scope]:
    """Have an instruction accepted and not confirmed."""
    system, scope = connect(verify_url="", verify_token=""), account_with(product, 5)
    product.faults = [Fault(202)]
    erased(system, scope)
    return system, scope


@pytest.mark.asvs("4.1.5")
def test_confirmation__counts_when_it_is_signed_and_only_once(
    product: Product, connect: Connect
) -> None:
    system, _ = awaiting(product, connect)
    accepted = {"key": "k/1", "status": "accepted"}
    done = {"key": "k/1", "status": "done", "matched": 5, "deleted": 5, "remaining": 0}
    early = confirmation(product.secret, accepted)

    receive(system_id=system, headers=early[0], body=early[1], now=TODAY)
    headers, body = confirmation(product.secret, done)
    found = receive(system_id=system, headers=headers, body=body, now=TODAY)
    again = receive(system_id=system, headers=early[0], body=early[1], now=TODAY)

    assert (found.state, found.deleted) == (State.DONE, 5)
    assert again.state is State.DONE, "a copy of an older message changes nothing"


@pytest.mark.asvs("4.1.5")
def test_confirmation__of_a_stranger_or_from_another_time_is_refused(
    product: Product, connect: Connect
) -> None:
    system, _ = awaiting(product, connect)
    done = {"key": "k/1", "status": "done", "matched": 5, "deleted": 5}
    headers, body = confirmation(product.secret, done)
    strange = confirmation(new_secret(), done)
    old = confirmation(product.secret, done, TODAY - timedelta(minutes=6))
    early = confirmation(product.secret, done, TODAY + timedelta(minutes=6))
    faults = [
        (strange[0], strange[1]),
        (old[0], old[1]),
        (early[0], early[1]),
        (headers, body.replace(b"5", b"6")),
        ({**headers, "webhook-id": "msg_other"}, body),
        ({**headers, "webhook-signature": "v1,"}, body),
        ({**headers, "webhook-signature": "nonsense"}, body),
        ({**headers, "webhook-timestamp": "soon"}, body),
        ({**headers, "webhook-timestamp": "9" * 30}, body),
        ({}, body),
        (headers, b"\xff\xfe"),
        (headers, b"x" * (confirmations.MOST_BYTES + 1)),
    ]

    for given, told_body in faults:
        with pytest.raises(SignatureRefused):
            receive(system_id=system, headers=given, body=told_body, now=TODAY)
    with pytest.raises(SignatureRefused):
        receive(system_id=uuid.uuid4(), headers=headers, body=body, now=TODAY)

    assert receive(system_id=system, headers=headers, body=body, now=TODAY).state is State.DONE


def test_confirmation__that_is_authentic_but_nonsense_is_told_so(
    product: Product, connect: Connect
) -> None:
    system, _ = awaiting(product, connect)

    for told_body, error in (
        ({"status": "done"}, ConfirmationUnreadable),
        ({"key": "k/1", "status": "perhaps"}, ConfirmationUnreadable),
        ({"key": "k/1", "status": "done", "account": "another"}, ConfirmationUnreadable),
        ({"key": "k/2", "status": "done"}, ConfirmationUnknown),
    ):
        headers, body = confirmation(product.secret, told_body)
        with pytest.raises(error):
            receive(system_id=system, headers=headers, body=body, now=TODAY)


def test_confirmation__is_judged_like_an_answer(product: Product, connect: Connect) -> None:
    system, _ = awaiting(product, connect)
    headers, body = confirmation(
        product.secret, {"key": "k/1", "status": "done", "matched": 5, "skipped": 2}
    )

    found = receive(system_id=system, headers=headers, body=body, now=TODAY)

    assert (found.state, found.trouble) == (State.STALLED, Trouble.SKIPPED)


@pytest.mark.asvs("13.2.1")
def test_rotation__keeps_the_old_secret_good_until_the_overlap_ends(
    product: Product, connect: Connect
) -> None:
    system, scope = connect(verify_url="", verify_token=""), account_with(product, 5)
    old = product.secret

    added = rotate_secrets(system_id=system, by="alice", now=TODAY)
    first = erased(system, scope)
    product.secret = added.issued["secret"]
    other = account_with(product, 4)
    second = erased(system, other, key="k/2")

    assert list(added.issued) == ["secret"]
    assert added.issued["secret"] != old
    assert (first.state, second.state) == (State.DONE, State.DONE)
    settings = {
        "secret": "whsec_bmV3",
        "old_secret": "whsec_b2xk",
        "old_secret_until": (TODAY + webhook_secrets.OVERLAP).isoformat(),
    }
    assert webhook_secrets.valid_secrets(settings, TODAY + 8 * A_DAY) == ["whsec_bmV3"]
    assert len(webhook_secrets.valid_secrets(settings, TODAY + 6 * A_DAY)) == 2


def test_trial__pings_and_asks_the_second_reader(product: Product, connect: Connect) -> None:
    system = connect()

    well = try_system(system_id=system, now=TODAY)
    product.secret = new_secret()
    product.faults = []
    ill = try_system(system_id=system, now=TODAY)

    assert (well.faults, len(well.seen)) == ((), 2)
    assert len(ill.faults) == 1
    assert "credentials" in ill.faults[0]
    assert product.rows == {}


def test_plan__asks_the_second_reader_and_says_when_there_is_none(
    product: Product, connect: Connect
) -> None:
    system, scope = connect(), account_with(product, 5)

    counted = plan(system_id=system, scope=scope, now=TODAY)
    product.faults = [Fault(404)]
    wrong = plan(system_id=system, scope=scope, now=TODAY)

    assert counted.items == 5
    assert (wrong.trouble, wrong.items) == (Trouble.UNREADABLE, 0)


def test_settings__show_no_secret(connect: Connect) -> None:
    shown = open_settings(connect())

    assert set(shown) == {"url", "verify_url", "authority"}


@pytest.mark.parametrize(
    ("changes", "error", "field"),
    [
        ({"url": ""}, SettingInvalid, "url"),
        ({"url": "http://product.example/hook"}, AddressInvalid, "url"),
        ({"verify_url": "https://product.example/count"}, kinds.PlaceMissing, "verify_url"),
        ({"verify_token": ""}, CredentialMissing, "verify_token"),
        ({"authority": "my CA"}, AuthorityInvalid, "authority"),
        ({"colour": "red"}, SettingInvalid, "colour"),
    ],
)
def test_settings__that_cannot_work_are_refused_with_the_field(
    connect: Connect, changes: dict[str, str], error: type[SettingInvalid], field: str
) -> None:
    with pytest.raises(error) as refused:
        connect(**changes)

    assert refused.value.values["field"] == field
