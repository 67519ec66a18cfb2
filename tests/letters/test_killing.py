"""A sender that is killed while a letter is on its way loses none and shows none twice."""

from __future__ import annotations

import os
import subprocess
import sys
from collections import Counter
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.smtp import SMTP, Envelope, Session

from tests.letters.conftest import NOON
from tests.letters.posting import LETTERS
from tests.letters.servers import Inbox, serving
from trustkeep.letters.limits import LEASE
from trustkeep.site import installation
from trustkeep.vault.provisioning import provision

ROOT = Path(__file__).parents[2]
KILLED_AT = (1, 3, 4)
"""After so many mails the server has the mail, and the sender dies before it hears so."""


@dataclass
class Deadly(Inbox):
    """A server that kills who sends, between taking a mail and saying so."""

    sender: subprocess.Popen[str] | None = None

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        answer = await super().handle_DATA(server, session, envelope)
        if len(self.mails) in KILLED_AT and self.sender:
            self.sender.kill()
            self.sender.wait()
        return answer


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """An installation of its own, as a process finds it."""
    provision(tmp_path / "data", now=NOON)
    config = installation.demo_config({})
    installation.write_config(tmp_path / "data" / installation.CONFIG_NAME, config)
    return {
        **os.environ,
        "TRUSTKEEP_DATA": str(tmp_path / "data"),
        "DJANGO_SETTINGS_MODULE": "trustkeep.site.settings",
    }


@pytest.mark.when("killed-elsewhere")
def test_killing__loses_no_letter_and_shows_none_twice(environment: dict[str, str]) -> None:
    inbox, ended = Deadly(), []
    with serving(inbox, None) as port:
        for turn in range(len(KILLED_AT) + 1):
            at = NOON + turn * (LEASE + timedelta(seconds=1))
            ended.append(_sent(inbox, environment, port, at.isoformat()))

    seen = Counter(str(mail["Message-ID"]) for mail in inbox.mails)
    assert ended == [-9, -9, -9, 0]
    assert len(seen) == LETTERS
    assert sum(seen.values()) == LETTERS + len(KILLED_AT)
    assert len({str(mail["To"]) for mail in inbox.mails}) == LETTERS


def _sent(inbox: Deadly, environment: dict[str, str], *words: Any) -> int:
    call = [sys.executable, "-m", "tests.letters.posting", *map(str, words)]
    with subprocess.Popen(
        call, env=environment, cwd=ROOT, stdout=subprocess.DEVNULL, text=True
    ) as sender:
        inbox.sender = sender
        return sender.wait(timeout=60)
