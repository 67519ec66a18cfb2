"""Every situation that may go wrong is shown by a test, and the manual says by which."""

from __future__ import annotations

import re

from scripts import bad_input
from scripts.asvs import marks

from tests.house.source import ROOT


def test_marks__name_situations_that_there_are() -> None:
    assert set(marks("when")) <= {one.id for one in bad_input.situations()}


def test_situations__are_each_shown_by_a_test() -> None:
    shown = marks("when")

    assert [one.id for one in bad_input.situations() if one.id not in shown] == []


def test_manual__says_which_test_shows_which_situation() -> None:
    written = bad_input.DOCUMENT.read_text("utf-8")

    assert written == bad_input.document(), "run `make docs`"


def test_events__that_the_table_names_are_those_of_the_log() -> None:
    told = {
        name
        for one in bad_input.situations()
        for name in re.findall(r"`([a-z]+(?:-[a-z]+)+)`", one.seen)
    }
    known = (ROOT / "docs" / "operations.md").read_text("utf-8")

    assert [name for name in sorted(told) if f"`{name}`" not in known] == []
