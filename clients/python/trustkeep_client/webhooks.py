"""Instructions to lock and to erase: verified, read, answered, and confirmed later.

Messages are signed as Standard Webhooks 1.0 says. The same instruction may come more than once,
always under the same ``message``: do it once, and answer every time.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
import secrets
import ssl
import time
import urllib.request
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

TOLERANCE_S = 300
_PREFIX = "whsec_"


class SignatureRefused(Exception):
    """The message is not from Trustkeep, was changed, or is too old: answer 401 and do nothing."""


@dataclass(frozen=True)
class Instruction:
    """What is to be done. ``type`` is account.lock, account.unlock, account.erase or ping."""

    message: str
    type: str
    key: str
    account: str
    scope: str
    reference: str
    identities: Mapping[str, str]
    generation: int
    deadline: str
    confirm_url: str


def read(
    secret: str | Sequence[str],
    headers: Mapping[str, str],
    body: bytes,
    *,
    now: float | None = None,
) -> Instruction:
    """Return what an authentic message says; raises SignatureRefused.

    ``secret`` may be several while one is being replaced.
    """
    given = {name.lower(): value for name, value in headers.items()}
    message, stamp = given.get("webhook-id", ""), given.get("webhook-timestamp", "")
    if not message or not (stamp.isascii() and stamp.isdecimal()) or len(stamp) > 12:
        raise SignatureRefused("the message has no id or no time")
    if abs((time.time() if now is None else now) - int(stamp)) > TOLERANCE_S:
        raise SignatureRefused("the message is too old, or a clock is wrong")
    known = [secret] if isinstance(secret, str) else list(secret)
    expected = [_signature(one, message, stamp, body) for one in known]
    offered = given.get("webhook-signature", "").split(" ")[:8]
    fits = [hmac.compare_digest(a.encode(), b.encode()) for a in expected for b in offered]
    if not any(fits):
        raise SignatureRefused("no signature fits")
    return _instruction(message, body)


def report(
    status: str,
    *,
    matched: int | None = None,
    deleted: int | None = None,
    remaining: int | None = None,
    skipped: int | None = None,
    proof: str = "",
    **more: str,
) -> dict[str, Any]:
    """Return what to answer as JSON; ``status`` is done, gone, accepted or refused.

    Of ``more``, Trustkeep reads ``expected_at`` (RFC 3339), ``status_url`` and ``reason``. Say what
    is true: nothing counts as done that leaves something behind.
    """
    counts = {"matched": matched, "deleted": deleted, "remaining": remaining, "skipped": skipped}
    told = {name: value for name, value in counts.items() if value is not None}
    return {"status": status, **told, **({"proof": proof} if proof else {}), **more}


def confirm(
    instruction: Instruction,
    secret: str,
    told: Mapping[str, Any],
    *,
    context: ssl.SSLContext | None = None,
    timeout_s: float = 10,
) -> None:
    """Tell Trustkeep later what has become of an accepted instruction; raises OSError.

    Try again until it succeeds: what is not confirmed never counts as done.
    """
    if not instruction.confirm_url.startswith("https://"):
        raise ValueError("confirmations go over https:// only")
    whole = {**told, "key": instruction.key, "account": instruction.account}
    body = json.dumps(whole, separators=(",", ":")).encode()
    message, stamp = f"msg_{uuid.uuid4().hex}", str(int(time.time()))
    request = urllib.request.Request(
        instruction.confirm_url,
        data=body,
        headers={
            "Content-Type": "application/json",
            "webhook-id": message,
            "webhook-timestamp": stamp,
            "webhook-signature": _signature(secret, message, stamp, body),
        },
        method="POST",
    )
    checked = context or ssl.create_default_context()
    with urllib.request.urlopen(request, timeout=timeout_s, context=checked):
        pass


def new_secret() -> str:
    """Return a secret in the form of Standard Webhooks, for your tests."""
    return _PREFIX + base64.b64encode(secrets.token_bytes(32)).decode()


def _signature(secret: str, message: str, stamp: str, body: bytes) -> str:
    try:
        key = base64.b64decode(secret.removeprefix(_PREFIX), validate=True)
    except binascii.Error as error:
        raise ValueError("a secret is whsec_ and base64") from error
    text = f"{message}.{stamp}.".encode() + body
    return "v1," + base64.b64encode(hmac.new(key, text, hashlib.sha256).digest()).decode()


def _instruction(message: str, body: bytes) -> Instruction:
    try:
        told = json.loads(body)
        data = told["data"]
        return Instruction(
            message=message,
            type=str(told["type"]),
            key=str(data.get("key", "")),
            account=str(data.get("account", "")),
            scope=str(data.get("scope", "")),
            reference=str(data.get("reference", "")),
            identities={str(k): str(v) for k, v in dict(data.get("identities") or {}).items()},
            generation=int(data.get("generation", 0)),
            deadline=str(data.get("deadline", "")),
            confirm_url=str(data.get("confirm_url", "")),
        )
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise SignatureRefused("the message is not one of Trustkeep's") from error
