"""Letters over a real mail server, which may be down, slow, cutting, refusing or an impostor."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import pytest
import trustme

from tests.letters.conftest import ALICE, CLOSED, NOON, written
from tests.letters.servers import HOST, PASSWORD, USER, Inbox, authority, serving
from tests.live import free_ports
from trustkeep.connectors.mail import FolderPost, Sender, Server, SmtpPost, as_message
from trustkeep.letters.actions import queue
from trustkeep.letters.limits import LEASE
from trustkeep.letters.mail import Enclosure, Mail, Recipient
from trustkeep.letters.models import Letter
from trustkeep.letters.ports import LetterPostponed, LetterRefused, PostUnreachable
from trustkeep.letters.sending import Round, send_due

SENDER = Sender("no-reply@trust.example.com", "bounces@trust.example.com")
MAIL = Mail(
    id=Letter().id,
    sender="Lindenau – Vertrauen",
    to=ALICE,
    subject="Ihr Vertrag endet: Käfer & Söhne – bis 30. Oktober, und was danach geschieht",
    text="Guten Tag,\n\ndas ist ein Brief mit ä, é und „Zeichen“.\n",
    language="de",
    written_at=NOON,
)


@dataclass
class World:
    """One authority, which the post trusts."""

    ca: trustme.CA
    file: Path

    @contextmanager
    def server(self, inbox: Inbox, name: str = HOST, **options: bool) -> Iterator[SmtpPost]:
        with serving(inbox, (self.ca, name), **options) as port:
            security = "implicit" if options.get("implicit") else "starttls"
            yield SmtpPost(Server(HOST, port, security, authority=self.file), SENDER)


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(*authority(tmp_path))


@pytest.mark.asvs("12.2.1", "12.3.1")
@pytest.mark.parametrize("implicit", [False, True])
def test_post__hands_a_letter_over_under_tls(world: World, implicit: bool) -> None:
    inbox = Inbox()

    with world.server(inbox, implicit=implicit) as post:
        post.deliver(MAIL)

    [mail] = inbox.mails
    assert inbox.over_tls == [True]
    assert inbox.senders == ["bounces@trust.example.com"]
    assert mail["From"] == "Lindenau – Vertrauen <no-reply@trust.example.com>"
    assert mail["To"] == "Alice Ärmel <alice@kunde.example>"
    assert mail["Subject"] == MAIL.subject
    assert mail["Message-ID"] == f"<{MAIL.id}@trust.example.com>"
    assert mail["Date"].datetime == NOON
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["Content-Language"] == "de"
    assert mail["List-Id"] is None
    assert mail.get_content().replace("\r\n", "\n") == MAIL.text
    assert mail.get_content_type() == "text/plain"


@pytest.mark.asvs("13.2.1")
def test_post__signs_in_with_a_password_from_a_file(world: World, tmp_path: Path) -> None:
    inbox, secret = Inbox(), tmp_path / "password"
    secret.write_text(f"{PASSWORD}\n", encoding="utf-8")

    with serving(inbox, (world.ca, HOST), sign_in=True) as port:
        server = Server(HOST, port, user=USER, password_file=secret, authority=world.file)
        SmtpPost(server, SENDER).deliver(MAIL)
        wrong = replace(server, password_file=None, password="wrong")
        with pytest.raises(PostUnreachable, match="535"):
            SmtpPost(wrong, SENDER).deliver(MAIL)
        for unusable in (
            replace(server, password_file=tmp_path / "no"),
            replace(server, password_file=None, password="Öffnen-9"),
        ):
            with pytest.raises(PostUnreachable, match="password"):
                SmtpPost(unusable, SENDER).deliver(MAIL)

    assert inbox.users == [USER]
    assert len(inbox.mails) == 1


@pytest.mark.asvs("12.3.2", "12.3.4")
@pytest.mark.parametrize("implicit", [False, True])
def test_post__tells_an_impostor_nothing(world: World, implicit: bool) -> None:
    inbox, stranger = Inbox(), trustme.CA()
    security = "implicit" if implicit else "starttls"
    for ca, name in ((stranger, HOST), (world.ca, "other.example")):
        with serving(inbox, (ca, name), implicit=implicit) as port:
            post = SmtpPost(Server(HOST, port, security, authority=world.file), SENDER)
            with pytest.raises(PostUnreachable, match="certificate"):
                post.deliver(MAIL)

    assert inbox.mails == []


@pytest.mark.asvs("12.3.3")
def test_post__says_nothing_to_a_server_without_tls(world: World) -> None:
    inbox = Inbox()

    with serving(inbox, None) as port, pytest.raises(PostUnreachable, match="not-supported"):
        SmtpPost(Server(HOST, port, authority=world.file), SENDER).deliver(MAIL)

    assert inbox.mails == []


def test_post__without_tls_works_where_it_is_told_so() -> None:
    inbox = Inbox()

    with serving(inbox, None) as port:
        SmtpPost(Server(HOST, port, "none"), SENDER).deliver(MAIL)

    assert len(inbox.mails) == 1


def test_post__tells_a_dead_server(world: World) -> None:
    post = SmtpPost(Server(HOST, free_ports(1)[0], authority=world.file), SENDER)

    with pytest.raises(PostUnreachable, match="connection"):
        post.deliver(MAIL)


def test_post__waits_for_a_silent_server_only_so_long(world: World) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        post = SmtpPost(Server(HOST, port, authority=world.file, timeout_s=0.05), SENDER)
        with pytest.raises(PostUnreachable, match="timeout"):
            post.deliver(MAIL)


def test_post__waits_for_a_slow_answer_only_so_long(world: World) -> None:
    inbox = Inbox(silent=threading.Event())
    assert inbox.silent

    with serving(inbox, (world.ca, HOST)) as port:
        server = Server(HOST, port, authority=world.file, timeout_s=0.5)
        with pytest.raises(PostUnreachable, match="timeout"):
            SmtpPost(server, SENDER).deliver(MAIL)
        inbox.silent.set()


@pytest.mark.parametrize("place", ["at_recipient", "at_data"])
@pytest.mark.parametrize(
    ("answer", "verdict", "problem"),
    [
        ("451 4.7.1 greylisted alice@kunde.example", LetterPostponed, "451 4.7.1"),
        ("452 too many", LetterPostponed, "452"),
        ("550 5.1.1 no alice@kunde.example here", LetterRefused, "550 5.1.1"),
        ("554 no", LetterRefused, "554"),
        ("421 4.3.2 going down", PostUnreachable, "421 4.3.2"),
        ("530 5.7.0 sign in first", PostUnreachable, "530 5.7.0"),
    ],
)
def test_post__tells_later_from_never(
    world: World, place: str, answer: str, verdict: type[Exception], problem: str
) -> None:
    inbox = Inbox()
    setattr(inbox, place, answer)

    with world.server(inbox) as post, pytest.raises(verdict) as told:
        post.deliver(MAIL)

    # No word of the answer is kept: it may hold addresses.
    assert str(told.value) == problem
    assert inbox.mails == []


def test_post__refuses_an_address_that_no_server_takes(world: World) -> None:
    with world.server(Inbox()) as post:
        for email in ("älice@kunde.example", "alice", "alice@", "alice@kunde.example\nBcc: x@y"):
            with pytest.raises(LetterRefused, match="address"):
                post.deliver(replace(MAIL, to=Recipient(email)))


@pytest.mark.django_db
def test_post__cut_after_the_data_makes_no_second_mail_visible(house: None, world: World) -> None:
    letter, inbox = written(), Inbox(cut_after_data=1)

    with world.server(inbox) as post:
        assert send_due(now=NOON, post=post) == Round(postponed=1)
        assert send_due(now=NOON + LEASE, post=post) == Round(delivered=1)

    first, second = inbox.mails
    assert first["Message-ID"] == second["Message-ID"] == f"<{letter}@trust.example.com>"
    assert first["Date"] == second["Date"]


@pytest.mark.django_db
def test_post__down_and_up_again_delivers_what_waited(house: None, world: World) -> None:
    written()
    down = SmtpPost(Server(HOST, free_ports(1)[0], authority=world.file), SENDER)
    inbox = Inbox()

    assert send_due(now=NOON, post=down) == Round(postponed=1)
    with world.server(inbox) as post:
        assert send_due(now=NOON + LEASE, post=post) == Round(delivered=1)

    assert inbox.mails[0]["Subject"] == "Ihr Vertrag endet am 24. November 2026"


def test_message__carries_enclosures_and_names_its_list() -> None:
    files = (
        Enclosure("Löschprotokoll.pdf", "application/pdf", b"%PDF-\xff"),
        Enclosure("receipt.json", "application/json", b"{}"),
        Enclosure("receipt.tlog-proof", "text/plain", b"c2sp.org/tlog-proof@v1\n"),
    )
    mail = as_message(replace(MAIL, enclosures=files, list_name="sub-processors"), SENDER)

    read = message_from_bytes(mail.message().as_bytes(), policy=policy.default)

    assert isinstance(read, EmailMessage)
    assert read["List-Id"] == "<sub-processors.trust.example.com>"
    parts = list(read.iter_attachments())
    assert [part.get_filename() for part in parts] == [one.name for one in files]
    assert parts[0].get_content() == b"%PDF-\xff"


@pytest.mark.django_db
def test_folder__keeps_each_letter_as_a_file_that_mail_programs_open(
    house: None, tmp_path: Path
) -> None:
    post = FolderPost(tmp_path / "outbox", SENDER)
    letter = queue(letter=CLOSED, to=ALICE, language="fr", values={}, about="x", now=NOON).id

    send_due(now=NOON, post=post)

    [file] = (tmp_path / "outbox").iterdir()
    assert file.name == f"20261124-120000-{letter}.eml"
    assert file.stat().st_mode & 0o777 == 0o600
    assert message_from_bytes(file.read_bytes(), policy=policy.default)["Subject"] == "Supprimé"


def test_folder__that_cannot_be_written_loses_nothing(tmp_path: Path) -> None:
    (tmp_path / "outbox").write_text("a file in the way")

    with pytest.raises(PostUnreachable, match="folder"):
        FolderPost(tmp_path / "outbox", SENDER).deliver(MAIL)
