"""Real mail servers of a test's own: over TLS, slow, refusing, or cutting the line."""

from __future__ import annotations

import asyncio
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any, cast

import trustme
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from tests.live import free_ports

HOST = "localhost"
USER, PASSWORD = "letters", "Offen-9"


@dataclass
class Inbox:
    """What a server has taken, and what it answers; ``after_data`` runs once a mail is whole."""

    mails: list[EmailMessage] = field(default_factory=list)
    senders: list[str] = field(default_factory=list)
    users: list[str] = field(default_factory=list)
    over_tls: list[bool] = field(default_factory=list)
    at_recipient: str = "250 OK"
    at_data: str = "250 OK"
    cut_after_data: int = 0
    silent: threading.Event | None = None

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: Any
    ) -> str:
        if self.at_recipient.startswith("250"):
            envelope.rcpt_tos.append(address)
        return self.at_recipient

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        if self.silent:
            while not self.silent.is_set():
                await asyncio.sleep(0.01)
        if not self.at_data.startswith("250"):
            return self.at_data
        content = cast(bytes, envelope.content)
        self.mails.append(message_from_bytes(content, policy=policy.default))
        self.senders.append(envelope.mail_from or "")
        transport = cast(asyncio.Transport, server.transport)
        self.over_tls.append(transport.get_extra_info("ssl_object") is not None)
        if self.cut_after_data:
            self.cut_after_data -= 1
            transport.abort()
        return self.at_data


@contextmanager
def serving(
    inbox: Inbox,
    tls: tuple[trustme.CA, str] | None,
    *,
    implicit: bool = False,
    sign_in: bool = False,
) -> Iterator[int]:
    """Serve `inbox` on this machine, with a certificate of an authority for a name."""
    context = None
    if tls:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        tls[0].issue_cert(tls[1]).configure_cert(context)

    def authenticate(
        server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: Any
    ) -> AuthResult:
        fits = isinstance(data, LoginPassword) and data.password.decode() == PASSWORD
        if fits:
            inbox.users.append(data.login.decode())
        return AuthResult(success=fits, handled=False)

    controller = Controller(
        inbox,
        hostname="127.0.0.1",
        port=free_ports(1)[0],
        ssl_context=context if implicit else None,
        tls_context=None if implicit else context,
        require_starttls=bool(context) and not implicit,
        authenticator=authenticate if sign_in else None,
        auth_required=sign_in,
        auth_require_tls=not implicit,
    )
    controller.start()
    try:
        yield controller.port
    finally:
        controller.stop()


def authority(folder: Path) -> tuple[trustme.CA, Path]:
    """Return an authority and the file of its certificate."""
    made = trustme.CA()
    path = folder / "ca.pem"
    made.cert_pem.write_to_path(path)
    return made, path
