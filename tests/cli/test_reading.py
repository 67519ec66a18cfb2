"""What the command line shows of customers and of who asked leaves a line in the audit trail."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import Type
from tests.cli.test_requests import mail, received
from tests.customers import customer
from tests.letters.conftest import house, written
from trustkeep.identity.models import AccessEvent
from trustkeep.identity.trail import READ, Wanted, events

__all__ = ["house", "mail"]

pytestmark = pytest.mark.django_db


def read() -> list[tuple[str, str]]:
    """Return who read what, without which one it was."""
    return [(one.by, one.detail.partition(" ")[0]) for one in events(Wanted(what=READ))]


def test_account__that_is_shown_leaves_a_line(type_: Type) -> None:
    account = customer()

    assert type_("accounts", "list").code == 0
    assert read() == [], "names and states are no customer's data"
    assert type_("accounts", "show", account.reference).code == 0

    assert read() == [("command-line", "account")]
    assert AccessEvent.objects.get(what=READ).entry_index is not None


def test_letters__that_are_shown_leave_lines(house: None, type_: Type) -> None:
    letter = str(written())

    type_("letters", "list", "--json")
    type_("letters", "show", letter)

    assert read() == [("command-line", "letter"), ("command-line", "letters")]


def test_request__that_is_shown_leaves_a_line(type_: Type, mail: Path) -> None:
    reference = received(type_, mail)

    assert type_("requests", "show", reference).code == 0

    assert read() == [("command-line", "request")]
