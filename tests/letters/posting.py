"""Writes letters once and brings what is due to a mail server: what the test of killing kills."""

from __future__ import annotations

import sys
from datetime import datetime

import django

LETTERS = 6


def main(port: int, at: datetime) -> None:
    django.setup()

    from django.core.management import call_command

    from tests.letters.conftest import CLOSED, HOUSE
    from trustkeep.connectors.mail import Sender, Server, SmtpPost
    from trustkeep.letters import ports
    from trustkeep.letters.actions import queue
    from trustkeep.letters.mail import Recipient
    from trustkeep.letters.sending import send_due

    for part in ("evidence", "letters"):
        call_command("migrate", part, verbosity=0)
    ports.joined.house = lambda: HOUSE
    for number in range(LETTERS):
        to = Recipient(f"reader-{number}@kunde.example")
        queue(letter=CLOSED, to=to, language="en", values={}, about="the same", now=at)
    post = SmtpPost(Server("127.0.0.1", port, "none"), Sender("a@b.example", "a@b.example"))
    print(send_due(now=at, post=post), flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1]), datetime.fromisoformat(sys.argv[2]))
