"""Mails that come back mark their letters."""

from __future__ import annotations

import uuid

import pytest

from tests.letters.conftest import NOON, Postbox, written
from trustkeep.letters import bounces, queries
from trustkeep.letters.bounces import NotAReport, Report, came_back, read_report
from trustkeep.letters.models import Act
from trustkeep.letters.sending import send_due

REPORT = """\
Return-Path: <>
From: Mail Delivery System <MAILER-DAEMON@mx.example>
To: bounces@trust.example.com
Subject: Undelivered Mail Returned to Sender
Message-ID: <20261124.1@mx.example>
Content-Type: multipart/report; report-type=delivery-status; boundary="B"

--B
Content-Type: text/plain

I could not deliver your mail to alice@kunde.example.

--B
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example

Final-Recipient: rfc822; alice@kunde.example
Action: {action}
Status: {status}
Diagnostic-Code: smtp; 550 5.1.1 no such user

--B
{returned}
--B--
"""
WHOLE = """\
Content-Type: message/rfc822

Message-ID: <{letter}@trust.example.com>
Subject: x

Text
"""
HEADERS = """\
Content-Type: text/rfc822-headers

Subject: x
Message-ID: <{letter}@trust.example.com>
"""


def report(letter: uuid.UUID, returned: str = WHOLE, action: str = "failed") -> bytes:
    text = REPORT.format(action=action, status="5.1.1", returned=returned.format(letter=letter))
    return text.encode()


@pytest.mark.parametrize("returned", [WHOLE, HEADERS])
@pytest.mark.parametrize("ending", ["\n", "\r\n"])
def test_report__names_the_letter_and_why(returned: str, ending: str) -> None:
    letter = uuid.uuid4()
    raw = report(letter, returned).replace(b"\n", ending.encode())

    assert read_report(raw) == Report(letter, "failed", "5.1.1")


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\xff\xfe\x00",
        b"Subject: hello\n\nMessage-ID: <x@y>\n",
        report(uuid.uuid4()).replace(b"@trust", b"trust"),
        report(uuid.uuid4()).replace(b"message/delivery-status", b"text/plain"),
        report(uuid.uuid4()).replace(b"Action", b"Actions"),
        report(uuid.uuid4()) + b" " * bounces.LARGEST,
    ],
)
def test_report__that_is_none_is_refused(raw: bytes) -> None:
    with pytest.raises(NotAReport):
        read_report(raw)


def test_came_back__marks_a_delivered_letter_once(post: Postbox) -> None:
    letter = written()
    send_due(now=NOON, post=post)
    found = read_report(report(letter))

    assert came_back(report=found, now=NOON)
    assert not came_back(report=found, now=NOON)

    shown = queries.letter(letter).shown
    assert (shown.state, shown.problem) == ("failed", "came-back 5.1.1")
    assert [act.body["what"] for act in Act.objects.order_by("entry_index")] == [
        "delivered",
        "came-back",
    ]


@pytest.mark.parametrize("action", ["delayed", "relayed", "delivered", "expanded"])
def test_came_back__ignores_reports_that_are_not_final(post: Postbox, action: str) -> None:
    letter = written()
    send_due(now=NOON, post=post)

    assert not came_back(report=read_report(report(letter, action=action)), now=NOON)
    assert queries.letter(letter).shown.state == "delivered"


def test_came_back__knows_letters_of_this_house_only(house: None) -> None:
    with pytest.raises(NotAReport):
        came_back(report=Report(uuid.uuid4(), "failed", "5.1.1"), now=NOON)
