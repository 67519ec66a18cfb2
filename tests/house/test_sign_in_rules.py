"""Every rule of signing in is shown by a test, and the manual says by which."""

from __future__ import annotations

import pytest
from scripts import sign_in_rules
from scripts.asvs import marks

from tests.house.source import ROOT
from trustkeep.identity.authentication import FRESH_FOR
from trustkeep.identity.limits import ORDINARY, SHORT
from trustkeep.identity.throttling import FREE_FAILURES, LONGEST_ACCOUNT_PAUSE, MAX_FAILURES

_NUMBERS = {5: "five", 10: "ten", 12: "12", 15: "15", 24: "24", 100: "a hundred"}


def test_marks__name_rules_that_there_are() -> None:
    assert set(marks("rule")) <= {rule.id for rule in sign_in_rules.rules()}


def test_rules__are_each_shown_by_a_test() -> None:
    shown = marks("rule")

    assert [one.id for one in sign_in_rules.rules() if one.applies and one.id not in shown] == []


def test_manual__says_which_test_shows_which_rule() -> None:
    written = sign_in_rules.DOCUMENT.read_text("utf-8")

    assert written == sign_in_rules.document(), "run `make docs`"


@pytest.mark.asvs("7.1.1", "7.1.2", "6.1.1")
def test_manual__says_the_limits_that_the_code_keeps() -> None:
    manual = " ".join((ROOT / "docs" / "operations.md").read_text("utf-8").split())
    hours, idle = ORDINARY.absolute.total_seconds() / 3600, ORDINARY.idle.total_seconds() / 60
    short_hours, short_idle = SHORT.absolute.total_seconds() / 3600, SHORT.idle.total_seconds() / 60

    assert idle == 60
    assert f"Sessions end after {hours:.0f} hours, or an hour without use" in manual
    assert f"after {short_hours:.0f} hours, or {short_idle:.0f} minutes without use" in manual
    assert f"proof of the last {_NUMBERS[FRESH_FOR.seconds // 60]} minutes" in manual
    assert f"{_NUMBERS[FREE_FAILURES]} in a row are free" in manual
    assert f"up to {_NUMBERS[LONGEST_ACCOUNT_PAUSE.seconds // 60]} minutes" in manual
    assert f"after {_NUMBERS[MAX_FAILURES]} the account waits" in manual
    assert "There may be several at once" in manual


@pytest.mark.asvs("6.1.3")
def test_manual__lists_every_way_in_with_what_it_proves() -> None:
    manual = (ROOT / "docs" / "operations.md").read_text("utf-8")
    [table] = [part for part in manual.split("\n\n") if part.startswith("| Way in | Proves |")]

    ways = (
        "address and password",
        "passkey",
        "Google, Microsoft",
        "invitation",
        "API token",
        "SCIM",
    )
    assert all(way in table for way in ways)
