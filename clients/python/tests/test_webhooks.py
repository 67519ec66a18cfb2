"""Instructions: read only when they are authentic, answered and confirmed in the same language."""

from __future__ import annotations

import json
import time
from datetime import UTC, datetime

import pytest
from standardwebhooks import Webhook

from trustkeep.lifecycle.systems.ports import Outcome
from trustkeep.lifecycle.systems.reports import read_report
from trustkeep.lifecycle.systems.signing import signed
from trustkeep_client import SignatureRefused, read, report
from trustkeep_client.webhooks import Instruction, confirm, new_secret

SECRET = new_secret()
BODY = json.dumps(
    {
        "type": "account.erase",
        "timestamp": "2026-11-24T08:00:00.000Z",
        "data": {"key": "k/1", "account": "a", "scope": "account", "confirm_url": "https://t/"},
    }
).encode()


def message(secret: str = SECRET, body: bytes = BODY) -> dict[str, str]:
    return signed([secret], "msg_1", body, datetime.now(UTC))


def test_instruction__is_read_as_trustkeep_signs_it() -> None:
    found = read(SECRET, message(), BODY)

    assert (found.message, found.type, found.key, found.account) == (
        "msg_1",
        "account.erase",
        "k/1",
        "a",
    )


def test_instruction__is_read_as_the_reference_library_signs_it() -> None:
    at = datetime.now(UTC).replace(microsecond=0)
    headers = {
        "Webhook-Id": "msg_2",
        "Webhook-Timestamp": str(int(at.timestamp())),
        "Webhook-Signature": Webhook(SECRET).sign("msg_2", at, BODY.decode()),
    }

    assert read(SECRET, headers, BODY).message == "msg_2"


def test_rotation__takes_either_secret() -> None:
    old, new = new_secret(), new_secret()
    both = signed([new, old], "msg_3", BODY, datetime.now(UTC))

    assert read(old, both, BODY) == read(new, both, BODY) == read([old, new], both, BODY)


@pytest.mark.parametrize(
    "change",
    [
        {"webhook-id": "msg_other"},
        {"webhook-id": ""},
        {"webhook-timestamp": "soon"},
        {"webhook-timestamp": "99999999999999"},
        {"webhook-signature": ""},
        {"webhook-signature": "v1,AAAA"},
        {"webhook-signature": "v1a," + "A" * 40},
    ],
)
def test_message__that_was_changed_is_refused(change: dict[str, str]) -> None:
    with pytest.raises(SignatureRefused):
        read(SECRET, {**message(), **change}, BODY)


def test_message__that_is_old_or_of_another_is_refused() -> None:
    with pytest.raises(SignatureRefused):
        read(SECRET, message(), BODY, now=time.time() + 301)
    with pytest.raises(SignatureRefused):
        read(SECRET, message(), BODY.replace(b"k/1", b"k/2"))
    with pytest.raises(SignatureRefused):
        read(new_secret(), message(), BODY)
    with pytest.raises(ValueError, match="whsec_"):
        read("no secret", message(), BODY)
    with pytest.raises(SignatureRefused):
        read(SECRET, message(body=b"[]"), b"[]")


def test_report__is_what_trustkeep_reads() -> None:
    told = report("done", matched=3, deleted=3, remaining=0, proof="job 7")

    found = read_report(json.dumps(told).encode())

    assert found is not None
    assert (found.answer.outcome, found.answer.deleted) == (Outcome.CONFIRMED, 3)
    assert report("accepted", status_url="/jobs/1") == {
        "status": "accepted",
        "status_url": "/jobs/1",
    }


def test_confirmation__goes_over_https_only() -> None:
    instruction = Instruction("m", "t", "k", "a", "account", "", {}, 0, "", "http://trust/")

    with pytest.raises(ValueError, match="https"):
        confirm(instruction, SECRET, report("done"))
