"""A mail server on this machine: what the product sends arrives here, as it would at a provider."""

from __future__ import annotations

import email
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import policy
from email.message import EmailMessage

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from tests.live import free_ports

LETTER_WITHIN_S = 20


@dataclass
class Postbox:
    """Everything that has arrived, in the order in which it came."""

    port: int
    arrived: list[tuple[str, EmailMessage]] = field(default_factory=list)

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        """Take a mail."""
        assert isinstance(envelope.content, bytes)
        mail = email.message_from_bytes(envelope.content, policy=policy.default)
        self.arrived += [(to, mail) for to in envelope.rcpt_tos]
        return "250 OK"

    def letter(self, address: str, holding: str) -> EmailMessage:
        """Return the newest mail to an address that holds some words; waits for it."""
        until = time.monotonic() + LETTER_WITHIN_S
        while time.monotonic() < until:
            for to, mail in reversed(self.arrived):
                if to == address and holding in f"{mail['Subject']}\n{text_of(mail)}":
                    assert isinstance(mail, EmailMessage)
                    return mail
            time.sleep(0.1)
        seen = [(to, mail["Subject"]) for to, mail in self.arrived]
        raise AssertionError(f"nothing to {address} holds “{holding}”; there were {seen}")


def text_of(mail: EmailMessage) -> str:
    """Return the plain text of a mail."""
    body = mail.get_body(("plain",))
    return str(body.get_content()) if body else ""


def link_in(mail: EmailMessage) -> str:
    """Return the path of the first address of the product in a mail."""
    found = re.search(r"https://localhost:\d+(/\S*)", text_of(mail))
    assert found, text_of(mail)
    return found[1]


@contextmanager
def receiving() -> Iterator[Postbox]:
    """Take mails until the end of the block."""
    postbox = Postbox(free_ports(1)[0])
    controller = Controller(postbox, hostname="127.0.0.1", port=postbox.port)
    controller.start()
    try:
        yield postbox
    finally:
        controller.stop()
