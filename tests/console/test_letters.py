"""The room of letters: found, read, tried again, called off."""

from __future__ import annotations

import uuid
from collections.abc import Iterator

import html5lib
import pytest
from django.test import Client

from tests.console.conftest import SignedIn
from tests.letters.conftest import ALICE, NOON, RESET, Postbox, house, written
from trustkeep.accounts.roles import Role
from trustkeep.letters import actions, queries
from trustkeep.letters.kinds import Value
from trustkeep.letters.limits import WIPE_AFTER
from trustkeep.letters.ports import LetterRefused, joined
from trustkeep.letters.sending import send_due

__all__ = ["house"]


@pytest.fixture
def desk(staff: SignedIn, house: None) -> Iterator[Client]:
    before, joined.post = joined.post, Postbox()
    yield staff(Role.ACCOUNT_MANAGER)
    joined.post = before


def read(browser: Client, path: str) -> str:
    answer = browser.get(path)
    assert answer.status_code == 200
    html5lib.HTMLParser(strict=True).parse(answer.content)
    return answer.content.decode()


def failed() -> uuid.UUID:
    letter = written()
    send_due(now=NOON, post=Postbox(answers=[LetterRefused("550 5.1.1")]))
    return letter


def test_letters__say_what_belongs_there_when_there_are_none(desk: Client) -> None:
    assert "No letter has been written yet" in read(desk, "/console/letters/")


def test_letters__are_found_by_recipient_state_and_kind(desk: Client) -> None:
    letter = failed()

    for query in ("", "?q=ALICE+armel", "?state=failed", "?kind=test-ending"):
        assert str(letter) in read(desk, f"/console/letters/{query}")
    for query in ("?q=bob", "?state=waiting", "?kind=other", "?account=x&q=zzz"):
        assert str(letter) not in read(desk, f"/console/letters/{query}")
    assert "The mail server said 550 5.1.1." in read(desk, "/console/letters/")


def test_letters__are_shown_by_the_page(desk: Client) -> None:
    for number in range(queries.PAGE_SIZE + 1):
        written(about=str(number))
    newest = read(desk, "/console/letters/")
    older = newest.partition("before=")[2].partition('"')[0]

    assert older
    assert "Older letters" not in read(desk, f"/console/letters/?before={older}")


def test_letter__is_shown_as_it_reads(desk: Client) -> None:
    told = read(desk, f"/console/letters/{written()}/")

    assert "Guten Tag Alice Ärmel," in told
    assert "Käfer &amp; Söhne" in told
    assert desk.get(f"/console/letters/{uuid.uuid4()}/").status_code == 404


def test_letter__hides_a_link_that_lets_somebody_in(desk: Client) -> None:
    values: dict[str, Value] = {"link": "https://trust.example.com/secret", "until": NOON}
    letter = actions.queue(letter=RESET, to=ALICE, language="en", values=values, now=NOON)

    told = read(desk, f"/console/letters/{letter.id}/")

    assert "https://trust.example.com/secret" not in told
    assert "The link is left out" in told


def test_letter__that_failed_is_tried_again(desk: Client) -> None:
    letter = failed()

    assert "Try again" in read(desk, f"/console/letters/{letter}/")
    assert desk.post(f"/console/letters/{letter}/try-again/").status_code == 302
    assert queries.letter(letter).shown.state == "waiting"
    assert desk.post(f"/console/letters/{letter}/try-again/").status_code == 409


def test_letter__that_waits_is_called_off(desk: Client) -> None:
    letter = written()

    assert desk.post(f"/console/letters/{letter}/cancel/").status_code == 302

    told = read(desk, f"/console/letters/{letter}/")
    assert "Somebody of the staff called it off." in told
    assert desk.post(f"/console/letters/{letter}/cancel/").status_code == 409


def test_letter__that_was_wiped_says_so(desk: Client) -> None:
    letter = failed()
    actions.wipe_ended(now=NOON + WIPE_AFTER)

    assert "wiped on" in read(desk, f"/console/letters/{letter}/")


def test_letters__say_when_nobody_takes_them(desk: Client) -> None:
    joined.post = None
    assert "No mail server is set" in read(desk, "/console/letters/")

    joined.post = Postbox(stays_here=True)
    assert "reach nobody" in read(desk, "/console/letters/")
