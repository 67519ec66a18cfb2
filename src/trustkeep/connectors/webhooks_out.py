"""Signed webhooks: the company's own product is told, answers or confirms later, and is polled.

A message is a POST of JSON ``{type, timestamp, data}`` with the headers of Standard Webhooks 1.0.
Its id is made from the instruction's key, so a message that is sent again has the same id: the
receiver does it once. What the receiver answers is a report (`lifecycle.systems.reports`); an
answer without one only means that the message arrived, and the confirmation has to follow.
The second reader is another address, asked with another credential.
"""

from __future__ import annotations

import hashlib
import json
import uuid
from collections.abc import Mapping
from datetime import datetime
from urllib.parse import urljoin, urlsplit

from trustkeep.connectors.checking import ACCOUNT
from trustkeep.connectors.outgoing import NotAsked, Reach, Reply, ask
from trustkeep.connectors.replies import refusal_of, unasked
from trustkeep.connectors.trials import told_of
from trustkeep.kernel.clock import isoformat
from trustkeep.lifecycle.systems.ports import (
    Act,
    Answer,
    Count,
    Instruction,
    Outcome,
    Plan,
    Scope,
    System,
    Trial,
    Trouble,
)
from trustkeep.lifecycle.systems.reports import Report, read_report
from trustkeep.lifecycle.systems.signing import signed
from trustkeep.lifecycle.systems.webhook_secrets import valid_secrets

_TYPES = {Act.LOCK: "account.lock", Act.UNLOCK: "account.unlock", Act.ERASE: "account.erase"}
PING = "ping"


