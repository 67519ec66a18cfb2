"""Signed messages in both directions, as Standard Webhooks 1.0 says, with two valid secrets.

The signed text is ``id.timestamp.body``; a message carries one signature for each valid secret, so
a receiver may change to the new one at any moment of the overlap. Times are compared with the
clock that is passed in.
"""

from __future__ import annotations

import base64
import hmac
import secrets
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta

from standardwebhooks.webhooks import Webhook

from trustkeep.kernel.errors import TrustkeepError

PREFIX = "whsec_"
TOLERANCE = timedelta(minutes=5)
"""How far the time of a message may be from ours."""
_SECRET_BYTES = 32
_MOST_SIGNATURES = 8


class SignatureRefused(TrustkeepError):
    """The message is not signed with a valid secret, is too old, or comes from the future."""

    sentence = (
        "The signature of this message is not valid. Sign its id, timestamp and body with the "
        "present secret of the system, and check the clock."
    )


def new_secret() -> str:
    """Return a secret as it is shown once: ``whsec_`` and base64."""
    return PREFIX + base64.b64encode(secrets.token_bytes(_SECRET_BYTES)).decode("ascii")


def signed(valid: Sequence[str], message_id: str, body: bytes, at: datetime) -> dict[str, str]:
    """Return the headers of a message, with a signature by each of the valid secrets."""
    stamp = at.astimezone(UTC).replace(microsecond=0)
    text = body.decode("utf-8")
    return {
        "webhook-id": message_id,
        "webhook-timestamp": str(int(stamp.timestamp())),
        "webhook-signature": " ".join(
            Webhook(secret).sign(message_id, stamp, text) for secret in valid
        ),
    }


def verified(valid: Sequence[str], headers: Mapping[str, str], body: bytes, now: datetime) -> str:
    """Return the id of a message that is authentic and fresh; raises SignatureRefused."""
    given = {name.lower(): value for name, value in headers.items()}
    message_id = given.get("webhook-id", "")
    stamp = given.get("webhook-timestamp", "")
    if not message_id or len(message_id) > 100 or not (stamp.isascii() and stamp.isdecimal()):
        raise SignatureRefused
    if len(stamp) > 12 or abs(now - datetime.fromtimestamp(int(stamp), UTC)) > TOLERANCE:
        raise SignatureRefused
    at = datetime.fromtimestamp(int(stamp), UTC)
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError as error:
        raise SignatureRefused from error
    expected = [Webhook(secret).sign(message_id, at, text) for secret in valid]
    offered = given.get("webhook-signature", "").split(" ")[:_MOST_SIGNATURES]
    # Every pair is compared, so that the time taken tells nothing about which one fits.
    fits = [hmac.compare_digest(a.encode(), b.encode()) for a in expected for b in offered]
    if not any(fits):
        raise SignatureRefused
    return message_id
