"""Vendors that speak OpenDSR (formerly OpenGDPR): request, status, and calls that we do not trust.

Source: github.com/opengdpr/OpenDSR, specification.md, sections 4 to 9. A request is only taken for
received when the answer repeats our id and our very bytes (``encoded_request``). A status call from
the vendor never counts by itself: it only makes us ask for the status earlier. Where the vendor's
certificate is pinned, every answer has to be signed with it.

OpenDSR knows erasure, access and portability: a vendor cannot be told to lock, and offers no second
reader.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
import uuid
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urljoin

from django.utils.translation import gettext

from trustkeep.connectors.checking import ACCOUNT_IDENTITY
from trustkeep.connectors.outgoing import NotAsked, Reach, Reply, ask
from trustkeep.connectors.replies import refusal_of, unasked
from trustkeep.connectors.trials import fault_of, told_of
from trustkeep.kernel.clock import isoformat
from trustkeep.lifecycle.systems.ports import (
    Act,
    Answer,
    Instruction,
    Outcome,
    Plan,
    Scope,
    ScopeKind,
    System,
    Trial,
    Trouble,
)
from trustkeep.vault.signatures import is_signed

API_VERSION = "2.0"
_STILL = ("pending", "in_progress")
_SIGNATURES = ("x-opendsr-signature", "x-opengdpr-signature", "x-opencompliance-signature")
_UNSUPPORTED = Answer(Outcome.STALLED, trouble=Trouble.UNSUPPORTED)


class OpenDsr:
    """Speaks to one vendor; `call_url` is where its status calls are taken."""

    def __init__(self, system: System, reach: Reach, call_url: str) -> None:
        self._settings = system.settings
        self._reach = reach
        self._call_url = call_url

    @property
    def acts(self) -> frozenset[Act]:
        return frozenset({Act.ERASE})

    def trial(self, now: datetime) -> Trial:
        """Read the vendor's discovery document and say what it lacks for us."""
        url = urljoin(self._settings["url"].rstrip("/"), "discovery")
        try:
            reply = self._asked("GET", url)
        except NotAsked as failure:
            return Trial((fault_of(failure.trouble, failure.detail),))
        faults, seen = told_of(reply, now)
        if faults:
            return Trial(tuple(faults))
        return Trial(tuple(_lacks(_read(reply), self._identity_type)), tuple(seen))

    def plan(self, scope: Scope, now: datetime) -> Plan:
        """A vendor does not count before it is asked to erase."""
        return Plan(trouble=Trouble.UNSUPPORTED)

    def lock(self, instruction: Instruction, now: datetime) -> Answer:
        return _UNSUPPORTED

    def unlock(self, instruction: Instruction, now: datetime) -> Answer:
        return _UNSUPPORTED

    def verify(self, instruction: Instruction, now: datetime) -> Answer:
        return _UNSUPPORTED

    def erase(self, instruction: Instruction, now: datetime) -> Answer:
        """Post the request; if the vendor says that it has it already, ask for its status."""
        identities = self._identities(instruction.scope)
        if not identities:
            return _UNSUPPORTED
        request_id = request_id_of(instruction.key)
        body = self._request(request_id, identities, now)
        try:
            reply = self._asked("POST", self._settings["url"], body)
            if reply.status in (400, 409, 422):
                return self._known_or_refused(reply, request_id, now)
        except NotAsked as failure:
            return unasked(failure)
        refused = refusal_of(reply, now)
        if refused is not None:
            return refused
        if reply.status == 404:
            return Answer(Outcome.STALLED, trouble=Trouble.SETTINGS, detail="HTTP 404")
        return self._accepted(reply, request_id, body)

    def poll(self, instruction: Instruction, tracking: str, now: datetime) -> Answer:
        """Ask for the status of the request."""
        try:
            return self._status(tracking or request_id_of(instruction.key), now)
        except NotAsked as failure:
            return unasked(failure)

    def _known_or_refused(self, reply: Reply, request_id: str, now: datetime) -> Answer:
        """An answer may have been lost, and the vendor refuses the request the second time."""
        found = self._status(request_id, now)
        is_unknown_there = found.trouble is Trouble.CONTRADICTION
        return (refusal_of(reply, now) or found) if is_unknown_there else found

    def _status(self, request_id: str, now: datetime) -> Answer:
        reply = self._asked("GET", f"{self._settings['url'].rstrip('/')}/{request_id}")
        refused = refusal_of(reply, now)
        if refused is not None:
            return refused
        told = _read(reply)
        if reply.status == 404 or told.get("subject_request_id") != request_id:
            detail = "the request is not known"
            return Answer(Outcome.UNKNOWN, trouble=Trouble.CONTRADICTION, detail=detail)
        if not self._is_authentic(reply):
            return Answer(Outcome.UNKNOWN, trouble=Trouble.UNREADABLE, detail="signature")
        return _of_status(told, request_id)

    def _accepted(self, reply: Reply, request_id: str, body: bytes) -> Answer:
        told = _read(reply)
        if not self._is_authentic(reply):
            return Answer(Outcome.UNKNOWN, trouble=Trouble.UNREADABLE, detail="signature")
        if told.get("subject_request_id") != request_id or not _repeats(told, body):
            detail = "it repeats another request"
            return Answer(Outcome.UNKNOWN, trouble=Trouble.CONTRADICTION, detail=detail)
        return Answer(
            Outcome.ACCEPTED,
            expected_at=_instant(told, "expected_completion_time"),
            tracking=request_id,
            proof=proof_of(reply),
        )

    @property
    def _identity_type(self) -> str:
        return self._settings.get("identity") or ACCOUNT_IDENTITY

    def _identities(self, scope: Scope) -> list[dict[str, str]]:
        """Return whom it is about: an account by its id, a person by what the vendor knows."""
        if scope.kind is ScopeKind.ACCOUNT:
            return [_identity(self._identity_type, str(scope.account))]
        if scope.kind is ScopeKind.PERSON:
            known = [_identity(name, value) for name, value in sorted(scope.identities.items())]
            return known or [_identity(self._identity_type, scope.reference)]
        return []

    def _request(
        self,
        request_id: str,
        identities: list[dict[str, str]],
        now: datetime,
    ) -> bytes:
        told = {
            "regulation": "gdpr",
            "subject_request_id": request_id,
            "subject_request_type": "erasure",
            "submitted_time": isoformat(now),
            "subject_identities": identities,
            "api_version": API_VERSION,
            "status_callback_urls": [self._call_url],
        }
        return json.dumps(told, separators=(",", ":")).encode()

    def _is_authentic(self, reply: Reply) -> bool:
        certificate = self._settings.get("certificate", "")
        if not certificate:
            return True
        given = next((reply.headers[one] for one in _SIGNATURES if one in reply.headers), "")
        try:
            signature = base64.b64decode("".join(given.split()), validate=True)
        except (binascii.Error, ValueError):
            return False
        return is_signed(certificate, signature, reply.body)

    def _asked(self, method: str, url: str, body: bytes | None = None) -> Reply:
        headers = {"Authorization": f"Bearer {self._settings.get('token', '')}"}
        if body is not None:
            headers["Content-Type"] = "application/json"
        authority = self._settings.get("authority", "")
        return ask(method, url, reach=self._reach, headers=headers, body=body, authority=authority)


