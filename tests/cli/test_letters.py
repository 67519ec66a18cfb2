"""The outbox from a terminal."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.conftest import Type
from tests.letters.conftest import NOON, Postbox, house, written
from tests.letters.test_bounces import report
from trustkeep.kernel.clock import frozen
from trustkeep.letters.ports import LetterRefused, joined
from trustkeep.letters.sending import send_due

__all__ = ["house"]


@pytest.fixture
def box(house: None) -> Iterator[Postbox]:
    before, joined.post = joined.post, Postbox()
    with frozen(NOON):
        yield joined.post
    joined.post = before


def test_letters__are_listed_read_and_sent(box: Postbox, type_: Type) -> None:
    letter = str(written())

    listed = type_("letters", "list", "--state", "waiting", "--json")
    shown = type_("letters", "show", letter)
    sent = type_("letters", "send", "--json")

    assert [one["id"] for one in listed.json] == [letter]
    assert "To:      Alice Ärmel <alice@kunde.example>" in shown.out
    assert "Guten Tag Alice Ärmel," in shown.out
    assert sent.json["delivered"] == 1
    assert "delivered" in type_("letters", "list").out


def test_letters__that_failed_are_tried_again_and_called_off(box: Postbox, type_: Type) -> None:
    letter = str(written())
    box.answers = [LetterRefused("550 5.1.1")]
    type_("letters", "send")

    assert "550 5.1.1" in type_("letters", "list", "--state", "failed").out
    assert type_("letters", "try-again", letter).code == 0
    assert type_("letters", "cancel", letter).code == 0
    assert type_("letters", "cancel", letter).code == 1
    assert type_("letters", "show", str(uuid.uuid4())).code == 1


def test_letters__that_came_back_are_entered_from_a_file(
    box: Postbox, type_: Type, tmp_path: Path
) -> None:
    letter = written()
    send_due(now=NOON, post=box)
    file = tmp_path / "bounce.eml"
    file.write_bytes(report(letter))

    assert "counts as failed" in type_("letters", "bounced", str(file)).out
    assert "left as it is" in type_("letters", "bounced", str(file)).out
    assert type_("letters", "bounced", str(tmp_path / "none")).code == 1
    assert "came-back 5.1.1" in type_("letters", "list").out


def test_letters__without_a_mail_server_say_so(house: None, type_: Type) -> None:
    before, joined.post = joined.post, None

    told = type_("letters", "send")

    joined.post = before
    assert told.code == 1
    assert "smtp_host" in told.err