class Webhooks:
    """Speaks to one product; `confirm_url` is where its confirmations are taken."""

    def __init__(self, system: System, reach: Reach, confirm_url: str) -> None:
        self._settings = system.settings
        self._reach = reach
        self._confirm_url = confirm_url

    @property
    def acts(self) -> frozenset[Act]:
        """Verifying takes an address to ask at."""
        return frozenset(Act) if self._settings.get("verify_url") else frozenset(_TYPES)

    def trial(self, now: datetime) -> Trial:
        """Send a ping, and ask the second reader about an account that nobody has."""
        data = {"message": "Answer with any 2xx status; nothing has to be done."}
        trials = [told_of(self._sent(PING, f"ping/{uuid.uuid4()}", data, now), now)]
        if Act.VERIFY in self.acts:
            trials.append(told_of(self._read(uuid.uuid4()), now))
        return Trial(
            tuple(fault for faults, _ in trials for fault in faults),
            tuple(seen for _, found in trials for seen in found),
        )

    def plan(self, scope: Scope, now: datetime) -> Plan:
        """Return what the second reader counts; without one, nobody can tell before."""
        if Act.VERIFY not in self.acts:
            return Plan(trouble=Trouble.UNSUPPORTED)
        answer = self._verified(scope, now)
        if answer.remaining is None:
            return Plan(trouble=answer.trouble or Trouble.UNREADABLE, detail=answer.detail)
        store = urlsplit(self._settings["verify_url"]).netloc
        return Plan((Count(store, answer.remaining),))

    def lock(self, instruction: Instruction, now: datetime) -> Answer:
        return self._told(instruction, now)

    def unlock(self, instruction: Instruction, now: datetime) -> Answer:
        return self._told(instruction, now)

    def erase(self, instruction: Instruction, now: datetime) -> Answer:
        return self._told(instruction, now)

    def verify(self, instruction: Instruction, now: datetime) -> Answer:
        """Ask the second reader what is left."""
        return self._verified(instruction.scope, now)

    def poll(self, instruction: Instruction, tracking: str, now: datetime) -> Answer:
        """Ask for the status, where the product gave an address; else wait for its call."""
        if not tracking:
            return Answer(Outcome.ACCEPTED)
        headers = signed(self._secrets(now), _message_id(instruction.key), b"", now)
        try:
            url = self._status_url(tracking)
            reply = self._asked("GET", url, headers)
        except NotAsked as failure:
            return unasked(failure)
        return _understood(reply, instruction, now)

    def _told(self, instruction: Instruction, now: datetime) -> Answer:
        scope = instruction.scope
        data = {
            "key": instruction.key,
            "account": str(scope.account),
            "scope": scope.kind.value,
            "reference": scope.reference,
            "identities": dict(scope.identities),
            "generation": instruction.generation,
            "cause": instruction.cause,
            "deadline": isoformat(instruction.deadline),
            "confirm_url": self._confirm_url,
        }
        reply = self._sent(_TYPES[instruction.act], instruction.key, data, now)
        if isinstance(reply, NotAsked):
            return unasked(reply)
        return _understood(reply, instruction, now)

    def _sent(
        self, kind: str, key: str, data: Mapping[str, object], now: datetime
    ) -> Reply | NotAsked:
        message = {"type": kind, "timestamp": isoformat(now), "data": data}
        body = json.dumps(message, separators=(",", ":")).encode()
        message_id = _message_id(key)
        headers = signed(self._secrets(now), message_id, body, now) | {
            "Content-Type": "application/json",
            "Idempotency-Key": message_id,
        }
        try:
            return self._asked("POST", self._settings["url"], headers, body)
        except NotAsked as failure:
            return failure

    def _verified(self, scope: Scope, now: datetime) -> Answer:
        reply = self._read(scope.account, scope.reference)
        if isinstance(reply, NotAsked):
            return unasked(reply)
        refused = refusal_of(reply, now)
        if refused is not None:
            return refused
        report = read_report(reply.body, "done") if reply.status == 200 else None
        # A wrong address answers 404 too: only a count says that nothing is left.
        if report is None or report.answer.remaining is None:
            return Answer(
                Outcome.UNKNOWN, trouble=Trouble.UNREADABLE, detail=f"HTTP {reply.status}"
            )
        if report.account not in ("", str(scope.account)):
            return Answer(Outcome.UNKNOWN, trouble=Trouble.CONTRADICTION)
        return Answer(
            Outcome.CONFIRMED, remaining=report.answer.remaining, proof=report.answer.proof
        )

    def _read(self, account: uuid.UUID, reference: str = "") -> Reply | NotAsked:
        url = self._settings["verify_url"].replace(ACCOUNT, str(account))
        if reference:
            url += f"{'&' if '?' in url else '?'}reference={reference}"
        headers = {"Authorization": f"Bearer {self._settings.get('verify_token', '')}"}
        try:
            return self._asked("GET", url, headers)
        except NotAsked as failure:
            return failure

    def _status_url(self, tracking: str) -> str:
        """Return where to ask; only at the product's own address, whatever it told us."""
        url = urljoin(self._settings["url"], tracking)
        if _origin(url) != _origin(self._settings["url"]):
            raise NotAsked(Trouble.ADDRESS_REFUSED, "status_url is at another address")
        return url

    def _asked(
        self, method: str, url: str, headers: Mapping[str, str], body: bytes | None = None
    ) -> Reply:
        authority = self._settings.get("authority", "")
        return ask(method, url, reach=self._reach, headers=headers, body=body, authority=authority)

    def _secrets(self, now: datetime) -> list[str]:
        return valid_secrets(self._settings, now)


def _understood(reply: Reply, instruction: Instruction, now: datetime) -> Answer:
    refused = refusal_of(reply, now)
    if refused is not None:
        return refused
    if reply.status == 404:
        return Answer(Outcome.ALREADY_GONE, detail="HTTP 404")
    report = read_report(reply.body)
    if report is None:
        # It arrived, and nothing more was said: the confirmation has to follow by itself.
        return Answer(Outcome.ACCEPTED, detail=f"HTTP {reply.status}")
    if _is_about_another(report, instruction):
        return Answer(Outcome.UNKNOWN, trouble=Trouble.CONTRADICTION, detail="another account")
    return report.answer


def _is_about_another(report: Report, instruction: Instruction) -> bool:
    return report.account not in ("", str(instruction.scope.account)) or report.key not in (
        "",
        instruction.key,
    )


def _message_id(key: str) -> str:
    return f"msg_{hashlib.sha256(key.encode()).hexdigest()[:32]}"


def _origin(url: str) -> tuple[str, str]:
    parts = urlsplit(url)
    return parts.scheme, parts.netloc
