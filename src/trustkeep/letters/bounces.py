"""Letters that came back: reading a delivery status notification (RFC 3464) and acting on it.

A report names the letter by the Message-ID of what it returns (RFC 6522). Its text and addresses
are neither kept nor logged.
"""

from __future__ import annotations

import email
import email.policy
import re
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from email.message import Message

from django.db import transaction

from trustkeep.kernel.errors import TrustkeepError
from trustkeep.letters.entries import Happened, note
from trustkeep.letters.models import Letter

LARGEST = 1024 * 1024
"""The largest report that is read, in bytes."""

_ID = re.compile(
    r"<?([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})@[^\s<>]+>?", re.IGNORECASE
)
_STATUS = re.compile(r"[245]\.\d{1,3}\.\d{1,3}")


class NotAReport(TrustkeepError):
    """The mail is not a delivery report about a letter of ours."""

    sentence = (
        "This is not a delivery report about a letter from here. Give the whole mail as it came, "
        "with its headers and the returned letter."
    )


@dataclass(frozen=True, slots=True)
class Report:
    """What a delivery report says: which letter, what became of it (RFC 3464 2.3.3), and why."""

    letter: uuid.UUID
    action: str
    status: str

    @property
    def is_final(self) -> bool:
        """Whether the letter will not arrive any more."""
        return self.action == "failed"


def read_report(raw: bytes) -> Report:
    """Return what a delivery report says; raises NotAReport."""
    if len(raw) > LARGEST:
        raise NotAReport
    mail = email.message_from_bytes(raw, policy=email.policy.compat32)
    letter = next(_letters(mail), None)
    for part in mail.walk():
        if part.get_content_type() == "message/delivery-status" and letter:
            for fields in _recipients(part):
                action = str(fields["Action"]).strip().lower()
                found = _STATUS.search(str(fields.get("Status", "")))
                return Report(letter, action, found.group() if found else "")
    raise NotAReport


def came_back(*, report: Report, now: datetime) -> bool:
    """Mark the letter of a final report as failed; return whether it was not yet.

    Reports of delay and of delivery change nothing. Raises NotAReport for a letter not ours.
    """
    with transaction.atomic():
        row = Letter.objects.select_for_update().filter(pk=report.letter).first()
        if row is None:
            raise NotAReport
        if not report.is_final or row.state == Letter.State.FAILED:
            return False
        row.state, row.ended_at, row.leased_until = Letter.State.FAILED, now, None
        row.problem = f"came-back {report.status}".strip()
        row.save(update_fields=["state", "problem", "ended_at", "leased_until"])
        note(row, Happened.CAME_BACK, now)
    return True


def _recipients(part: Message) -> Iterator[Message]:
    blocks = part.get_payload()
    for block in blocks if isinstance(blocks, list) else ():
        if isinstance(block, Message) and "Action" in block:
            yield block


def _letters(mail: Message) -> Iterator[uuid.UUID]:
    for part in mail.walk():
        if part is mail:
            continue
        texts = [str(part.get("Message-ID", ""))]
        if part.get_content_type() == "text/rfc822-headers":
            payload = part.get_payload(decode=True)
            headers = payload.decode("utf-8", "replace") if isinstance(payload, bytes) else ""
            texts.append(str(email.message_from_string(headers).get("Message-ID", "")))
        for text in texts:
            found = _ID.fullmatch(text.strip())
            if found:
                yield uuid.UUID(found.group(1))