def request_id_of(key: str) -> str:
    """Return the UUID (version 4 in form) that stands for an instruction's key for ever."""
    return str(uuid.UUID(bytes=hashlib.sha256(key.encode()).digest()[:16], version=4))


def proof_of(reply: Reply) -> str:
    """Return the digest of what the vendor answered, so that its copy can be compared."""
    return f"sha256:{hashlib.sha256(reply.body).hexdigest()}"


def _of_status(told: Mapping[str, Any], request_id: str) -> Answer:
    status = told.get("request_status")
    if status in _STILL:
        expected_at = _instant(told, "expected_completion_time")
        return Answer(Outcome.ACCEPTED, expected_at=expected_at, tracking=request_id)
    if status == "completed":
        return Answer(Outcome.CONFIRMED, proof=f"request {request_id}")
    if status == "cancelled":
        return Answer(Outcome.REFUSED, trouble=Trouble.REJECTED, detail="cancelled")
    return Answer(Outcome.UNKNOWN, trouble=Trouble.UNREADABLE, detail="status")


def _identity(name: str, value: str) -> dict[str, str]:
    return {"identity_type": name, "identity_value": value, "identity_format": "raw"}


def _repeats(told: Mapping[str, Any], body: bytes) -> bool:
    try:
        return base64.b64decode(str(told.get("encoded_request", "")), validate=True) == body
    except (binascii.Error, ValueError):
        return False


def _lacks(told: Mapping[str, Any], identity: str) -> list[str]:
    faults = []
    if "erasure" not in (told.get("supported_subject_request_types") or []):
        faults.append(gettext("It does not take requests to erase."))
    known = [
        one.get("identity_type")
        for one in told.get("supported_identities") or []
        if isinstance(one, dict) and one.get("identity_format") == "raw"
    ]
    if identity not in known:
        faults.append(gettext("It does not know the identity “{name}”.").format(name=identity))
    return faults


def _read(reply: Reply) -> dict[str, Any]:
    try:
        told = json.loads(reply.body)
    except (ValueError, RecursionError):
        return {}
    return told if isinstance(told, dict) else {}


def _instant(told: Mapping[str, Any], name: str) -> datetime | None:
    try:
        at = datetime.fromisoformat(str(told.get(name, "")))
    except ValueError:
        return None
    return at.astimezone(UTC) if at.tzinfo else at.replace(tzinfo=UTC)
