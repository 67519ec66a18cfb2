"""The post: a mail server spoken to over verified TLS, or a directory that a person looks into."""

from __future__ import annotations

import contextlib
import email.policy
import os
import smtplib
import ssl
from collections.abc import Iterator
from dataclasses import dataclass
from email.headerregistry import Address
from email.utils import format_datetime
from pathlib import Path
from typing import Any

from django.core.mail import EmailMessage
from django.core.mail.backends.smtp import EmailBackend

from trustkeep.kernel.errors import TrustkeepError
from trustkeep.letters.mail import Mail
from trustkeep.letters.ports import LetterPostponed, LetterRefused, PostUnreachable

TIMEOUT_S = 20.0
"""How long one answer of the mail server may take; far below the lease of a letter."""
STARTTLS, IMPLICIT = "starttls", "implicit"

_PERMANENT, _OURS = 500, {530, 534, 535, 538}


class PasswordUnreadable(TrustkeepError):
    """The file that holds the mail server's password cannot be read."""

    sentence = "The mail server’s password cannot be read from {path}: {why}."


@dataclass(frozen=True, slots=True)
class Sender:
    """Under which addresses letters leave: the one shown, and the one that reports come back to."""

    address: str
    bounces: str

    @property
    def domain(self) -> str:
        return self.address.rpartition("@")[2]


@dataclass(frozen=True, slots=True)
class Server:
    """The mail server; ``authority`` is a PEM file where its certificate is not a public one."""

    host: str
    port: int
    security: str = STARTTLS
    user: str = ""
    password: str = ""
    password_file: Path | None = None
    authority: Path | None = None
    timeout_s: float = TIMEOUT_S

    def secret(self) -> str:
        """Return the password; raises PasswordUnreadable."""
        if self.password_file is None:
            return self.password
        try:
            return self.password_file.read_text("utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            why = getattr(error, "strerror", None) or "it is not text"
            raise PasswordUnreadable(path=self.password_file, why=why) from error


class VerifiedBackend(EmailBackend):
    """Django's SMTP backend, trusting a private authority where one is given."""

    authority: Path | None = None

    @property
    def ssl_context(self) -> ssl.SSLContext:
        context = ssl.create_default_context(cafile=self.authority)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        return context


class SmtpPost:
    """Implements `trustkeep.letters.ports.Post` for a mail server."""

    stays_here = False

    def __init__(self, server: Server, sender: Sender) -> None:
        self._server, self._sender = server, sender

    def deliver(self, mail: Mail) -> None:
        """Hand one letter over; its connection ends with it, so that none is left half used."""
        with _told_apart():
            message = as_message(mail, self._sender)
            backend = self._backend()
            try:
                _open(backend)
                backend.send_messages([message])
            finally:
                # What the server says at the end changes nothing: it has taken the letter or not.
                with contextlib.suppress(OSError):
                    backend.close()

    def _backend(self) -> VerifiedBackend:
        server = self._server
        backend = VerifiedBackend(
            alias="letters",
            host=server.host,
            port=server.port,
            username=server.user or None,
            password=server.secret() or None,
            use_tls=server.security == STARTTLS,
            use_ssl=server.security == IMPLICIT,
            timeout=server.timeout_s,
        )
        backend.authority = server.authority
        return backend


class FolderPost:
    """Implements `trustkeep.letters.ports.Post` for a demo: every letter becomes an .eml file."""

    stays_here = True

    def __init__(self, folder: Path, sender: Sender) -> None:
        self._folder, self._sender = folder, sender

    def deliver(self, mail: Mail) -> None:
        """Write one letter, whole or not at all; the same letter is the same file."""
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            name = f"{mail.written_at:%Y%m%d-%H%M%S}-{mail.id}.eml"
            partial = self._folder / f".{name}"
            message = as_message(mail, self._sender).message(policy=email.policy.SMTP)
            handle = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            with os.fdopen(handle, "wb") as file:
                file.write(message.as_bytes())
            partial.replace(self._folder / name)
        except OSError as error:
            raise PostUnreachable("folder") from error


def as_message(mail: Mail, sender: Sender) -> EmailMessage:
    """Return the mail in the form of RFC 5322.

    Its Message-ID is the letter's for good. The sender of the envelope is where reports come back
    to; programs that answer by themselves are asked not to (RFC 3834).
    """
    headers: dict[str, Any] = {
        "From": str(Address(mail.sender, addr_spec=sender.address)),
        "Message-ID": f"<{mail.id}@{sender.domain}>",
        "Date": format_datetime(mail.written_at),
        "Content-Language": mail.language,
        "Auto-Submitted": "auto-generated",
        "X-Auto-Response-Suppress": "All",
    }
    if mail.list_name:
        headers["List-Id"] = f"<{mail.list_name}.{sender.domain}>"
    message = EmailMessage(
        subject=mail.subject,
        body=mail.text,
        from_email=sender.bounces,
        to=[_address(mail)],
        headers=headers,
    )
    for one in mail.enclosures:
        message.attach(one.name, one.content, one.media_type)
    return message


def _open(backend: VerifiedBackend) -> None:
    try:
        backend.open()
    except UnicodeError as error:
        # Signing in is ASCII only (RFC 4954); it is no fault of the letter.
        raise PostUnreachable("password") from error


def _address(mail: Mail) -> str:
    user, _, domain = mail.to.email.rpartition("@")
    if not (user and domain):
        raise ValueError("an address without a name or a domain")
    return str(Address(mail.to.name, user, domain))


@contextlib.contextmanager
def _told_apart() -> Iterator[None]:
    """Turn what the mail server and the way to it have to say into what it means for a letter."""
    try:
        yield
    except smtplib.SMTPRecipientsRefused as error:
        [(code, text)] = error.recipients.values()
        raise _verdict(code, text) from error
    except smtplib.SMTPDataError as error:
        raise _verdict(error.smtp_code, error.smtp_error) from error
    except smtplib.SMTPResponseException as error:
        # Greeting, TLS, sign-in, sender: what is refused there is refused to every letter.
        raise PostUnreachable(_code(error.smtp_code, error.smtp_error)) from error
    except PasswordUnreadable as error:
        raise PostUnreachable("password") from error
    except ssl.SSLCertVerificationError as error:
        raise PostUnreachable("certificate") from error
    except TimeoutError as error:
        raise PostUnreachable("timeout") from error
    except smtplib.SMTPNotSupportedError as error:
        raise PostUnreachable("not-supported") from error
    except (smtplib.SMTPException, OSError) as error:
        # The library tells of an answer that never came as of a connection that was closed.
        is_late = isinstance(error.__context__, TimeoutError)
        raise PostUnreachable("timeout" if is_late else "connection") from error
    except ValueError as error:
        # An address that no mail server would take.
        raise LetterRefused("address") from error


def _verdict(code: int, text: bytes | str) -> Exception:
    problem = _code(code, text)
    if code in _OURS or code == 421:
        return PostUnreachable(problem)
    return LetterRefused(problem) if code >= _PERMANENT else LetterPostponed(problem)


def _code(code: int, text: bytes | str) -> str:
    # An enhanced status code (RFC 3463) comes first; the words after it may hold addresses.
    told = text.decode("utf-8", "replace") if isinstance(text, bytes) else str(text)
    first = told.split(" ", 1)[0]
    parts = first.split(".")
    is_status = len(parts) == 3 and all(part.isascii() and part.isdecimal() for part in parts)
    return f"{code} {first}" if is_status and len(first) < 12 else str(code)
